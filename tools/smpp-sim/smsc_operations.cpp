// What an ESME asks of messages it has sent, submit_multi, and the broadcast family of v5.0.
#include "tools/smpp-sim/smsc.hpp"

#include "smpp/time_format.hpp"
#include "tools/smpp-sim/receipt_shape.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace smpp_sim {
using smpp::command_status;

namespace {

constexpr std::size_t kMaxUnsuccessful = 255;      // no_unsuccess is one octet (P23)
constexpr std::size_t kMaxBroadcasts = 10'000;     // of which the areas are kept
constexpr std::uint8_t kNotDeliveredError = 1;     // error_code of query_sm_resp, as err:001 of the receipt
constexpr std::uint8_t kWholeArea = 100;           // broadcast_area_success, percent

template <class Body>
smpp::Response response_of(command_status status, Body body) {
  smpp::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

bool is_final(smpp::MessageState state) { return smpp::finality_of(state) == smpp::Finality::final_state; }

}  // namespace

Decision Smsc::decide(Client& client, Trigger command, std::string_view from, std::string_view to,
                      std::string_view text) {
  if (!behaviours_.has(command)) return {};
  const std::uint32_t queued = store_.queued(std::string(to));
  return behaviours_.decide({command, client.key, from, to, text, queued}, client.random, clocks_.steady());
}

// False: no command of the version of this bind.
bool Smsc::on_operation(Client& client, const Asked& asked, smpp::PduBody& body) {
  Asked of = asked;
  const auto as = [&of](Trigger command) -> const Asked& {
    of.command = command;
    return of;
  };
  if (auto* multi = std::get_if<smpp::SubmitMulti>(&body)) {
    on_submit_multi(client, as(Trigger::submit_multi), std::move(*multi));
  } else if (const auto* query = std::get_if<smpp::QuerySm>(&body)) {
    on_query_sm(client, as(Trigger::query_sm), *query);
  } else if (const auto* one = std::get_if<smpp::CancelSm>(&body)) {
    on_cancel_sm(client, as(Trigger::cancel_sm), *one);
  } else if (auto* replace = std::get_if<smpp::ReplaceSm>(&body)) {
    on_replace_sm(client, as(Trigger::replace_sm), *replace);
  } else if (client.version < kVersion50) {
    return false;
  } else if (const auto* broadcast = std::get_if<smpp::BroadcastSm>(&body)) {
    on_broadcast_sm(client, as(Trigger::broadcast_sm), *broadcast);
  } else if (const auto* of_broadcast = std::get_if<smpp::QueryBroadcastSm>(&body)) {
    on_query_broadcast_sm(client, as(Trigger::query_broadcast_sm), *of_broadcast);
  } else if (const auto* no_broadcast = std::get_if<smpp::CancelBroadcastSm>(&body)) {
    on_cancel_broadcast_sm(client, as(Trigger::cancel_broadcast_sm), *no_broadcast);
  } else {
    return false;
  }
  return true;
}

// Lists unfolded; absent: one of them is not known.
std::optional<std::vector<smpp::Address>> Smsc::destinations_of(const smpp::SubmitMulti& pdu) const {
  std::vector<smpp::Address> all;
  for (const smpp::DestAddress& one : pdu.dest_address) {
    if (const auto* address = std::get_if<smpp::Address>(&one)) {
      all.push_back(*address);
      continue;
    }
    const std::string& name = std::get<smpp::DistributionList>(one).dl_name;
    const auto list = std::find_if(options_.lists.begin(), options_.lists.end(), [&](const auto& l) { return l.name == name; });
    if (list == options_.lists.end()) return std::nullopt;
    for (const std::string& number : list->numbers) all.push_back({1, 1, number});
  }
  return all;
}

void Smsc::on_submit_multi(Client& client, const Asked& asked, smpp::SubmitMulti&& pdu) {
  const auto destinations = destinations_of(pdu);
  // unsuccess_sme has no room for the name of a list, so that the whole request is refused.
  if (!destinations) {
    return answer(client, asked, response_of(command_status::ESME_RINVDLNAME, smpp::SubmitMultiResp{}), {});
  }
  smpp::SubmitSm one;
  one.service_type = std::move(pdu.service_type);
  one.source = std::move(pdu.source);
  one.esm_class = pdu.esm_class;
  one.protocol_id = pdu.protocol_id;
  one.priority_flag = pdu.priority_flag;
  one.schedule_delivery_time = std::move(pdu.schedule_delivery_time);
  one.validity_period = std::move(pdu.validity_period);
  one.registered_delivery = pdu.registered_delivery;
  one.data_coding = pdu.data_coding;
  one.short_message = std::move(pdu.short_message);
  one.tlvs = std::move(pdu.tlvs);

  smpp::SubmitMultiResp body;
  std::optional<Decision> how;  // of the first that was accepted, else of the first
  command_status first_refusal = command_status::ESME_ROK;
  std::size_t refused = 0;  // more than unsuccess_sme has room for, perhaps
  for (const smpp::Address& destination : *destinations) {
    smpp::SubmitSm copy = one;
    copy.destination = destination;
    Decision decision;
    const bool is_first_accepted = body.message_id.empty();
    const command_status status = take(client, asked, std::move(copy), decision, body.message_id);
    if (!how || (status == command_status::ESME_ROK && is_first_accepted)) how = decision;
    if (status == command_status::ESME_ROK) continue;
    ++refused;
    if (first_refusal == command_status::ESME_ROK) first_refusal = status;
    if (body.unsuccess_sme.size() < kMaxUnsuccessful) body.unsuccess_sme.push_back({destination, status});
  }
  const bool all_refused = refused == destinations->size();
  const command_status status = all_refused ? first_refusal : command_status::ESME_ROK;
  if (how && how->congestion && client.takes_tlvs) body.tlvs.add_integer(smpp::tag::congestion_state, *how->congestion);
  answer(client, asked, response_of(status, std::move(body)), how.value_or(Decision{}));
}

void Smsc::on_query_sm(Client& client, const Asked& asked, const smpp::QuerySm& pdu) {
  const Decision decision = decide(client, asked.command, pdu.source.addr, {});
  const SegmentPtr segment = store_.find(client.key, pdu.message_id, pdu.source.addr);
  smpp::QuerySmResp body;
  command_status status = decision.status.value_or(command_status::ESME_ROK);
  if (status == command_status::ESME_ROK && !segment) status = command_status::ESME_RQUERYFAIL;
  if (status == command_status::ESME_ROK) {
    body.message_id = segment->id;
    body.message_state = static_cast<std::uint8_t>(segment->state);
    if (is_final(segment->state)) {
      // v3.3 has dates of 12 characters here, which no field of ours can hold; empty is allowed (P20, P25).
      if (client.version >= kVersion34) {
        body.final_date = smpp::absolute_time(std::chrono::floor<std::chrono::seconds>(segment->done_at));
      }
      if (segment->state != smpp::MessageState::DELIVERED) body.error_code = kNotDeliveredError;
    }
  }
  answer(client, asked, response_of(status, std::move(body)), decision);
}

void Smsc::cancel(Segment& segment) {
  store_.done(segment, smpp::MessageState::DELETED, clocks_.wall());
  if (wants_receipt(segment.pdu, smpp::stat_of(smpp::MessageState::DELETED))) {
    send_receipt(segment, smpp::MessageState::DELETED, false);
  }
}

void Smsc::on_cancel_sm(Client& client, const Asked& asked, const smpp::CancelSm& pdu) {
  const Decision decision = decide(client, asked.command, pdu.source.addr, pdu.destination.addr);
  command_status status = decision.status.value_or(command_status::ESME_ROK);
  if (status == command_status::ESME_ROK) {
    std::vector<SegmentPtr> found;
    if (pdu.message_id.empty()) {
      found = store_.under_way(client.key, pdu.service_type, pdu.source.addr, pdu.destination.addr);
    } else if (SegmentPtr one = store_.find(client.key, pdu.message_id, pdu.source.addr)) {
      const bool is_meant = pdu.destination.addr.empty() || pdu.destination.addr == one->pdu.destination.addr;
      if (is_meant && one->is_under_way) found.push_back(std::move(one));
    }
    for (const SegmentPtr& segment : found) cancel(*segment);
    if (found.empty()) status = command_status::ESME_RCANCELFAIL;
  }
  answer(client, asked, response_of(status, smpp::CancelSmResp{}), decision);
}

void Smsc::on_replace_sm(Client& client, const Asked& asked, smpp::ReplaceSm& pdu) {
  const Decision decision = decide(client, asked.command, pdu.source.addr, {});
  command_status status = decision.status.value_or(command_status::ESME_ROK);
  const SegmentPtr segment = store_.find(client.key, pdu.message_id, pdu.source.addr);
  const bool is_there = segment && segment->is_under_way;
  if (status == command_status::ESME_ROK && !is_there) status = command_status::ESME_RREPLACEFAIL;
  if (status == command_status::ESME_ROK) {
    segment->pdu.short_message = std::move(pdu.short_message);
    segment->pdu.registered_delivery = pdu.registered_delivery;
    segment->pdu.sm_default_msg_id = pdu.sm_default_msg_id;
    if (!pdu.validity_period.empty()) segment->pdu.validity_period = std::move(pdu.validity_period);
    if (const auto* payload = pdu.tlvs.find(smpp::tag::message_payload)) {
      segment->pdu.tlvs.clear();
      segment->pdu.tlvs.add(payload->tag, payload->value);
    }
  }
  answer(client, asked, response_of(status, smpp::ReplaceSmResp{}), decision);
}

void Smsc::on_broadcast_sm(Client& client, const Asked& asked, const smpp::BroadcastSm& pdu) {
  const Decision decision = decide(client, asked.command, pdu.source.addr, {});
  const command_status admitted = admission(client, pdu.source.addr);
  const command_status status = admitted != command_status::ESME_ROK
                                    ? admitted
                                    : decision.status.value_or(command_status::ESME_ROK);
  smpp::BroadcastSmResp body;
  if (status == command_status::ESME_ROK) {
    auto segment = std::make_shared<Segment>();
    segment->account = client.key;
    segment->id = message_id(decision.ids.value_or(IdForm::decimal), ++next_id_, client.last_id, client.random);
    segment->pdu.source = pdu.source;
    segment->pdu.service_type = pdu.service_type;
    segment->submitted_at = clocks_.wall();
    body.message_id = segment->id;
    std::vector<smpp::Tlv> areas;
    for (const smpp::Tlv& tlv : pdu.tlvs) {
      if (tlv.tag == smpp::tag::broadcast_area_identifier) areas.push_back(tlv);
    }
    if (broadcast_areas_.size() >= kMaxBroadcasts) broadcast_areas_.erase(broadcast_areas_.begin());
    broadcast_areas_[segment->id] = std::move(areas);
    store_.add(segment);
    const Millis delay = decision.receipt_delay.value_or(behaviour_.receipt_delay);
    const auto on_air = [this, segment] {
      if (segment->is_under_way) store_.done(*segment, smpp::MessageState::DELIVERED, clocks_.wall());
    };
    if (!decision.never_arrives) after(delay, on_air);
  }
  answer(client, asked, response_of(status, std::move(body)), decision);
}

void Smsc::on_query_broadcast_sm(Client& client, const Asked& asked, const smpp::QueryBroadcastSm& pdu) {
  const Decision decision = decide(client, asked.command, pdu.source.addr, {});
  const SegmentPtr segment = store_.find(client.key, pdu.message_id, pdu.source.addr);
  const auto areas = broadcast_areas_.find(pdu.message_id);
  command_status status = decision.status.value_or(command_status::ESME_ROK);
  const bool is_there = segment && areas != broadcast_areas_.end();
  if (status == command_status::ESME_ROK && !is_there) status = command_status::ESME_RBCASTQUERYFAIL;
  smpp::QueryBroadcastSmResp body;
  if (status == command_status::ESME_ROK) {
    body.message_id = segment->id;
    body.tlvs.add_integer(smpp::tag::message_state, static_cast<std::uint64_t>(segment->state));
    const std::uint8_t success = segment->state == smpp::MessageState::DELIVERED ? kWholeArea : 0;
    for (const smpp::Tlv& area : areas->second) {
      body.tlvs.add(area.tag, area.value);
      body.tlvs.add_integer(smpp::tag::broadcast_area_success, success);
    }
  }
  answer(client, asked, response_of(status, std::move(body)), decision);
}

void Smsc::on_cancel_broadcast_sm(Client& client, const Asked& asked, const smpp::CancelBroadcastSm& pdu) {
  const Decision decision = decide(client, asked.command, pdu.source.addr, {});
  const SegmentPtr segment = store_.find(client.key, pdu.message_id, pdu.source.addr);
  command_status status = decision.status.value_or(command_status::ESME_ROK);
  const bool is_there = segment && segment->is_under_way && broadcast_areas_.count(pdu.message_id) != 0;
  if (status == command_status::ESME_ROK && !is_there) status = command_status::ESME_RBCASTCANCELFAIL;
  if (status == command_status::ESME_ROK) store_.done(*segment, smpp::MessageState::DELETED, clocks_.wall());
  answer(client, asked, response_of(status, smpp::CancelBroadcastSmResp{}), decision);
}

}  // namespace smpp_sim
