// The glue between a session and the engine: what a session says becomes inputs, and nothing is claimed for one that
// sends no more.
#include "core/engine/bind.hpp"
#include "smpp/codec.hpp"
#include "test/unit/catch.hpp"

#include <chrono>
#include <variant>
#include <vector>

using namespace core::engine;
using namespace std::chrono_literals;

namespace {

struct Glue {
  explicit Glue(smpp::SessionSettings settings = {}, std::uint64_t max_messages = 0) : bind("a", 1, 10, {}, max_messages) {
    settings.epoch = 7;
    session.emplace(settings);
    bind.begin(7);
    session->connected(now);
    session->written(session->output().size());
    hear({smpp::command_status::ESME_ROK, 1, smpp::BindTransceiverResp{}, false});
  }
  void hear(const smpp::Pdu& pdu) {
    session->receive(smpp::encode(pdu).value(), now);
    take();
  }
  void take() {
    std::vector<smpp::Event> events;
    while (auto event = session->next_event()) events.push_back(std::move(*event));
    bind.take(*session, std::move(events), inputs);
  }
  Submit message(const std::string& to, Id id = 1) {
    Submit submit;
    submit.link = bind.link();
    submit.segment = {id, 0};
    submit.pdu.destination.addr = to;
    return submit;
  }
  template <class Kind>
  std::size_t count() const {
    std::size_t found = 0;
    for (const Input& input : inputs) found += std::holds_alternative<Kind>(input);
    return found;
  }
  smpp::Now now{1h};
  Bind bind;
  std::optional<smpp::Session> session;
  std::vector<Input> inputs;
};

}  // namespace

TEST_CASE("the peer's unbind ends the link for the engine at once, the close that follows says nothing more (P65)") {
  Glue glue;
  CHECK(glue.count<LinkUp>() == 1);
  glue.hear({smpp::command_status::ESME_ROK, 9, smpp::Unbind{}, false});
  CHECK(glue.count<LinkDown>() == 1);
  glue.bind.submit(&*glue.session, glue.message("447700900001"), glue.now, glue.inputs);
  CHECK(std::get<SubmitDone>(glue.inputs.back()).outcome == SubmitOutcome::returned);
  glue.session->disconnected({}, glue.now);
  glue.take();
  CHECK(glue.count<LinkDown>() == 1);
}

TEST_CASE("alert_notification tells that the person is reachable, unless it says otherwise (P26)") {
  Glue glue;
  smpp::AlertNotification alert;
  alert.source = {1, 1, "447700900001"};
  alert.tlvs.add_integer(smpp::tag::ms_availability_status, 2);
  glue.hear({smpp::command_status::ESME_ROK, 9, alert, false});
  CHECK(glue.count<Reachable>() == 0);
  alert.tlvs.clear();
  glue.hear({smpp::command_status::ESME_ROK, 10, alert, false});
  REQUIRE(glue.count<Reachable>() == 1);
  CHECK(std::get<Reachable>(glue.inputs.back()).source.addr == "447700900001");
}

TEST_CASE("a session that unbinds by itself takes no requests, and the first one returned says so") {
  Glue glue;
  glue.session->unbind(glue.now);
  glue.take();
  glue.bind.submit(&*glue.session, glue.message("447700900001", 1), glue.now, glue.inputs);
  glue.bind.submit(&*glue.session, glue.message("447700900001", 2), glue.now, glue.inputs);
  CHECK(glue.count<LinkQuiet>() == 1);
  CHECK_FALSE(glue.bind.takes_submits());
  CHECK(glue.count<LinkDown>() == 0);
  CHECK(glue.count<SubmitDone>() == 2);
  glue.session->disconnected({}, glue.now);
  glue.take();
  CHECK(glue.count<LinkDown>() == 1);
}

TEST_CASE("a message that cannot be encoded is told with the field, not returned as if it could be tried again") {
  Glue glue;
  glue.bind.submit(&*glue.session, glue.message(std::string(25, '4')), glue.now, glue.inputs);
  const auto& done = std::get<SubmitDone>(glue.inputs.back());
  CHECK(done.outcome == SubmitOutcome::unencodable);
  CHECK(done.message_id.find("destination_addr") != std::string::npos);
  CHECK(glue.count<LinkDown>() == 0);
}

namespace {
// A deliver_sm, or data_sm, whose short_message says 200 octets and has two.
smpp::Octets cut(std::uint32_t sequence_number) {
  smpp::DeliverSm pdu;
  pdu.source.addr = "447700900001";
  pdu.short_message = smpp::to_octets("Hi");
  smpp::Octets octets = smpp::encode({smpp::command_status::ESME_ROK, sequence_number, pdu, false}).value();
  octets[octets.size() - 3] = std::byte{200};
  return octets;
}
std::vector<smpp::Decoded> sent(smpp::Session& session) {
  std::vector<smpp::Decoded> pdus;
  for (std::span<const std::byte> output = session.output(); !output.empty();) {
    const std::size_t length = smpp::read_header(output).command_length;
    pdus.push_back(smpp::decode(output.first(length)).value());
    output = output.subspan(length);
  }
  return pdus;
}
}  // namespace

TEST_CASE("a PDU that cannot be decoded waits for the owner's answer where the owner wants it (P14)") {
  smpp::SessionSettings settings;
  settings.owner_answers_malformed = true;
  Glue glue(settings);
  glue.session->receive(cut(5), glue.now);
  glue.take();
  REQUIRE(glue.count<Undecodable>() == 1);
  CHECK(sent(*glue.session).empty());
  const Undecodable input = std::get<Undecodable>(glue.inputs.back());
  CHECK(input.status == smpp::command_status::ESME_RINVMSGLEN);
  CHECK(input.kind == "short_message_overrun");
  CHECK(input.raw == cut(5));
  glue.bind.respond(&*glue.session, {input.link, input.incoming, smpp::command_status::ESME_ROK}, 1);
  const auto answers = sent(*glue.session);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].pdu.id() == smpp::command_id::deliver_sm_resp);
  CHECK(answers[0].pdu.status == smpp::command_status::ESME_ROK);
  CHECK(answers[0].pdu.sequence_number == 5);
}

TEST_CASE("else the session refuses it at once (P13)") {
  Glue glue;
  glue.session->receive(cut(5), glue.now);
  glue.take();
  CHECK(glue.count<Undecodable>() == 0);
  const auto answers = sent(*glue.session);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].pdu.status == smpp::command_status::ESME_RINVMSGLEN);
}

TEST_CASE("a short_message that is cut is taken as it is where the account says so (P13)") {
  smpp::SessionSettings settings;
  settings.accept_short_sm = true;
  Glue glue(settings);
  glue.session->receive(cut(5), glue.now);
  glue.take();
  REQUIRE(glue.count<Mo>() == 1);
  CHECK(std::get<Mo>(glue.inputs.back()).payload.user_data == smpp::to_octets("Hi"));
}

TEST_CASE("a session that has taken as many messages as it may is ended with manners, once all are answered (P63)") {
  Glue glue({}, 2);
  glue.session->written(glue.session->output().size());
  for (Id id = 1; id <= 3; ++id) glue.bind.submit(&*glue.session, glue.message("447700900001", id), glue.now, glue.inputs);
  CHECK(glue.count<LinkDown>() == 0);
  CHECK(std::get<LinkQuiet>(glue.inputs.at(1)).why == "it has taken as many messages as a bind may");
  REQUIRE(glue.count<SubmitDone>() == 1);  // the third comes back unwritten
  CHECK(std::get<SubmitDone>(glue.inputs.back()).outcome == SubmitOutcome::returned);
  CHECK(sent(*glue.session).size() == 2);  // no unbind yet
  glue.session->written(glue.session->output().size());
  for (const std::uint32_t number : {2U, 3U}) glue.hear({smpp::command_status::ESME_ROK, number, smpp::SubmitSmResp{{"m", {}}}, false});
  CHECK(glue.count<SubmitDone>() == 3);
  const auto goodbye = sent(*glue.session);
  REQUIRE(goodbye.size() == 1);
  CHECK(goodbye[0].pdu.id() == smpp::command_id::unbind);
  glue.bind.begin(8);
}

TEST_CASE("TLVs of requests go by the versions unless the account says otherwise (P35)") {
  const auto takes = [](std::uint8_t version, std::optional<bool> send_tlvs) {
    smpp::SessionSettings settings;
    settings.bind.interface_version = version;
    settings.send_tlvs = send_tlvs;
    Glue glue(settings);
    Submit submit = glue.message("447700900001");
    submit.pdu.tlvs.add_integer(smpp::tag::user_message_reference, 7);
    glue.bind.submit(&*glue.session, submit, glue.now, glue.inputs);
    return glue.count<SubmitDone>() == 0;
  };
  CHECK(takes(0x34, std::nullopt));
  CHECK_FALSE(takes(0x33, std::nullopt));
  CHECK(takes(0x33, true));
  CHECK_FALSE(takes(0x34, false));
}
