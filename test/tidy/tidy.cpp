// The style of the project as a test. `tidy ROOT` checks the sources below ROOT; `tidy --samples DIR` checks the rules
// themselves: each sample says which path it stands for (`// as: smpp/pdu.cpp`) and on which lines which rule must
// fire (`// fires: include`), and nothing else may.
#include "test/tidy/rules.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace tidy {
namespace {

constexpr std::string_view kTopFolders[] = {"smpp", "rules", "storage", "core", "tools", "test", "conf"};
constexpr std::string_view kSkipped[] = {"node_modules", "build", "samples", "vectors"};

bool is_cpp(const fs::path& path) { return path.extension() == ".cpp" || path.extension() == ".hpp"; }

// Scripts are read for their length and their waiting; their syntax is near enough for that.
bool is_script(const fs::path& path) {
  return path.extension() == ".mjs" || path.extension() == ".js" || path.extension() == ".ts";
}

std::optional<std::string> content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Findings check(const Rule& rule, const Source& source, bool script) {
  const bool for_scripts = rule.name == "file-length" || rule.name == "sleep" || rule.name == "folder-name";
  return script && !for_scripts ? Findings{} : rule.check(source);
}

std::vector<fs::path> files_below(const fs::path& root) {
  std::vector<fs::path> files;
  for (const auto top : kTopFolders) {
    if (!fs::is_directory(root / top)) continue;
    for (auto it = fs::recursive_directory_iterator(root / top); it != fs::recursive_directory_iterator(); ++it) {
      const auto name = it->path().filename().string();
      if (it->is_directory() && std::ranges::find(kSkipped, name) != std::end(kSkipped)) {
        it.disable_recursion_pending();
      } else if (it->is_regular_file() && (is_cpp(it->path()) || is_script(it->path()))) {
        files.push_back(it->path());
      }
    }
  }
  std::ranges::sort(files);
  return files;
}

int check_project(const fs::path& root) {
  const auto files = files_below(root);
  if (files.empty()) {
    std::fprintf(stderr, "tidy: no sources below %s\n", root.c_str());
    return 1;
  }
  std::size_t findings = 0;
  for (const auto& file : files) {
    const auto content = content_of(file);
    if (!content) continue;  // deleted since the folder was listed
    const auto source = read_source(file.lexically_relative(root).generic_string(), *content);
    for (const auto& rule : kRules) {
      for (const auto& finding : check(rule, source, is_script(file))) {
        std::printf("%s:%zu: %s [%.*s]\n", source.path.c_str(), finding.line, finding.message.c_str(),
                    static_cast<int>(rule.name.size()), rule.name.data());
        ++findings;
      }
    }
  }
  std::printf("%zu files, %zu findings\n", files.size(), findings);
  return findings == 0 ? 0 : 1;
}

// "rule" -> lines on which it fires, or should.
using Fired = std::map<std::string, std::set<std::size_t>>;

std::string after(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + mark.size());
  const auto end = text.find_first_of(" \r");
  return std::string(text.substr(0, end));
}

Fired expected(const Source& sample) {
  Fired fired;
  for (const auto& comment : sample.comments) {
    if (auto rule = after(comment.text, "// fires: "); !rule.empty()) fired[rule].insert(comment.line);
  }
  return fired;
}

Fired actual(const Source& sample) {
  Fired fired;
  for (const auto& rule : kRules) {
    for (const auto& finding : rule.check(sample)) fired[std::string(rule.name)].insert(finding.line);
  }
  return fired;
}

std::string told(const Fired& fired) {
  std::ostringstream text;
  for (const auto& [rule, lines] : fired) {
    text << "\n    " << rule << ':';
    for (const auto line : lines) text << ' ' << line;
  }
  return fired.empty() ? "\n    nothing" : text.str();
}

int check_samples(const fs::path& folder) {
  int wrong = 0;
  std::set<std::string> seen;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    auto sample = read_source(name, content_of(entry.path()).value_or(""));
    sample.path = sample.comments.empty() ? "" : after(sample.comments.front().text, "// as: ");
    if (sample.path.empty()) {
      std::printf("%s:1: a sample begins with the path it stands for\n", name.c_str());
      ++wrong;
      continue;
    }
    const auto wanted = expected(sample), fired = actual(sample);
    for (const auto& [rule, lines] : wanted) seen.insert(rule);
    if (wanted == fired) continue;
    std::printf("%s: must fire%s\n  fired%s\n", name.c_str(), told(wanted).c_str(), told(fired).c_str());
    ++wrong;
  }
  for (const auto& rule : kRules) {
    if (seen.contains(std::string(rule.name))) continue;
    std::printf("no sample shows that \"%.*s\" fires\n", static_cast<int>(rule.name.size()), rule.name.data());
    ++wrong;
  }
  std::printf("%zu rules shown to fire, %d samples wrong\n", seen.size(), wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tidy

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  if (argc == 3 && first == "--samples") return tidy::check_samples(argv[2]);
  if (argc == 2 && !first.starts_with('-')) return tidy::check_project(fs::path(first).lexically_normal());
  std::fprintf(stderr, "usage: tidy ROOT | tidy --samples DIR\n");
  return 2;
}
