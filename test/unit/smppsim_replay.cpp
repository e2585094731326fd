// A recorded session played again: what is read of it, and what of it gets another name.
#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/recording.hpp"
#include "tools/smpp-sim/replay.hpp"

#include <string>

using namespace smpp_sim;

namespace {

smpp::Octets pdu_of(const char* command, std::uint32_t sequence_number, const char* name = nullptr, const char* value = nullptr) {
  smpp::Pdu pdu = smpp::make_pdu(*smpp::command_of(command));
  pdu.sequence_number = sequence_number;
  if (name != nullptr) REQUIRE(smpp::set_field(pdu, name, value));
  return *smpp::encode(pdu);
}

RecordedPdu recorded(bool from_esme, smpp::Octets octets) { return {1, {}, from_esme, std::move(octets)}; }

std::string read(const std::string& text, Recording& recording, std::size_t connection = 1) {
  return read_recording(smpp::octets_of(text), connection, recording);
}

const std::string kLink = R"("hex":"00000010000000150000000000000007"})";

}  // namespace

TEST_CASE("lines of a trace are read, each connection by itself, with their times from the first on") {
  Recording recording;
  const std::string text = R"({"at":"2026-01-02T15:30:00.250Z","connection":1,"direction":"in",)" + kLink + "\n" +
                           R"({"at":"2026-01-02T15:30:00.300Z","connection":2,"direction":"in",)" + kLink + "\n\n" +
                           R"({"at":"2026-01-02T15:30:00.300Z","event":"connected"})" + "\n" +
                           R"({"at":"2026-01-02T15:30:01.500Z","connection":1,"direction":"out",)" + kLink + "\n";
  REQUIRE(read(text, recording).empty());
  CHECK(recording.connections == 2);
  REQUIRE(recording.pdus.size() == 2);
  CHECK(recording.pdus[0].from_esme);
  CHECK_FALSE(recording.pdus[1].from_esme);
  CHECK(recording.pdus[1].at == std::chrono::milliseconds(1250));
  CHECK(recording.pdus[1].number == 5);
  CHECK(read(text, recording, 3) == "connection 3: there are 2");
}

TEST_CASE("a line that is wrong is told with its number") {
  Recording recording;
  CHECK(read("{}\n[", recording) == "line 2: not a JSON object");
  CHECK(read("{}", recording) == "no line has a PDU");
  CHECK(read(R"({"at":1,"direction":"up",)" + kLink, recording) == "line 1: direction is neither \"in\" nor \"out\"");
  CHECK(read(R"({"direction":"in",)" + kLink, recording) == "line 1: at is missing");
  CHECK(read(R"({"at":"now","direction":"in",)" + kLink, recording).starts_with("line 1: at is not a time"));
  CHECK(read(R"({"at":1,"direction":"in","hex":"00"})", recording) == "line 1: hex is not the digits of a PDU");
  CHECK(read(R"({"at":1,"direction":"in","hex":"00000011000000150000000000000007"})", recording) ==
        "line 1: hex is not as long as its command_length says");
}

TEST_CASE("our responses take the number of the request that came, and are not sent where none came") {
  Rehearsal rehearsal(false);
  const auto submit = recorded(true, pdu_of("submit_sm", 5, "short_message", "hi"));
  const auto response = recorded(false, pdu_of("submit_sm_resp", 5, "message_id", "a"));
  CHECK(rehearsal.is_ours(response));
  CHECK_FALSE(rehearsal.ours(response));
  const auto came = pdu_of("submit_sm", 99, "short_message", "hi");
  CHECK(rehearsal.may_be(submit, came));
  CHECK(rehearsal.theirs(submit, came).empty());
  REQUIRE(rehearsal.ours(response));
  CHECK(smpp::read_header(*rehearsal.ours(response)).sequence_number == 99);
}

TEST_CASE("what differs is told by field, but for what is new each time") {
  Rehearsal rehearsal(false);
  const auto differences = rehearsal.theirs(recorded(true, pdu_of("submit_sm", 5, "data_coding", "8")), pdu_of("submit_sm", 5, "user_message_reference", "7"));
  REQUIRE(differences.size() == 2);
  CHECK(differences[0] == "data_coding is \"0\" instead of \"8\"");
  CHECK(differences[1] == "user_message_reference is new: \"7\"");
  Rehearsal esme(true);
  const auto response = recorded(false, pdu_of("submit_sm_resp", 5, "message_id", "old"));
  CHECK(esme.theirs(response, pdu_of("submit_sm_resp", 5, "message_id", "new")).empty());
  CHECK(esme.theirs(response, pdu_of("submit_sm_resp", 5, "command_status", "ESME_RTHROTTLED")).front() ==
        "command_status is ESME_RTHROTTLED instead of ESME_ROK");
  CHECK_FALSE(esme.may_be(response, pdu_of("submit_sm_resp", 6)));
}

TEST_CASE("as ESME our queries name messages by the ids of this time") {
  Rehearsal esme(true);
  static_cast<void>(esme.theirs(recorded(false, pdu_of("submit_sm_resp", 5, "message_id", "old")), pdu_of("submit_sm_resp", 5, "message_id", "new")));
  const auto query = esme.ours(recorded(true, pdu_of("query_sm", 6, "message_id", "old")));
  REQUIRE(query);
  CHECK(std::get<smpp::QuerySm>(smpp::decode(*query)->pdu.body).message_id == "new");
  CHECK(smpp::read_header(*query).sequence_number == 6);
}
