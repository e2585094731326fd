#include "test/conformance/protocol_table.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

namespace conformance {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kNotBehaviour = "not behaviour: ";
constexpr std::string_view kOpen = "open: ";

struct Row {
  std::size_t line = 0;
  std::vector<std::string> proofs;
  std::string not_behaviour, open;
};

using Rows = std::map<std::string, Row>;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The items that a text cites: P7, not P77 and not smsP7.
std::set<std::string> items_cited(std::string_view text) {
  std::set<std::string> items;
  for (std::size_t at = text.find('P'); at != std::string_view::npos; at = text.find('P', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    const bool whole = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (end > at + 1 && whole) items.emplace(text.substr(at, end - at));
  }
  return items;
}

std::string comments_of(const std::string& script) {
  std::istringstream lines(script);
  std::string comments;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) comments += line + '\n';
  }
  return comments;
}

// The items of the checklist, "- **P12** ...".
std::set<std::string> items_of(const std::string& protocol) {
  std::set<std::string> items;
  std::istringstream lines(protocol);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find("**", 5);
    if (line.starts_with("- **P") && end != std::string::npos) items.insert(line.substr(4, end - 4));
  }
  return items;
}

fs::path file_of(const fs::path& root, const std::string& proof) {
  if (proof.starts_with("unit/") || proof.starts_with("sim/")) return root / "test" / (proof + ".cpp");
  if (proof.starts_with("e2e/")) return root / "test" / (proof + ".test.mjs");
  return root / "test/conformance" / (proof + ".smpp");
}

Rows rows_of(const std::string& table, std::vector<std::string>& mistakes) {
  Rows rows;
  std::istringstream lines(table);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    Row row{number, {}, {}, {}};
    const auto cut_at = [&line](std::string_view word) -> std::string {
      const std::size_t at = line.find(word);
      if (at == std::string::npos) return {};
      std::string rest = line.substr(at + word.size());
      line.erase(at);
      return rest;
    };
    row.open = cut_at(kOpen);
    row.not_behaviour = cut_at(kNotBehaviour);
    std::istringstream words(line);
    std::string item;
    words >> item;
    for (std::string proof; words >> proof;) row.proofs.push_back(proof);
    if (!rows.emplace(item, row).second) mistakes.push_back(std::to_string(number) + ": " + item + " has two lines");
  }
  return rows;
}

void check_row(const fs::path& root, const std::string& item, const Row& row, TableFindings& findings) {
  const auto mistake = [&](const std::string& what) {
    findings.mistakes.push_back(std::to_string(row.line) + ": " + item + ' ' + what);
  };
  if (!row.open.empty()) findings.open.push_back(item + ": " + row.open);
  if (row.proofs.empty() && row.not_behaviour.empty() && row.open.empty()) mistake("has no proof");
  if (!row.not_behaviour.empty() && !(row.proofs.empty() && row.open.empty())) {
    mistake("is said to be no behaviour, and has proofs");
  }
  for (const std::string& proof : row.proofs) {
    const fs::path file = file_of(root, proof);
    const std::string text = text_of(file);
    if (text.empty()) {
      mistake("names " + proof + ", and there is no " + file.lexically_relative(root).string());
    } else if (!items_cited(file.extension() == ".smpp" ? comments_of(text) : text).contains(item)) {
      mistake("names " + proof + ", which does not cite it");
    }
  }
}

void check_scripts(const fs::path& root, const Rows& rows, std::vector<std::string>& mistakes) {
  for (const auto& entry : fs::directory_iterator(root / "test/conformance")) {
    if (entry.path().extension() != ".smpp") continue;
    const std::string script = entry.path().stem().string();
    for (const std::string& item : items_cited(comments_of(text_of(entry.path())))) {
      const auto row = rows.find(item);
      const bool named = row != rows.end() && std::ranges::find(row->second.proofs, script) != row->second.proofs.end();
      if (!named) mistakes.push_back("0: " + script + " cites " + item + ", whose line does not name it");
    }
  }
  std::sort(mistakes.begin(), mistakes.end());
}

}  // namespace

TableFindings check_table(const fs::path& root) {
  TableFindings findings;
  const std::set<std::string> items = items_of(text_of(root / "smpp/PROTOCOL.md"));
  const Rows rows = rows_of(text_of(root / "test/conformance/protocol.table"), findings.mistakes);
  findings.items = items.size();
  if (items.empty()) findings.mistakes.emplace_back("0: smpp/PROTOCOL.md has no items");
  for (const std::string& item : items) {
    if (!rows.contains(item)) findings.mistakes.push_back("0: " + item + " has no line");
  }
  for (const auto& [item, row] : rows) {
    if (!items.contains(item)) findings.mistakes.push_back(std::to_string(row.line) + ": there is no item " + item);
    check_row(root, item, row, findings);
  }
  check_scripts(root, rows, findings.mistakes);
  return findings;
}

}  // namespace conformance
