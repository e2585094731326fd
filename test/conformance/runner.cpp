// conformance FOLDER|FILE...: runs every script in memory, prints one line each. A whole folder must also have taken
// every permitted transition of the session's state table, so that none is permitted that nothing needs.
#include "smpp/session_states.hpp"
#include "test/conformance/memory_run.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

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

bool run(const std::filesystem::path& path, std::uint32_t& transitions) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const conformance::Script script = conformance::parse(text);
  const std::string name = path.stem().string();
  for (const std::string& mistake : script.mistakes) std::printf("FAIL %s:%s\n", name.c_str(), mistake.c_str());
  if (!script.mistakes.empty()) return false;
  conformance::MemoryRun memory_run;
  const std::string wrong = memory_run.run(script);
  transitions |= memory_run.transitions_taken();
  if (wrong.empty()) {
    std::printf("ok   %s\n", name.c_str());
  } else {
    std::printf("FAIL %s:%s\n", name.c_str(), wrong.c_str());
  }
  return wrong.empty();
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

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: conformance FOLDER|FILE...\n", stderr);
    return 2;
  }
  std::uint32_t transitions = 0;
  std::size_t total = 0, failed = 0;
  bool whole_folder = false;
  for (int i = 1; i < argc; ++i) {
    whole_folder = whole_folder || std::filesystem::is_directory(argv[i]);
    for (const auto& path : scripts_in(argv[i])) {
      ++total;
      failed += run(path, transitions) ? 0 : 1;
    }
  }
  const bool complete = !whole_folder || all_taken(transitions);
  std::printf("%zu scripts, %zu failed\n", total, failed);
  return total > 0 && failed == 0 && complete ? 0 : 1;
}
