// A carrier may send messages and receipts as data_sm, all text in message_payload (P24, P74).
#include "core/engine/bind.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/engine_desk.hpp"

namespace {

using namespace desk;

// A bind whose peer is the SMSC side of a second session: what one writes the other reads.
struct Carrier {
  Carrier() : bind("a", 0, 10), esme(settings(smpp::Role::esme)), smsc(settings(smpp::Role::smsc)) {
    bind.begin(kEpoch);
    esme.connected({});
    smsc.connected({});
    exchange();
  }
  static smpp::SessionSettings settings(smpp::Role role) {
    smpp::SessionSettings made;
    made.role = role;
    made.epoch = kEpoch;
    return made;
  }
  void exchange() {
    for (int i = 0; i < 4; ++i) {
      pass(esme, smsc);
      pass(smsc, esme);
      std::vector<smpp::Event> events;
      while (auto event = esme.next_event()) events.push_back(*std::move(event));
      bind.take(esme, std::move(events), inputs);
      while (auto event = smsc.next_event()) {
        if (const auto* asked = std::get_if<smpp::BindRequested>(&*event)) {
          smsc.respond(asked->incoming, {smpp::command_status::ESME_ROK, smpp::BindTransceiverResp{}});
        } else if (auto* done = std::get_if<smpp::Done>(&*event)) {
          responses.push_back(std::move(done->response));
        }
      }
    }
  }
  static void pass(smpp::Session& from, smpp::Session& to) {
    const Octets octets(from.output().begin(), from.output().end());
    from.written(octets.size());
    to.receive(octets, {});
  }
  // The last input that came of it.
  Input send(const smpp::Request& pdu) {
    REQUIRE(smsc.request(pdu, ++token, {}));
    exchange();
    REQUIRE_FALSE(inputs.empty());
    return inputs.back();
  }
  void answer(const smpp::Incoming& incoming, smpp::command_status status) {
    bind.respond(&esme, {bind.link(), incoming, status}, 1);
    exchange();
  }

  static constexpr std::uint64_t kEpoch = 5;
  Bind bind;
  smpp::Session esme, smsc;
  smpp::Token token = 0;
  std::vector<Input> inputs;
  std::vector<smpp::Pdu> responses;
};

smpp::DataSm data_sm(const std::string& text) {
  smpp::DataSm pdu;
  pdu.source = {1, 1, kAnn};
  pdu.destination = {3, 0, "80800"};
  if (!text.empty()) pdu.tlvs.add(smpp::tag::message_payload, smpp::to_octets(text));
  return pdu;
}

Octets raw_of(const smpp::DataSm& pdu) { return smpp::encode({smpp::command_status::ESME_ROK, 1, pdu, false}).value(); }

}  // namespace

TEST_CASE("an MO sent as data_sm is an MO with the text of its message_payload, answered by data_sm_resp") {
  Carrier carrier;
  const auto mo = std::get<Mo>(carrier.send(data_sm("YES")));
  CHECK(mo.source.addr == kAnn);
  CHECK(mo.destination.addr == "80800");
  CHECK(smpp::to_text(mo.payload.user_data) == "YES");
  CHECK(mo.raw.size() > 16);
  CHECK(carrier.bind.unanswered() == 1);
  carrier.answer(mo.incoming, smpp::command_status::ESME_ROK);
  CHECK(carrier.bind.unanswered() == 0);
  REQUIRE(carrier.responses.size() == 1);
  CHECK(std::holds_alternative<smpp::DataSmResp>(carrier.responses[0].body));
}

TEST_CASE("deliver_sm and data_sm on one bind each get their own response, whatever the order of the answers") {
  Carrier carrier;
  const auto data = std::get<Mo>(carrier.send(data_sm("one")));
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, kAnn};
  pdu.short_message = smpp::to_octets("two");
  const auto deliver = std::get<Mo>(carrier.send(pdu));
  carrier.answer(deliver.incoming, smpp::command_status::ESME_ROK);
  carrier.answer(data.incoming, smpp::command_status::ESME_RTHROTTLED);
  REQUIRE(carrier.responses.size() == 2);
  CHECK(std::holds_alternative<smpp::DeliverSmResp>(carrier.responses[0].body));
  CHECK(std::holds_alternative<smpp::DataSmResp>(carrier.responses[1].body));
  CHECK(carrier.responses[1].status == smpp::command_status::ESME_RTHROTTLED);
}

TEST_CASE("a receipt sent as data_sm is a receipt: by TLVs alone, or by text in message_payload (P74)") {
  Carrier carrier;
  auto by_tlvs = data_sm("");
  by_tlvs.tlvs.add_cstring(smpp::tag::receipted_message_id, "6E84FC04");
  by_tlvs.tlvs.add_integer(smpp::tag::message_state, 5);
  auto input = std::get<ReceiptArrived>(carrier.send(by_tlvs));
  REQUIRE(input.receipt);
  CHECK(input.receipt->id == "6E84FC04");
  CHECK(input.receipt->state == smpp::MessageState::UNDELIVERABLE);
  CHECK(input.source.addr == kAnn);
  carrier.answer(input.incoming, smpp::command_status::ESME_ROK);
  CHECK(std::holds_alternative<smpp::DataSmResp>(carrier.responses.at(0).body));

  auto by_text = data_sm("id:m1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:");
  by_text.esm_class = 0x04;
  input = std::get<ReceiptArrived>(carrier.send(by_text));
  REQUIRE(input.receipt);
  CHECK(input.receipt->id == "m1");
  CHECK(input.receipt->state == smpp::MessageState::DELIVERED);
}

TEST_CASE("a reply sent as data_sm is answered by the campaign, and a receipt sent so ends its message") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  const Id first = d.submitted.at(0).segment.message;
  d.accept_all();
  auto receipt = data_sm("id:m1 stat:DELIVRD err:000");
  receipt.esm_class = 0x04;
  d.turn({*input_of(d.link, {d.link.epoch, 1}, smpp::Pdu{{}, 1, receipt, false}, raw_of(receipt))});
  CHECK(d.message(first).state == MessageState::delivered);
  const auto reply = data_sm("YES");
  d.turn({*input_of(d.link, {d.link.epoch, 2}, smpp::Pdu{{}, 2, reply, false}, raw_of(reply))});
  CHECK(d.texts_to(kAnn).back() == "Confirmed.");
}

TEST_CASE("a part that came as data_sm is handed on when the others do not come (P112)") {
  Desk d;
  d.up();
  auto part = data_sm("");
  part.tlvs.add_integer(smpp::tag::sar_msg_ref_num, 9);
  part.tlvs.add_integer(smpp::tag::sar_total_segments, 2);
  part.tlvs.add_integer(smpp::tag::sar_segment_seqnum, 1);
  part.tlvs.add(smpp::tag::message_payload, smpp::to_octets("STOP"));
  d.turn({*input_of(d.link, {d.link.epoch, 1}, smpp::Pdu{{}, 1, part, false}, raw_of(part))});
  CHECK(d.texts_to(kAnn).empty());
  d.pass(24h);
  d.turn({Tick{}});
  REQUIRE_FALSE(d.texts_to(kAnn).empty());
  CHECK(d.texts_to(kAnn).back() == "You are out.");
}

TEST_CASE("parts by SAR TLVs join in any order, as deliver_sm or data_sm, apart from a set by header with their number (P113)") {
  std::vector<int> order{1, 2, 3};
  do {
    Desk d;
    d.up();
    std::uint64_t count = 0;
    for (const int n : order) {
      auto part = data_sm("");
      part.tlvs.add_integer(smpp::tag::sar_msg_ref_num, 7);
      part.tlvs.add_integer(smpp::tag::sar_total_segments, 3);
      part.tlvs.add_integer(smpp::tag::sar_segment_seqnum, static_cast<std::uint64_t>(n));
      part.tlvs.add(smpp::tag::message_payload, smpp::to_octets(n == 1 ? "one " : n == 2 ? "two " : "three"));
      const smpp::DeliverSm other = smpp::deliver_sm_of(part);
      const bool as_data_sm = n == 2;
      const smpp::Pdu pdu = as_data_sm ? smpp::Pdu{{}, 1, part, false} : smpp::Pdu{{}, 1, other, false};
      d.turn({*input_of(d.link, {d.link.epoch, ++count}, pdu, smpp::encode(pdu).value())});
      smpp::DeliverSm by_header = smpp::deliver_sm_of(data_sm(""));
      by_header.tlvs.clear();
      by_header.esm_class = 0x40;
      by_header.short_message = smpp::from_hex("050003070301").value();
      by_header.short_message.push_back(std::byte{'x'});
      if (n == 2) d.turn({*input_of(d.link, {d.link.epoch, ++count}, smpp::Pdu{{}, 1, by_header, false}, smpp::encode({{}, 1, by_header, false}).value())});
    }
    CHECK(d.last_inbound(kAnn).text == "one two three");
  } while (std::ranges::next_permutation(order).found);
}
