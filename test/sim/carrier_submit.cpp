// What becomes of a submit_sm at the carrier.
#include "smpp/codec.hpp"
#include "test/sim/carrier.hpp"
#include "test/sim/world.hpp"

#include <cstdio>

namespace sim {

using namespace std::chrono_literals;
using smpp::command_status;

bool Carrier::throttles(const std::string& account) {
  std::deque<Time>& recent = recent_[account];
  const Time now = world_.schedule.now();
  while (!recent.empty() && now - recent.front() >= 1s) recent.pop_front();
  recent.push_back(now);
  if (world_.faults.strikes(Fault::throttled_at_random)) return true;
  const double limit = world_.plan.carrier_rate;
  return limit > 0 && static_cast<double>(recent.size()) > limit && world_.faults.strikes(Fault::throttled_above_rate);
}

void Carrier::on_submit(const SessionPtr& session, const smpp::Received& received) {
  const auto* pdu = std::get_if<smpp::SubmitSm>(&received.pdu.body);
  if (!pdu) throw Violation{"what we send is well formed", "the carrier got a request that is no submit_sm"};
  ++submits_;
  world_.judge.submit_arrived(session->id, received.pdu.sequence_number, *pdu);
  bool lost = false;
  if (throttles(session->account)) return answer(session, received, command_status::ESME_RTHROTTLED, {}, 2ms);
  if (world_.faults.strikes(Fault::retry_status)) {
    const auto status = world_.random.chance(0.5) ? command_status::ESME_RSYSERR : command_status::ESME_RX_T_APPN;
    return answer(session, received, status, {}, response_delay(lost));
  }
  if (world_.faults.strikes(Fault::rejected_for_good)) {
    return answer(session, received, command_status::ESME_RINVDSTADR, {}, response_delay(lost));
  }
  if (world_.faults.strikes(Fault::late_refusal)) {
    return answer(session, received, command_status::ESME_RTHROTTLED, {}, world_.plan.esme_timers.response + world_.random.between(500ms, 4s));
  }
  const Taken taken = take(*session, *pdu);
  const Duration delay = response_delay(lost);
  plan_receipts(taken, world_.faults.strikes(Fault::receipt_before_response));
  if (!lost) answer(session, received, command_status::ESME_ROK, taken.id, delay);
}

Duration Carrier::response_delay(bool& lost) {
  lost = world_.faults.strikes(Fault::lost_response);
  if (world_.faults.strikes(Fault::late_response)) return world_.plan.esme_timers.response + world_.random.between(100ms, 6s);
  if (world_.faults.strikes(Fault::slow_response)) return world_.random.between(500ms, 6s);
  return world_.random.between(1ms, 30ms);
}

void Carrier::answer(const SessionPtr& session, const smpp::Received& received, command_status status, const std::string& id, Duration delay) {
  const bool twice = world_.faults.strikes(Fault::duplicate_response);
  world_.schedule.after(delay, [this, session_id = session->id, incoming = received.incoming, number = received.pdu.sequence_number, status, id, twice] {
    const SessionPtr found = this->session(session_id);
    if (!found) return;
    world_.judge.submit_answered(session_id, number);
    const smpp::SubmitSmResp body{{id, {}}};
    found->smpp.respond(incoming, {status, body});
    step(found);
    if (!twice || found->ended) return;
    // Behind whole PDUs: the wire has taken all that the session had to say.
    if (const auto octets = smpp::encode(smpp::Pdu{status, number, body, false})) found->wire->write(Side::smsc, *octets);
  });
}

Taken Carrier::take(const Session& session, const smpp::SubmitSm& pdu) {
  Taken taken;
  taken.segment = *segment_of(pdu);
  taken.account = session.account;
  taken.person = pdu.destination.addr;
  taken.sender = pdu.source.addr;
  taken.number = 0xA000000000ULL + ++last_id_;
  char id[24];
  std::snprintf(id, sizeof id, "%llX", static_cast<unsigned long long>(taken.number));
  taken.id = id;
  taken_.push_back(taken);
  world_.judge.segment_taken(taken);
  world_.log.note("carrier took", taken.segment.message, taken.segment.segment, taken.id);
  return taken;
}

}  // namespace sim
