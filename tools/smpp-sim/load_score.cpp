#include "tools/smpp-sim/load_score.hpp"

namespace smpp_sim {
namespace {

Histogram::Duration between(smpp::Now from, smpp::Now to) {
  return std::chrono::duration_cast<Histogram::Duration>(to - from);
}

}  // namespace

void LoadScore::submitted(smpp::Token token, smpp::Now now) {
  if (totals_.submitted == 0) first_submit_ = now;
  ++totals_.submitted;
  sent_.emplace(token, now);
}

void LoadScore::answered(smpp::Token token, smpp::command_status status, const std::string& id, smpp::Now now) {
  const auto found = sent_.find(token);
  if (found == sent_.end()) return;
  const smpp::Now submitted_at = found->second;
  sent_.erase(found);
  last_answer_ = now;
  response_times_.add(between(submitted_at, now));
  ++statuses_[smpp::status_name(status)];
  if (status != smpp::command_status::ESME_ROK) {
    ++totals_.refused;
    return;
  }
  accepted(id, submitted_at);
}

// Counted as timed out already; only its receipt is still to be told from a stranger's.
void LoadScore::answered_late(smpp::command_status status, const std::string& id, smpp::Now now) {
  ++totals_.late;
  if (status == smpp::command_status::ESME_ROK) accepted(id, now);
}

void LoadScore::accepted(const std::string& id, smpp::Now submitted_at) {
  ++totals_.accepted;
  if (id.empty()) ++totals_.without_id;
  if (!wants_receipts_ || id.empty()) return;
  if (accepted_.size() >= kMostTracked) {
    ++totals_.untracked;
    return;
  }
  const auto [place, is_new] = accepted_.try_emplace(id, Accepted{submitted_at});
  if (!is_new) {
    ++totals_.reused_ids;
    return;
  }
  ++awaited_;
  const auto early = early_.find(id);
  if (early == early_.end()) return;
  ++totals_.early;
  matched(place->second, early->second.state, early->second.at);
  totals_.duplicates += early->second.times - 1;
  early_.erase(early);
}

void LoadScore::returned(smpp::Token token) {
  if (sent_.erase(token) != 0) --totals_.submitted;
}

void LoadScore::lost(smpp::Token token) {
  if (sent_.erase(token) != 0) ++totals_.lost;
}

void LoadScore::timed_out(smpp::Token token) {
  if (sent_.erase(token) != 0) ++totals_.timed_out;
}

void LoadScore::receipt(const std::string& id, const std::string& state, bool is_final, smpp::Now now) {
  if (!is_final) {
    ++totals_.intermediate;
    return;
  }
  const auto found = accepted_.find(id);
  if (found != accepted_.end()) return matched(found->second, state, now);
  const auto [place, is_new] = early_.try_emplace(id, Early{state, now});
  if (!is_new) ++place->second.times;
}

void LoadScore::matched(Accepted& message, const std::string& state, smpp::Now at) {
  if (message.has_receipt) {
    ++totals_.duplicates;
    return;
  }
  message.has_receipt = true;
  --awaited_;
  ++totals_.receipts;
  ++states_[state];
  receipt_times_.add(between(message.submitted_at, at));
}

}  // namespace smpp_sim
