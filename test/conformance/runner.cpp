// conformance --table ROOT: holds protocol.table against the checklist, the scripts and the tests that it names.
// conformance [--tcp] FOLDER|FILE...: runs every script against a session in memory, or over a TCP connection of
// loopback, and prints one line each. In memory a whole folder must also have taken every permitted transition of the
// session's state table, so that none is permitted that nothing needs.
#include "smpp/session_states.hpp"
#include "test/conformance/protocol_table.hpp"
#include "test/conformance/run.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace {

std::vector<std::filesystem::path> scripts_in(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().extension() == ".smpp") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

struct Totals {
  std::size_t scripts = 0, failed = 0, memory_only = 0;
  std::uint32_t transitions = 0;
};

// What of the script TCP cannot show is said, never skipped in silence.
void run(const std::filesystem::path& path, bool tcp, Totals& totals) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const conformance::Script script = smpp_sim::script::parse(text);
  const std::string name = path.stem().string();
  ++totals.scripts;
  for (const std::string& mistake : script.mistakes) std::printf("FAIL %s:%s\n", name.c_str(), mistake.c_str());
  if (!script.mistakes.empty()) {
    ++totals.failed;
    return;
  }
  if (const conformance::Step* step = tcp ? conformance::memory_only(script) : nullptr) {
    ++totals.memory_only;
    std::printf("---- %s: in memory only, as line %zu decides what a socket takes: %s\n", name.c_str(), step->line,
                step->text.c_str());
    return;
  }
  conformance::Run one(tcp ? conformance::make_tcp_line() : conformance::make_memory_line());
  const std::string wrong = one.run(script);
  totals.transitions |= one.transitions_taken();
  if (!wrong.empty()) {
    ++totals.failed;
    std::printf("FAIL %s:%s\n", name.c_str(), wrong.c_str());
  } else if (one.cut_short_at() != 0) {
    std::printf("ok   %s (to line %zu: the session has closed the connection)\n", name.c_str(), one.cut_short_at());
  } else {
    std::printf("ok   %s\n", name.c_str());
  }
}

bool all_taken(std::uint32_t transitions) {
  const auto permitted = smpp::permitted_transitions();
  bool all = true;
  for (std::size_t i = 0; i < permitted.size(); ++i) {
    if ((transitions >> i & 1) != 0) continue;
    all = false;
    const auto from = smpp::name_of(permitted[i].from), to = smpp::name_of(permitted[i].to);
    std::printf("FAIL transition %.*s -> %.*s was never taken\n", static_cast<int>(from.size()), from.data(),
                static_cast<int>(to.size()), to.data());
  }
  return all;
}

int table(const char* root) {
  const conformance::TableFindings findings = conformance::check_table(root);
  for (const std::string& open : findings.open) std::printf("open %s\n", open.c_str());
  for (const std::string& mistake : findings.mistakes) std::printf("FAIL protocol.table:%s\n", mistake.c_str());
  std::printf("%zu items, %zu of them open in whole or in part, %zu mistakes\n", findings.items, findings.open.size(),
              findings.mistakes.size());
  return findings.mistakes.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--table") return table(argv[2]);
  const bool tcp = argc > 1 && std::string_view(argv[1]) == "--tcp";
  const int first = tcp ? 2 : 1;
  if (argc <= first) {
    std::fputs("usage: conformance [--tcp] FOLDER|FILE...\n", stderr);
    return 2;
  }
  Totals totals;
  bool whole_folder = false;
  for (int i = first; i < argc; ++i) {
    whole_folder = whole_folder || std::filesystem::is_directory(argv[i]);
    for (const auto& path : scripts_in(argv[i])) run(path, tcp, totals);
  }
  const bool complete = tcp || !whole_folder || all_taken(totals.transitions);
  std::printf("%zu scripts, %zu failed, %zu in memory only\n", totals.scripts, totals.failed, totals.memory_only);
  return totals.scripts > totals.memory_only && totals.failed == 0 && complete ? 0 : 1;
}
