// The result of a load, for people and as JSON. Pure.
#pragma once

#include "tools/smpp-sim/load_score.hpp"

#include <chrono>
#include <string>

namespace smpp_sim {

struct LoadRun {
  std::string target;               // host:port
  std::uint32_t binds = 0, window = 0;
  double rate = 0;                  // asked for; 0: as fast as possible
  std::uint64_t mo = 0;             // deliver_sm that were no receipts
  std::uint64_t disconnects = 0;    // of binds that were bound
  bool interrupted = false;
  std::string failure;              // why it ended early; empty: it did not
};

[[nodiscard]] bool is_success(const LoadScore& score, const LoadRun& run);
[[nodiscard]] double throughput(const LoadScore& score);  // answered submits a second
[[nodiscard]] std::string load_table(const LoadScore& score, const LoadRun& run, bool wants_receipts);
[[nodiscard]] std::string load_json(const LoadScore& score, const LoadRun& run, bool wants_receipts);
// "[#####.....]  50 %   12,345/s   p99 2.1 ms"; `share` below 0: unknown.
[[nodiscard]] std::string progress_line(const LoadScore& score, double share, double per_second);
[[nodiscard]] std::string duration_text(Histogram::Duration duration);  // "850 us", "2.1 ms", "1.30 s"

}  // namespace smpp_sim
