// Sources in, one immutable Program out, or every mistake of every file.
#include "rules/limits.hpp"
#include "rules/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rules {
namespace {

constexpr std::array<std::string_view, 3> kKeys = {"campaign", "rule", "test"};

struct Read {  // one file that is TOML
  std::unique_ptr<Campaign::Impl> campaign;
  Position name_at;
  std::vector<Mistake> mistakes;
};

const List& list_of(Reading& reading, const Table& root, std::string_view key) {
  static const List none;
  const Entry* entry = find(root, key);
  if (entry == nullptr) return none;
  if (const auto* list = std::get_if<List>(&entry->node.value)) return *list;
  reading.findings.add(entry->at, fmt::format("{0} must be a list of tables: write [[{0}]]", key));
  return none;
}

Read read_file(const Document& document, const Surroundings& around) {
  Findings findings(document.source->path);
  auto campaign = std::make_unique<Campaign::Impl>();
  campaign->file = document.source->path;
  campaign->steps = {""};
  Reading reading{document, around, findings, *campaign, {}, {}, {}, {}};
  const Table& root = std::get<Table>(document.root.value);
  for (const Entry& entry : root) {
    if (std::find(kKeys.begin(), kKeys.end(), entry.key) != kKeys.end()) continue;
    findings.add(entry.at, fmt::format("unknown section \"{}\"{}", entry.key, hint(entry.key, Keys(kKeys))));
  }
  if (const Entry* entry = find(root, "campaign")) {
    if (const Table* table = as_table(reading, *entry, "[campaign]")) read_campaign(reading, *table);
  } else {
    findings.add({}, "the file has no [campaign]");
  }
  read_rules(reading, list_of(reading, root, "rule"));
  check_rules(reading);
  read_tests(reading, list_of(reading, root, "test"));
  return {std::move(campaign), reading.name_at, findings.take()};
}

void refuse_same_names(std::vector<Read>& files) {
  for (std::size_t later = 0; later < files.size(); ++later) {
    for (std::size_t first = 0; first < later; ++first) {
      const Campaign::Impl& a = *files[first].campaign;
      const Campaign::Impl& b = *files[later].campaign;
      if (b.name.empty() || a.name != b.name) continue;
      files[later].mistakes.push_back(
          {b.file, files[later].name_at.line, files[later].name_at.column,
           fmt::format("campaign \"{}\" is in {}:{} already", b.name, a.file, files[first].name_at.line)});
      break;
    }
  }
}

// FNV-1a: tells revisions apart, is no defence. The length before each part keeps "ab"+"c" from being "a"+"bc".
class Hash {
 public:
  void add(std::string_view part) {
    octets(fmt::format("{}:", part.size()));
    octets(part);
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void octets(std::string_view part) {
    for (const char c : part) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  std::uint64_t value_ = 0xCBF29CE484222325U;
};

// Of file names without their folders: the same rules read from another working directory are the same revision.
std::uint64_t revision_of(std::span<const Source> sources) {
  std::vector<std::pair<std::string_view, std::string_view>> parts;
  for (const Source& source : sources) {
    const std::string_view path = source.path;
    parts.emplace_back(path.substr(path.find_last_of('/') + 1), source.content);
  }
  std::sort(parts.begin(), parts.end());
  Hash hash;
  for (const auto& [name, content] : parts) {
    hash.add(name);
    hash.add(content);
  }
  return hash.value();
}

// Each file under a line with its name: what the record of a revision keeps.
std::string source_of(std::span<const Source> sources) {
  std::string all;
  for (const Source& source : sources)
    all += "# " + source.path.substr(source.path.find_last_of('/') + 1) + "\n" + source.content + "\n";
  return all;
}

std::shared_ptr<const Program> assemble(std::vector<Read> files, std::uint64_t revision, std::string source) {
  std::sort(files.begin(), files.end(),
            [](const Read& a, const Read& b) { return a.campaign->name < b.campaign->name; });
  auto impl = std::make_unique<Program::Impl>();
  impl->revision = revision;
  impl->source = std::move(source);
  for (Read& file : files) {
    impl->models.push_back(file.campaign.get());
    impl->campaigns.push_back(std::make_unique<Campaign>(std::move(file.campaign)));
    impl->by_name.emplace(impl->campaigns.back()->name(), impl->campaigns.back().get());
  }
  return std::make_shared<const Program>(std::move(impl));
}

}  // namespace

Compiled compile(std::span<const Source> sources, const Surroundings& surroundings) {
  Compiled compiled;
  std::vector<Read> files;
  std::vector<std::pair<std::size_t, Mistake>> unreadable;  // before which of `files`
  for (const Source& source : sources) {
    auto document = read_document(source);
    if (auto* mistake = std::get_if<Mistake>(&document)) {
      unreadable.emplace_back(files.size(), std::move(*mistake));
    } else {
      files.push_back(read_file(std::get<Document>(document), surroundings));
    }
  }
  refuse_same_names(files);
  auto next = unreadable.begin();
  for (std::size_t i = 0; i <= files.size(); ++i) {
    for (; next != unreadable.end() && next->first == i; ++next) compiled.mistakes.push_back(std::move(next->second));
    if (i == files.size()) break;
    auto& mistakes = files[i].mistakes;
    in_file_order(mistakes);
    compiled.mistakes.insert(compiled.mistakes.end(), mistakes.begin(), mistakes.end());
  }
  if (compiled.mistakes.empty())
    compiled.program = assemble(std::move(files), revision_of(sources), source_of(sources));
  return compiled;
}

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::~Program() = default;

const Campaign* Program::find(std::string_view campaign) const {
  const auto found = impl_->by_name.find(campaign);
  return found == impl_->by_name.end() ? nullptr : found->second;
}

std::vector<const Campaign*> Program::campaigns() const {
  std::vector<const Campaign*> all;
  for (const auto& campaign : impl_->campaigns) all.push_back(campaign.get());
  return all;
}

std::uint64_t Program::revision() const { return impl_->revision; }

const std::string& Program::source() const { return impl_->source; }

}  // namespace rules
