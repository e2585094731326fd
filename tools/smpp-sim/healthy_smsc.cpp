#include "tools/smpp-sim/healthy_smsc.hpp"

#include "smpp/receipt_build.hpp"

#include <variant>

namespace smpp_sim {
namespace {

constexpr std::uint8_t kDelivered = 2;

template <class Body>
smpp::Response with_id(Body body, const std::string& message_id) {
  body.message_id = message_id;
  return {smpp::command_status::ESME_ROK, std::move(body)};
}

template <class Body>
smpp::Response bound() {
  Body body;
  body.system_id = "smpp-sim";
  body.tlvs.add_integer(smpp::tag::sc_interface_version, 0x34);
  return {smpp::command_status::ESME_ROK, std::move(body)};
}

}  // namespace

std::optional<smpp::Response> healthy_response(const smpp::PduBody& request, const std::string& message_id) {
  using namespace smpp;
  if (std::holds_alternative<BindTransceiver>(request)) return bound<BindTransceiverResp>();
  if (std::holds_alternative<BindTransmitter>(request)) return bound<BindTransmitterResp>();
  if (std::holds_alternative<BindReceiver>(request)) return bound<BindReceiverResp>();
  if (std::holds_alternative<SubmitSm>(request)) return with_id(SubmitSmResp{}, message_id);
  if (std::holds_alternative<SubmitMulti>(request)) return with_id(SubmitMultiResp{}, message_id);
  if (std::holds_alternative<DataSm>(request)) return with_id(DataSmResp{}, message_id);
  if (std::holds_alternative<BroadcastSm>(request)) return with_id(BroadcastSmResp{}, message_id);
  if (std::holds_alternative<EnquireLink>(request)) return Response{command_status::ESME_ROK, EnquireLinkResp{}};
  if (std::holds_alternative<Unbind>(request)) return Response{command_status::ESME_ROK, UnbindResp{}};
  if (std::holds_alternative<CancelSm>(request)) return Response{command_status::ESME_ROK, CancelSmResp{}};
  if (std::holds_alternative<ReplaceSm>(request)) return Response{command_status::ESME_ROK, ReplaceSmResp{}};
  if (const auto* query = std::get_if<QuerySm>(&request)) {
    QuerySmResp body;
    body.message_id = query->message_id;
    body.message_state = kDelivered;
    return Response{command_status::ESME_ROK, std::move(body)};
  }
  return std::nullopt;
}

std::optional<smpp::DeliverSm> healthy_receipt(const smpp::PduBody& request, const std::string& message_id) {
  const auto* submit = std::get_if<smpp::SubmitSm>(&request);
  if (submit == nullptr || (submit->registered_delivery & 0x01) == 0) return std::nullopt;
  smpp::ReceiptFacts facts;
  facts.source = submit->destination;
  facts.destination = submit->source;
  facts.id = message_id;
  facts.state = smpp::MessageState::DELIVERED;
  return smpp::make_receipt(facts);
}

void HealthySmsc::answer(smpp::Session& session, const smpp::Event& event, smpp::Now now) {
  const auto* bind = std::get_if<smpp::BindRequested>(&event);
  const auto* received = std::get_if<smpp::Received>(&event);
  if (bind == nullptr && received == nullptr) return;
  const smpp::Pdu& pdu = bind != nullptr ? bind->pdu : received->pdu;
  const std::string id = bind != nullptr ? "" : std::to_string(++last_id_);
  const auto response = healthy_response(pdu.body, id);
  if (!response) return;
  session.respond(bind != nullptr ? bind->incoming : received->incoming, *response);
  receipt(session, pdu, id, now);
}

// A transmitter takes none, and more than the window holds are not owed to anybody here.
void HealthySmsc::receipt(smpp::Session& session, const smpp::Pdu& pdu, const std::string& id, smpp::Now now) {
  const auto made = healthy_receipt(pdu.body, id);
  if (!made || session.free_slots() == 0) return;
  static_cast<void>(session.request(*made, ++last_token_, now).has_value());
}

}  // namespace smpp_sim
