// `smpp-sim explain`: everything that is known under a name or a number, and names that were perhaps meant.
#include "smpp/command.hpp"
#include "smpp/tlv.hpp"
#include "tools/smpp-sim/glossary.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <set>

namespace smpp_sim {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string status_text(smpp::command_status status) {
  const StatusGloss gloss = gloss_of(status);
  const auto cls = smpp::class_of(status), in_bind = smpp::class_of_bind(status);
  std::string out = fmt::format("command_status {} (0x{:08X})\n  meaning        {}\n", smpp::status_name(status),
                                static_cast<std::uint32_t>(status), gloss.meaning);
  out += fmt::format("  class          {}: {}\n", smpp::name_of(cls), words_of(cls));
  if (in_bind != cls) out += fmt::format("  of a bind      {}: {}\n", smpp::name_of(in_bind), words_of(in_bind));
  if (!gloss.cause.empty()) out += fmt::format("  usual cause    {}\n", gloss.cause);
  if (status != smpp::command_status::ESME_ROK) out += fmt::format("  in a bind      {}\n", smpp::likely_cause(status));
  if (!gloss.remedy.empty()) out += fmt::format("  what to do     {}\n", gloss.remedy);
  return out;
}

std::string command_text(smpp::command_id id) {
  const std::string name = smpp::command_name(id);
  std::string out = fmt::format("command {} (0x{:08X})\n", name, static_cast<std::uint32_t>(id));
  if (const auto gloss = gloss_of_command(name); !gloss.empty()) return out + fmt::format("  {}\n", gloss);
  const auto request = static_cast<smpp::command_id>(static_cast<std::uint32_t>(id) & ~smpp::kResponseBit);
  return out + fmt::format("  the response to {}, with its sequence_number\n  {}\n", smpp::command_name(request),
                           gloss_of_command(smpp::command_name(request)));
}

std::string values_text(std::string_view field) {
  std::string out;
  for (const ValueGloss& value : values_of(field)) out += fmt::format("  {:>4}  {}\n", value.value, value.text);
  return out;
}

std::string tlv_text(const smpp::TlvDescription& tlv) {
  std::string out = fmt::format("TLV {} (0x{:04X})\n", tlv.name, tlv.tag);
  constexpr std::string_view kTypes[] = {"integer", "C-string", "octets"};
  const std::string_view type = kTypes[static_cast<std::size_t>(tlv.type)];
  out += tlv.shortest == tlv.longest ? fmt::format("  {}, length {}\n", type, tlv.longest)
                                     : fmt::format("  {}, length {} to {}\n", type, tlv.shortest, tlv.longest);
  if (const auto gloss = gloss_of_tlv(tlv.name); !gloss.empty()) out += fmt::format("  {}\n", gloss);
  return out + values_text(tlv.name);
}

std::string field_text(std::string_view name) {
  const auto gloss = gloss_of_field(name);
  return gloss.empty() ? "" : fmt::format("field {}\n  {}\n{}", name, gloss, values_text(name));
}

// Levenshtein: insertions, deletions and replacements of one character.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
  for (std::size_t l = 0; l < left.size(); ++l) {
    std::size_t diagonal = row[0];
    row[0] = l + 1;
    for (std::size_t r = 0; r < right.size(); ++r) {
      const std::size_t replaced = diagonal + (left[l] == right[r] ? 0 : 1);
      diagonal = row[r + 1];
      row[r + 1] = std::min({replaced, row[r] + 1, row[r + 1] + 1});
    }
  }
  return row.back();
}

std::vector<std::string> all_names() {
  std::set<std::string> names;
#define SMPP_STATUS(name, value, cls) names.insert(#name);
#define SMPP_STATUS_ALIAS(name, other) names.insert(#name);
#include "smpp/status_list.inc"
#undef SMPP_STATUS
#undef SMPP_STATUS_ALIAS
#define GLOSS_COMMAND(name, text) names.insert({#name, #name "_resp"});
#define GLOSS_TLV(name, text)
#define GLOSS_FIELD(name, text) names.insert(#name);
#define GLOSS_VALUE(field, number, text)
#include "tools/smpp-sim/glossary_terms.inc"
#undef GLOSS_COMMAND
#undef GLOSS_TLV
#undef GLOSS_FIELD
#undef GLOSS_VALUE
  for (const auto& tlv : smpp::tlv_table()) names.emplace(tlv.name);
  std::erase_if(names, [](const std::string& name) {
    return name.ends_with("_resp") && !smpp::command_of(name);
  });
  return {names.begin(), names.end()};
}

}  // namespace

std::string explain(std::string_view name) {
  std::string out;
  const auto number = number_of(name);
  auto status = smpp::status_of(upper(name));
  if (!status) status = smpp::status_of("ESME_" + upper(name));  // RTHROTTLED, and ROK
  if (!status && !number) status = smpp::status_of("ESME_R" + upper(name));
  if (number) status = static_cast<smpp::command_status>(*number);
  const auto command = smpp::command_of(lower(name));
  const smpp::TlvDescription* tlv = number && *number <= 0xFFFF ? smpp::describe_tlv(static_cast<std::uint16_t>(*number))
                                                                : smpp::describe_tlv(lower(name));
  const bool is_command = command || (number && smpp::is_known(static_cast<smpp::command_id>(*number)));
  // A number that is surely something else need not be explained as a reserved status as well.
  const bool is_nameless = status && smpp::status_name(*status).starts_with("0x");
  const bool is_vendors = number && *number >= 0x400 && *number <= 0x4FF;
  if (status && !(is_nameless && !is_vendors && (is_command || tlv))) out += status_text(*status);
  if (is_command) out += command_text(command ? *command : static_cast<smpp::command_id>(*number));
  if (tlv != nullptr) out += tlv_text(*tlv);
  if (number && tlv == nullptr && *number >= 0x1400 && *number <= 0x3FFF) {
    out += fmt::format("TLV 0x{:04X}\n  of a vendor: the same tag means different things at different carriers\n", *number);
  }
  const bool same_as_tlv = tlv != nullptr && gloss_of_tlv(tlv->name) == gloss_of_field(lower(name));
  if (!same_as_tlv) out += field_text(lower(name));
  return out;
}

std::vector<std::string> near_names(std::string_view name) {
  std::vector<std::pair<std::size_t, std::string>> found;
  const std::string wanted = lower(name);
  for (const std::string& candidate : all_names()) {
    std::string own = lower(candidate);
    const std::string bare = own.starts_with("esme_r") ? own.substr(6) : own;
    const std::size_t apart = std::min(distance(wanted, own), distance(wanted, bare));
    const bool inside = wanted.size() >= 4 && own.find(wanted) != std::string::npos;
    if (inside || apart <= std::max<std::size_t>(2, wanted.size() / 3)) found.emplace_back(inside ? 1 : apart, candidate);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 3); ++i) names.push_back(found[i].second);
  return names;
}

int run_explain(const std::string& name) {
  if (const std::string text = explain(name); !text.empty()) {
    fmt::print("{}", text);
    return 0;
  }
  std::string names;
  for (const std::string& near : near_names(name)) names += (names.empty() ? "" : ", ") + near;
  fmt::print(stderr, "smpp-sim explain: \"{}\" is no status, command, TLV or field{}\n", name,
             names.empty() ? " (try 0x58, ESME_RINVPASWD, message_state)" : "; did you mean " + names + "?");
  return 1;
}

}  // namespace smpp_sim
