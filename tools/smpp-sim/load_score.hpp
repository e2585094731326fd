// What became of a load: outcomes, statuses, latencies, and which accepted message got its receipt. Pure: no socket, the
// time is passed in.
#pragma once

#include "smpp/session.hpp"
#include "smpp/status.hpp"
#include "tools/smpp-sim/histogram.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

namespace smpp_sim {

class LoadScore {
 public:
  explicit LoadScore(bool wants_receipts) : wants_receipts_(wants_receipts) {}

  void submitted(smpp::Token token, smpp::Now now);
  // `id`: of a part that was accepted; empty: the SMSC gave none.
  void answered(smpp::Token token, smpp::command_status status, const std::string& id, smpp::Now now);
  void returned(smpp::Token token);   // not sent: to be submitted again
  void lost(smpp::Token token);       // the session ended, it may have arrived
  void timed_out(smpp::Token token);  // its response may still come
  void answered_late(smpp::command_status status, const std::string& id, smpp::Now now);
  // `is_final`: not an intermediate notification or a state that another follows.
  void receipt(const std::string& id, const std::string& state, bool is_final, smpp::Now now);

  [[nodiscard]] std::uint64_t outstanding() const { return sent_.size(); }
  [[nodiscard]] bool wants_receipts() const { return wants_receipts_; }
  [[nodiscard]] std::uint64_t receipts_awaited() const { return wants_receipts_ ? awaited_ : 0; }

  struct Totals {
    std::uint64_t submitted = 0, accepted = 0, refused = 0, lost = 0, timed_out = 0, late = 0, without_id = 0, reused_ids = 0;
    std::uint64_t receipts = 0;      // messages that got theirs
    std::uint64_t duplicates = 0;    // another final one for the same message
    std::uint64_t intermediate = 0;  // not final ones
    std::uint64_t early = 0;         // before the response that names the message
    std::uint64_t untracked = 0;     // accepted after kMostTracked ids: their receipts count as orphans
  };
  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] std::uint64_t orphans() const { return early_.size(); }  // receipts for no message of ours, so far
  [[nodiscard]] const std::map<std::string, std::uint64_t>& statuses() const { return statuses_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& states() const { return states_; }
  [[nodiscard]] const Histogram& response_times() const { return response_times_; }
  [[nodiscard]] const Histogram& receipt_times() const { return receipt_times_; }  // from the submit
  [[nodiscard]] smpp::Now first_submit() const { return first_submit_; }
  [[nodiscard]] smpp::Now last_answer() const { return last_answer_; }

 private:
  // About 100 octets an id; a duplicate can only be told while its id is known.
  static constexpr std::size_t kMostTracked = 10'000'000;

  struct Accepted {
    smpp::Now submitted_at;
    bool has_receipt = false;
  };
  struct Early {
    std::string state;
    smpp::Now at;
    std::uint64_t times = 1;
  };
  void accepted(const std::string& id, smpp::Now submitted_at);
  void matched(Accepted& message, const std::string& state, smpp::Now at);

  bool wants_receipts_;
  Totals totals_;
  std::uint64_t awaited_ = 0;
  std::unordered_map<smpp::Token, smpp::Now> sent_;
  std::unordered_map<std::string, Accepted> accepted_;
  std::unordered_map<std::string, Early> early_;
  std::map<std::string, std::uint64_t> statuses_, states_;
  Histogram response_times_, receipt_times_;
  smpp::Now first_submit_{}, last_answer_{};
};

}  // namespace smpp_sim
