#include "tools/smpp-sim/load_report.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>

namespace smpp_sim {
namespace {

namespace json = boost::json;

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string percentile_row(std::string_view name, const Histogram& times) {
  return fmt::format("  {:<14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", name, duration_text(times.percentile(50)),
                     duration_text(times.percentile(90)), duration_text(times.percentile(99)),
                     duration_text(times.percentile(99.9)), duration_text(times.most()), duration_text(times.mean()));
}

json::object times_json(const Histogram& times) {
  return {{"count", times.count()},
          {"p50_us", times.percentile(50).count()},
          {"p90_us", times.percentile(90).count()},
          {"p99_us", times.percentile(99).count()},
          {"p99_9_us", times.percentile(99.9).count()},
          {"max_us", times.most().count()},
          {"mean_us", times.mean().count()}};
}

json::object counts_json(const std::map<std::string, std::uint64_t>& counts) {
  json::object out;
  for (const auto& [name, count] : counts) out[name] = count;
  return out;
}

std::string receipt_rows(const LoadScore& score) {
  const auto& totals = score.totals();
  std::string out = fmt::format("  {:<14}{} of {} accepted", "receipts", grouped(totals.receipts), grouped(totals.accepted));
  if (score.receipts_awaited() > 0) out += fmt::format(", {} MISSING", grouped(score.receipts_awaited()));
  out += '\n';
  for (const auto& [state, count] : score.states()) out += fmt::format("    {:<24}{:>12}\n", state, grouped(count));
  const auto also = [&](std::string_view what, std::uint64_t count) {
    if (count > 0) out += fmt::format("    {:<24}{:>12}\n", what, grouped(count));
  };
  also("twice", totals.duplicates);
  also("for no message of ours", score.orphans());
  also("before the response", totals.early);
  also("intermediate", totals.intermediate);
  also("accepted without id", totals.without_id);
  also("message_id used again", totals.reused_ids);
  also("not tracked", totals.untracked);
  return out;
}

}  // namespace

std::string duration_text(Histogram::Duration duration) {
  const auto us = static_cast<double>(duration.count());
  if (us < 1000) return fmt::format("{} us", duration.count());
  if (us < 1'000'000) return fmt::format("{:.1f} ms", us / 1000);
  return fmt::format("{:.2f} s", us / 1'000'000);
}

bool is_success(const LoadScore& score, const LoadRun& run) {
  const auto& totals = score.totals();
  // A message that no receipt can be matched to has none that came.
  if (score.wants_receipts() && totals.without_id + totals.untracked != 0) return false;
  return run.failure.empty() && totals.submitted > 0 && totals.refused + totals.lost + totals.timed_out == 0 &&
         score.receipts_awaited() == 0 && totals.reused_ids == 0;
}

double throughput(const LoadScore& score) {
  const std::chrono::duration<double> took = score.last_answer() - score.first_submit();
  const auto answered = static_cast<double>(score.response_times().count());
  return took.count() > 0 ? answered / took.count() : 0;
}

std::string load_table(const LoadScore& score, const LoadRun& run, bool wants_receipts) {
  const auto& totals = score.totals();
  std::string out = fmt::format("{}, {} bind{}, window {}, {}\n", run.target, run.binds, run.binds == 1 ? "" : "s", run.window,
                                run.rate > 0 ? fmt::format("{}/s", run.rate) : "as fast as it goes");
  const std::chrono::duration<double> took = score.last_answer() - score.first_submit();
  out += fmt::format("  {:<14}{} in {:.2f} s, {}/s\n", "submit_sm", grouped(totals.submitted), std::max(took.count(), 0.0),
                     grouped(static_cast<std::uint64_t>(throughput(score))));
  for (const auto& [status, count] : score.statuses()) out += fmt::format("    {:<24}{:>12}\n", status, grouped(count));
  const auto also = [&](std::string_view what, std::uint64_t count) {
    if (count > 0) out += fmt::format("    {:<24}{:>12}\n", what, grouped(count));
  };
  also("no response in time", totals.timed_out);
  also("  of them answered late", totals.late);
  also("lost with the session", totals.lost);
  also("disconnects", run.disconnects);
  out += fmt::format("  {:<14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "", "p50", "p90", "p99", "p99.9", "max", "mean");
  out += percentile_row("response", score.response_times());
  if (wants_receipts) out += percentile_row("receipt", score.receipt_times()) + receipt_rows(score);
  if (run.mo > 0) out += fmt::format("  {:<14}{} from handsets\n", "deliver_sm", grouped(run.mo));
  if (run.interrupted) out += "  interrupted\n";
  return out;
}

std::string load_json(const LoadScore& score, const LoadRun& run, bool wants_receipts) {
  const auto& totals = score.totals();
  const std::chrono::duration<double> took = score.last_answer() - score.first_submit();
  json::object out{{"target", run.target},
                   {"binds", run.binds},
                   {"window", run.window},
                   {"rate", run.rate},
                   {"submitted", totals.submitted},
                   {"accepted", totals.accepted},
                   {"refused", totals.refused},
                   {"lost", totals.lost},
                   {"timed_out", totals.timed_out},
                   {"late", totals.late},
                   {"seconds", std::max(took.count(), 0.0)},
                   {"per_second", throughput(score)},
                   {"statuses", counts_json(score.statuses())},
                   {"response", times_json(score.response_times())},
                   {"disconnects", run.disconnects},
                   {"mo", run.mo},
                   {"interrupted", run.interrupted},
                   {"failure", run.failure},
                   {"ok", is_success(score, run)}};
  if (wants_receipts) {
    out["receipts"] = json::object{{"matched", totals.receipts},
                                   {"missing", score.receipts_awaited()},
                                   {"duplicates", totals.duplicates},
                                   {"orphans", score.orphans()},
                                   {"early", totals.early},
                                   {"intermediate", totals.intermediate},
                                   {"without_id", totals.without_id},
                                   {"reused_ids", totals.reused_ids},
                                   {"untracked", totals.untracked},
                                   {"states", counts_json(score.states())},
                                   {"time", times_json(score.receipt_times())}};
  }
  return json::serialize(out);
}

std::string progress_line(const LoadScore& score, double share, double per_second) {
  constexpr int kWidth = 30;
  const int done = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
  return fmt::format("[{}{}] {:>3} %  {}/s  p99 {}  receipts {}", std::string(static_cast<std::size_t>(done), '#'),
                     std::string(static_cast<std::size_t>(kWidth - done), '.'), static_cast<int>(share * 100),
                     grouped(static_cast<std::uint64_t>(per_second)), duration_text(score.response_times().percentile(99)),
                     grouped(score.totals().receipts));
}

}  // namespace smpp_sim
