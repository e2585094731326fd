#include "tools/smpp-sim/lint_session.hpp"

#include "smpp/pdu_text.hpp"
#include "tools/smpp-sim/annotate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace smpp_sim {
namespace {

using namespace std::chrono_literals;
using smpp::command_id;
using smpp::command_status;

constexpr LintTime kEnquireTooSoon = 10s;   // P54
constexpr LintTime kSilence = 60s;          // without any word of the ESME; carriers close after 30 to 300 s
constexpr LintTime kLateAnswer = 10s;       // of a deliver_sm
constexpr LintTime kUnanswered = 5s;        // younger ones may still be answered when the capture ends
constexpr LintTime kSecond = 1s;            // over which a pace is looked at
constexpr LintTime kOnItsWay = 100ms;       // what was sent before the answer was there
constexpr LintTime kAtOnce = 500ms;         // a pause of a second was due
constexpr LintTime kFullQueuePause = 5s;    // 30 s are due (P61); shorter than this is no pause
constexpr LintTime kNextAtOnce = 1ms;       // a submit so soon after an answer was waiting for it
constexpr std::size_t kSubmitsToJudge = 20;

bool is_bind(command_id id) {
  return id == command_id::bind_transceiver || id == command_id::bind_transmitter || id == command_id::bind_receiver;
}
bool is_message(command_id id) {
  return id == command_id::submit_sm || id == command_id::data_sm || id == command_id::submit_multi;
}

std::string ms_text(LintTime time) { return fmt::format("{} ms", time.count() / 1000); }

// What makes two submits the same message.
std::string fingerprint_of(const smpp::Pdu& pdu) {
  smpp::Pdu same = pdu;
  same.sequence_number = 0;
  return smpp::to_text(same);
}

}  // namespace

void LintSession::pdu(std::size_t number, LintTime at, bool from_esme, std::span<const std::byte> octets,
                      const Report& report) {
  if (octets.size() < smpp::kHeaderLength) return;
  const smpp::Header header = smpp::read_header(octets);
  const auto decoded = smpp::decode(octets);
  if (from_esme && !decoded) {
    report(LintRule::malformed_pdu, number, at, smpp::command_name(header.id) + ": " + smpp::message(decoded.error()));
  }
  if (from_esme && decoded) {
    for (const auto kind : decoded->tolerances) {
      report(LintRule::deviation, number, at, smpp::command_name(header.id) + ": " + deviation_text(smpp::name_of(kind)));
    }
  }
  if (from_esme) {
    const bool silent = bound_as_ && at - last_from_esme_ >= kSilence;
    if (silent) report(LintRule::enquire_link_never, number, at, fmt::format("nothing sent for {} s", (at - last_from_esme_) / 1s));
    last_from_esme_ = at;
    last_number_ = number;
  }
  if (smpp::is_response(header.id)) response(number, at, from_esme, header, report);
  else request(number, at, from_esme, header, decoded ? &decoded->pdu : nullptr, report);
}

void LintSession::sequence(std::size_t number, LintTime at, const smpp::Header& header, const Report& report) {
  const std::uint32_t n = header.sequence_number;
  const std::string shown = fmt::format("{} with sequence_number {}", smpp::command_name(header.id), n);
  if (n == 0) report(LintRule::sequence_zero, number, at, shown);
  if (n > 0x7FFFFFFF) report(LintRule::sequence_above_limit, number, at, shown);
  if (from_begin && !has_spoken_ && n > 1) report(LintRule::sequence_not_from_one, number, at, shown + " is the first");
  has_spoken_ = true;
  if (const auto used = from_esme_.find(n); used != from_esme_.end()) {
    report(LintRule::sequence_reused, number, at, fmt::format("{}, of which PDU {} is unanswered", shown, used->second.number));
  }
}

void LintSession::request(std::size_t number, LintTime at, bool from_esme, const smpp::Header& header,
                          const smpp::Pdu* pdu, const Report& report) {
  Pending pending{number, at, header.id, {}, {}};
  if (!from_esme) {
    if (header.id == command_id::unbind) unbound_ = true;
    if (smpp::is_answered(header.id)) from_smsc_[header.sequence_number] = std::move(pending);
    return;
  }
  sequence(number, at, header, report);
  if (is_bind(header.id)) {
    if (bound_as_ || binding_as_) report(LintRule::bind_twice, number, at, "another bind on the same connection");
    binding_as_ = header.id;
    if (pdu != nullptr) bind(number, at, *pdu, report);
  } else if (header.id == command_id::unbind) {
    unbound_ = true;
  } else if (header.id == command_id::enquire_link) {
    enquired(number, at, report);
  } else if (is_message(header.id)) {
    submit(number, at, pdu, pending, report);
  }
  if (smpp::is_answered(header.id)) from_esme_[header.sequence_number] = std::move(pending);
}

void LintSession::bind(std::size_t number, LintTime at, const smpp::Pdu& pdu, const Report& report) {
  std::visit(
      [&]<class Body>(const Body& body) {
        if constexpr (std::is_base_of_v<smpp::BindBody, Body>) {
          const unsigned version = body.interface_version;
          if (version == 34) report(LintRule::bind_version_in_decimal, number, at, "interface_version 0x22");
          else if (version < 0x34) report(LintRule::bind_without_version, number, at, fmt::format("interface_version 0x{:02X}", version));
          if (!body.password.empty() && !tls && !loopback) report(LintRule::plain_password, number, at, "a password without TLS");
        }
      },
      pdu.body);
}

void LintSession::enquired(std::size_t number, LintTime at, const Report& report) {
  if (last_enquire_ && at - *last_enquire_ < kEnquireTooSoon) {
    report(LintRule::enquire_link_too_often, number, at, ms_text(at - *last_enquire_) + " after the last");
  }
  last_enquire_ = at;
}

void LintSession::submit(std::size_t number, LintTime at, const smpp::Pdu* pdu, Pending& pending, const Report& report) {
  if (!bound_as_ && from_begin) {
    report(LintRule::submit_before_bind, number, at,
           binding_as_ ? "the bind is not answered yet" : "there was no bind, or it was refused");
  }
  if (bound_as_ == command_id::bind_receiver) report(LintRule::submit_on_receiver, number, at, "submitted on a receiver");
  pace(number, at, report);
  if (pdu == nullptr) return;
  if (const auto* one = std::get_if<smpp::SubmitSm>(&pdu->body)) {
    pending.destination = one->destination.addr;
    asks_receipts_ = asks_receipts_ || (one->registered_delivery & 0x03) != 0;
    lint_submit(*one, number, at, report);
  }
  pending.fingerprint = fingerprint_of(*pdu);
  repetition(number, at, pending, report);
}

// Window of one and throttling are seen in when submits come, not in what they say.
void LintSession::pace(std::size_t number, LintTime at, const Report& report) {
  const LintTime soon = std::max(kNextAtOnce, last_response_time_);
  if (outstanding_ == 0 && last_answer_ && at - *last_answer_ <= soon) ++waited_;
  ++submits_;
  most_outstanding_ = std::max(most_outstanding_, ++outstanding_);
  recent_submits_.push_back(at);
  while (at - recent_submits_.front() > kSecond) recent_submits_.pop_front();
  if (!throttled_at_) return;
  const LintTime since = at - *throttled_at_;
  if (since > kOnItsWay && since < kSecond) ++since_throttled_;
  // Nine tenths of the second before are looked at after it; half of the pace would be right.
  const bool as_fast = since_throttled_ >= 3 && since_throttled_ * 10 > before_throttled_ * 8;
  if (as_fast) {
    report(LintRule::ignores_throttling, number, at,
           fmt::format("{} submits within {} of ESME_RTHROTTLED, {} in the second before it", since_throttled_, ms_text(since),
                       before_throttled_));
  }
  if (as_fast || since >= kSecond) throttled_at_.reset();
}

void LintSession::repetition(std::size_t number, LintTime at, const Pending& pending, const Report& report) {
  if (const auto found = throttled_.find(pending.fingerprint); found != throttled_.end()) {
    const LintTime after = at - found->second;
    if (after < kAtOnce) report(LintRule::ignores_throttling, number, at, "the same message again " + ms_text(after) + " after ESME_RTHROTTLED");
    throttled_.erase(found);
  }
  if (const auto found = full_queues_.find(pending.destination); found != full_queues_.end()) {
    const LintTime after = at - found->second;
    if (after < kFullQueuePause) report(LintRule::ignores_full_queue, number, at, fmt::format("{} after ESME_RMSGQFUL for {}", ms_text(after), pending.destination));
    full_queues_.erase(found);
  }
  if (const auto found = failed_for_good_.find(pending.fingerprint); found != failed_for_good_.end()) {
    report(LintRule::repeats_permanent_error, number, at, "refused before with " + smpp::status_name(found->second));
  }
  for (const auto& [sequence_number, other] : from_esme_) {
    if (other.fingerprint == pending.fingerprint && at - other.at >= kUnanswered) {
      report(LintRule::repeats_request, number, at, fmt::format("the same as PDU {}, which has no response", other.number));
      break;
    }
  }
}

void LintSession::response(std::size_t number, LintTime at, bool from_esme, const smpp::Header& header,
                           const Report& report) {
  auto& asked = from_esme ? from_smsc_ : from_esme_;
  const auto found = asked.find(header.sequence_number);
  const bool is_nack = header.id == command_id::generic_nack;
  if (!from_esme && is_nack) nacked_by_smsc_ = header.sequence_number;
  if (found == asked.end()) {
    if (!from_esme || !from_begin) return;
    const std::string shown = fmt::format("{} with sequence_number {}", smpp::command_name(header.id), header.sequence_number);
    if (is_nack && nacked_by_smsc_ == header.sequence_number) report(LintRule::nack_answered, number, at, shown);
    else report(LintRule::response_to_nothing, number, at, shown);
    return;
  }
  const Pending pending = found->second;
  asked.erase(found);
  if (!from_esme) return answered(at, header, pending);
  if (!is_nack && header.id != smpp::response_to(pending.id)) {
    report(LintRule::response_of_wrong_type, number, at,
           smpp::command_name(header.id) + " to the " + smpp::command_name(pending.id) + fmt::format(" of PDU {}", pending.number));
  }
  esme_answered(number, at, header, pending, report);
}

void LintSession::esme_answered(std::size_t number, LintTime at, const smpp::Header& header, const Pending& asked,
                                const Report& report) {
  if (asked.id != command_id::deliver_sm && asked.id != command_id::data_sm) return;
  if (at - asked.at >= kLateAnswer) {
    report(LintRule::deliver_answered_late, number, at, fmt::format("PDU {} was answered after {} s", asked.number, (at - asked.at) / 1s));
  }
  if (header.status == command_status::ESME_RX_P_APPN)
    report(LintRule::deliver_refused_for_good, number, at, "a message was refused with ESME_RX_P_APPN");
}

void LintSession::answered(LintTime at, const smpp::Header& header, const Pending& asked) {
  if (is_bind(asked.id)) {
    if (header.status == command_status::ESME_ROK) bound_as_ = asked.id;
    else refused_at_ = at;
    binding_as_.reset();
    return;
  }
  if (!is_message(asked.id)) return;
  if (outstanding_ > 0) --outstanding_;
  last_answer_ = at;
  last_response_time_ = at - asked.at;
  if (header.status == command_status::ESME_RTHROTTLED) {
    throttled_[asked.fingerprint] = at;
    if (!throttled_at_) {
      throttled_at_ = at;
      since_throttled_ = 0;
      before_throttled_ = recent_submits_.size();
    }
  } else if (header.status == command_status::ESME_RMSGQFUL) {
    full_queues_[asked.destination] = at;
  } else if (smpp::class_of(header.status) == smpp::status_class::perm) {
    failed_for_good_[asked.fingerprint] = header.status;
  }
}

// What is known at the end of the connection, or of the capture.
void LintSession::unanswered(LintTime at, const Report& report) {
  for (const auto& [sequence_number, asked] : from_smsc_) {
    if (at - asked.at < kUnanswered) continue;
    const std::string what = fmt::format("{} with sequence_number {}", smpp::command_name(asked.id), sequence_number);
    switch (asked.id) {
      case command_id::deliver_sm:
      case command_id::data_sm: report(LintRule::deliver_unanswered, asked.number, asked.at, what); break;
      case command_id::enquire_link: report(LintRule::enquire_link_unanswered, asked.number, asked.at, what); break;
      case command_id::unbind: report(LintRule::unbind_unanswered, asked.number, asked.at, what); break;
      default: break;
    }
  }
  from_smsc_.clear();
  // A pace of its own looks the same as a window of one unless it was the answers that let the next go.
  if (submits_ >= kSubmitsToJudge && most_outstanding_ == 1 && waited_ * 10 >= submits_ * 8) {
    report(LintRule::window_of_one, 0, at, fmt::format("{} submits, each at once after the response to the one before", submits_));
  }
  if (submits_ > 0 && !asks_receipts_) report(LintRule::no_receipts_asked, 0, at, fmt::format("{} submits", submits_));
  if (bound_as_ && at - last_from_esme_ >= kSilence) {
    report(LintRule::enquire_link_never, last_number_, at, fmt::format("nothing sent for {} s", (at - last_from_esme_) / 1s));
  }
}

void LintSession::closed(LintTime at, bool by_esme, bool reset, const Report& report) {
  if (closed_) return;
  closed_ = true;
  unanswered(at, report);
  if (!by_esme || !bound_as_) return;
  if (!unbound_) report(LintRule::no_unbind, last_number_, at, "the connection was closed while bound");
  if (reset) report(LintRule::reset_by_esme, last_number_, at, "the connection was reset");
}

void LintSession::finish(LintTime at, const Report& report) {
  if (closed_) return;
  closed_ = true;
  unanswered(at, report);
}

}  // namespace smpp_sim
