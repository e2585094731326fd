// `smpp-sim lint`: each habit is found where it is, and a well-behaved client has none.
#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/lint.hpp"
#include "tools/smpp-sim/lint_run.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace smpp_sim;
using namespace std::chrono_literals;

namespace {

using Fields = std::initializer_list<std::pair<const char*, const char*>>;

smpp::Octets pdu_of(const char* command, std::uint32_t sequence_number, Fields fields) {
  smpp::Pdu pdu = smpp::make_pdu(*smpp::command_of(command));
  pdu.sequence_number = sequence_number;
  for (const auto& [name, value] : fields) {
    INFO(name);
    REQUIRE(smpp::set_field(pdu, name, value));
  }
  const auto octets = smpp::encode(pdu);
  REQUIRE(octets);
  return *octets;
}

// A conversation of one client, in a time of its own.
struct Scene {
  explicit Scene(Lint::Where where = {.loopback = true, .tls = false, .from_begin = true}) { lint.connected(1, where, now); }
  void esme(const char* command, std::uint32_t n, Fields fields = {}) { lint.pdu(1, ++number, now, true, pdu_of(command, n, fields)); }
  void smsc(const char* command, std::uint32_t n, Fields fields = {}) { lint.pdu(1, ++number, now, false, pdu_of(command, n, fields)); }
  void raw(const char* digits) { lint.pdu(1, ++number, now, true, *smpp::from_hex(digits)); }
  void bind(const char* command = "bind_transceiver", const char* response = "bind_transceiver_resp") {
    esme(command, 1);
    smsc(response, 1);
  }
  // A submit that has nothing wrong but what `fields` say, and its response.
  void submit(std::uint32_t n, Fields fields = {}, const char* status = "0") {
    smpp::Octets octets = pdu_of("submit_sm", n, fields);
    auto decoded = smpp::decode(octets);
    auto& body = std::get<smpp::SubmitSm>(decoded->pdu.body);
    if (body.destination.addr.empty()) body.destination = {1, 1, "447700900001"};
    if (body.source.addr.empty()) body.source = {5, 0, "ACME"};
    lint.pdu(1, ++number, now, true, *smpp::encode(decoded->pdu));
    smsc("submit_sm_resp", n, {{"command_status", status}});
  }
  void wait(LintTime time) { now += time; }
  std::vector<Finding> end() {
    lint.closed(1, now, true, false);
    return lint.finish(now);
  }
  std::set<std::string> names() {
    std::set<std::string> names;
    for (const Finding& finding : end()) names.emplace(text_of(finding.rule).name);
    return names;
  }
  bool finds(const char* name) { return names().contains(name); }

  Lint lint;
  LintTime now{1'000'000'000};
  std::size_t number = 0;
};

bool submit_finds(const char* name, Fields fields) {
  Scene scene;
  scene.bind();
  scene.submit(2, fields);
  return scene.finds(name);
}

}  // namespace

TEST_CASE("a client that does everything right has no finding") {
  Scene scene;
  scene.bind();
  for (std::uint32_t n = 2; n < 40; n += 2) {
    scene.esme("submit_sm", n, {{"source_addr", "ACME"}, {"source_addr_ton", "5"}, {"destination_addr", "447700900001"},
                                {"dest_addr_ton", "1"}, {"dest_addr_npi", "1"}, {"registered_delivery", "1"}, {"short_message", "hello"},
                                {"validity_period", "000001000000000R"}});
    scene.wait(5ms);
    scene.smsc("submit_sm_resp", n, {{"message_id", "x"}});
    scene.smsc("deliver_sm", n, {{"esm_class", "4"}});
    scene.esme("deliver_sm_resp", n);
    scene.wait(100ms);
  }
  scene.wait(30s);
  scene.esme("enquire_link", 41);
  scene.smsc("enquire_link_resp", 41);
  scene.smsc("enquire_link", 900);
  scene.esme("enquire_link_resp", 900);
  scene.esme("unbind", 42);
  scene.smsc("unbind_resp", 42);
  const auto findings = scene.end();
  for (const Finding& finding : findings) UNSCOPED_INFO(text_of(finding.rule).name << ": " << finding.what);
  CHECK(findings.empty());
}

TEST_CASE("habits of one message are found in its fields") {
  CHECK(submit_finds("ton_international_plus", {{"destination_addr", "+447700900001"}, {"dest_addr_ton", "1"}}));
  CHECK(submit_finds("ton_alphanumeric_digits", {{"source_addr", "447700900001"}, {"source_addr_ton", "5"}}));
  CHECK(submit_finds("ton_number_with_letters", {{"source_addr", "ACME"}, {"source_addr_ton", "1"}}));
  CHECK(submit_finds("alphanumeric_too_long", {{"source_addr", "ACMEBANKLTD1"}, {"source_addr_ton", "5"}}));
  CHECK(submit_finds("ton_reserved", {{"source_addr", "1"}, {"source_addr_ton", "9"}}));
  CHECK(submit_finds("ton_short_international", {{"source_addr", "80800"}, {"source_addr_ton", "1"}}));
  CHECK(submit_finds("udhi_without_header", {{"esm_class", "64"}, {"short_message", "STOP"}}));
  CHECK(submit_finds("header_without_udhi", {{"short_message", "0x05000301020168656c6c6f"}}));
  CHECK(submit_finds("udh_and_sar", {{"esm_class", "64"}, {"short_message", "0x05000301020168656c6c6f"}, {"sar_msg_ref_num", "1"}, {"sar_total_segments", "2"}, {"sar_segment_seqnum", "1"}}));
  CHECK(submit_finds("sar_incomplete", {{"short_message", "x"}, {"sar_msg_ref_num", "1"}}));
  CHECK(submit_finds("odd_ucs2", {{"data_coding", "8"}, {"short_message", "0x004100"}}));
  CHECK(submit_finds("ucs2_little_endian", {{"data_coding", "8"}, {"short_message", "0x4100420043004400"}}));
  CHECK(submit_finds("utf8_as_default", {{"short_message", "0x636166c3a9"}}));
  CHECK(submit_finds("high_octets_as_default", {{"short_message", "0x636166e9"}}));
  CHECK(submit_finds("data_coding_reserved", {{"data_coding", "11"}, {"short_message", "x"}}));
  CHECK(submit_finds("payload_and_short_message", {{"short_message", "x"}, {"message_payload", "y"}}));
  CHECK(submit_finds("esm_class_reserved", {{"esm_class", "4"}, {"short_message", "x"}}));
  CHECK(submit_finds("validity_malformed", {{"validity_period", "20260102"}}));
  CHECK(submit_finds("validity_malformed", {{"validity_period", "261301000000000+"}}));
  CHECK(submit_finds("registered_delivery_reserved", {{"registered_delivery", "0x80"}}));
  const std::string longest(161, 'a'), beyond(255, 'a');
  CHECK(submit_finds("too_long_for_one_sms", {{"short_message", longest.c_str()}}));
  CHECK_FALSE(submit_finds("too_long_for_one_sms", {{"short_message", longest.c_str() + 1}}));
  CHECK(submit_finds("short_message_too_long", {{"short_message", beyond.c_str()}}));
  CHECK(submit_finds("no_receipts_asked", {{"short_message", "x"}}));
  CHECK_FALSE(submit_finds("no_receipts_asked", {{"registered_delivery", "1"}}));
  Scene nobody;
  nobody.bind();
  nobody.esme("submit_sm", 2);
  CHECK(nobody.finds("destination_empty"));
}

TEST_CASE("what is said before the bind, on the wrong bind, or binds twice is found") {
  Scene early;
  early.esme("bind_transmitter", 1);
  early.esme("submit_sm", 2);
  CHECK(early.finds("submit_before_bind"));
  Scene receiver;
  receiver.bind("bind_receiver", "bind_receiver_resp");
  receiver.submit(2);
  CHECK(receiver.finds("submit_on_receiver"));
  Scene twice;
  twice.bind();
  twice.esme("bind_transceiver", 2);
  CHECK(twice.finds("bind_twice"));
}

TEST_CASE("the bind itself: version, password, and how soon after a refusal") {
  Scene plain({.loopback = false, .tls = false, .from_begin = true});
  plain.esme("bind_transceiver", 1, {{"password", "secret"}, {"interface_version", "0"}});
  const auto names = plain.names();
  CHECK(names.contains("plain_password"));
  CHECK(names.contains("bind_without_version"));
  Scene safe({.loopback = false, .tls = true, .from_begin = true});
  safe.esme("bind_transceiver", 1, {{"password", "secret"}, {"interface_version", "34"}});
  const auto others = safe.names();
  CHECK_FALSE(others.contains("plain_password"));
  CHECK(others.contains("bind_version_in_decimal"));
  Scene refused;
  refused.esme("bind_transceiver", 1);
  refused.smsc("bind_transceiver_resp", 1, {{"command_status", "ESME_RALYBND"}});
  refused.wait(100ms);
  refused.lint.connected(2, {.loopback = true, .tls = false, .from_begin = true}, refused.now);
  refused.lint.pdu(2, 3, refused.now, true, pdu_of("bind_transceiver", 1, {}));
  CHECK(refused.finds("bind_hammering"));
}

TEST_CASE("sequence numbers: zero, beyond the limit, used while outstanding, not from one") {
  Scene scene;
  scene.bind();
  scene.esme("enquire_link", 0);
  scene.wait(20s);
  scene.esme("enquire_link", 0x80000001);
  scene.wait(20s);
  scene.esme("enquire_link", 0x80000001);
  const auto names = scene.names();
  CHECK(names.contains("sequence_zero"));
  CHECK(names.contains("sequence_above_limit"));
  CHECK(names.contains("sequence_reused"));
  CHECK_FALSE(names.contains("sequence_not_from_one"));
  Scene late;
  late.esme("bind_transceiver", 100);
  CHECK(late.finds("sequence_not_from_one"));
}

TEST_CASE("responses: to nothing, of the wrong type, too late, never, to a nack") {
  Scene scene;
  scene.bind();
  scene.esme("deliver_sm_resp", 77);
  scene.smsc("deliver_sm", 5);
  scene.esme("data_sm_resp", 5);
  scene.smsc("deliver_sm", 6);
  scene.wait(11s);
  scene.esme("deliver_sm_resp", 6, {{"command_status", "ESME_RX_P_APPN"}});
  scene.smsc("deliver_sm", 7);
  scene.smsc("enquire_link", 8);
  scene.smsc("unbind", 9);
  scene.smsc("generic_nack", 55);
  scene.esme("generic_nack", 55);
  scene.wait(6s);
  const auto names = scene.names();
  for (const char* name : {"response_to_nothing", "response_of_wrong_type", "deliver_answered_late", "deliver_refused_for_good",
                           "deliver_unanswered", "enquire_link_unanswered", "unbind_unanswered", "nack_answered"}) {
    INFO(name);
    CHECK(names.contains(name));
  }
}

TEST_CASE("enquire_link too often, or never in a minute of silence") {
  Scene often;
  often.bind();
  for (std::uint32_t n = 2; n < 6; ++n) {
    often.wait(2s);
    often.esme("enquire_link", n);
    often.smsc("enquire_link_resp", n);
  }
  CHECK(often.finds("enquire_link_too_often"));
  Scene silent;
  silent.bind();
  silent.wait(61s);
  CHECK(silent.finds("enquire_link_never"));
}

TEST_CASE("a window of one is told from a pace of its own") {
  Scene waits;
  waits.bind();
  for (std::uint32_t n = 2; n < 40; ++n) {
    waits.submit(n);
    waits.wait(300us);
  }
  CHECK(waits.finds("window_of_one"));
  Scene paced;
  paced.bind();
  for (std::uint32_t n = 2; n < 40; ++n) {
    paced.submit(n);
    paced.wait(20ms);
  }
  CHECK_FALSE(paced.finds("window_of_one"));
}

TEST_CASE("who goes on as fast after ESME_RTHROTTLED, or repeats at once, is found; who slows down is not") {
  const auto run = [](LintTime between, LintTime after) {
    Scene scene;
    scene.bind();
    for (std::uint32_t n = 2; n < 40; ++n) {
      scene.submit(n, {{"short_message", std::to_string(n).c_str()}}, n == 20 ? "ESME_RTHROTTLED" : "0");
      scene.wait(n < 20 ? between : after);
    }
    return scene.finds("ignores_throttling");
  };
  CHECK(run(50ms, 50ms));
  CHECK_FALSE(run(50ms, 200ms));
  Scene same;
  same.bind();
  same.submit(2, {{"short_message", "x"}}, "ESME_RTHROTTLED");
  same.wait(10ms);
  same.submit(3, {{"short_message", "x"}});
  CHECK(same.finds("ignores_throttling"));
}

TEST_CASE("what was refused for good, is in a full queue or without response is not to be sent again") {
  Scene scene;
  scene.bind();
  scene.submit(2, {{"short_message", "x"}}, "ESME_RINVDSTADR");
  scene.wait(1s);
  scene.submit(3, {{"short_message", "x"}}, "ESME_RMSGQFUL");
  scene.wait(1s);
  scene.submit(4, {{"short_message", "y"}});
  scene.esme("submit_sm", 5, {{"destination_addr", "447700900002"}, {"short_message", "z"}});
  scene.wait(6s);
  scene.esme("submit_sm", 6, {{"destination_addr", "447700900002"}, {"short_message", "z"}});
  const auto names = scene.names();
  CHECK(names.contains("repeats_permanent_error"));
  CHECK(names.contains("ignores_full_queue"));
  CHECK(names.contains("repeats_request"));
}

TEST_CASE("an end without unbind, or by a reset, is found; an end by the SMSC is not the client's") {
  Scene scene;
  scene.bind();
  CHECK(scene.finds("no_unbind"));
  Scene reset;
  reset.bind();
  reset.lint.closed(1, reset.now, true, true);
  CHECK(reset.finds("reset_by_esme"));
  Scene by_smsc;
  by_smsc.bind();
  by_smsc.lint.closed(1, by_smsc.now, false, false);
  CHECK(by_smsc.names().empty());
}

TEST_CASE("PDUs that cannot be decoded, and those that deviate, are found with what is wrong") {
  Scene scene;
  scene.bind();
  scene.raw("00000012000000040000000000000002" "0001");
  scene.raw("0000001100000015000000000000000300");
  const auto findings = scene.end();
  REQUIRE(findings.size() >= 2);
  CHECK(text_of(findings[0].rule).name == "malformed_pdu");
  CHECK(findings[0].pdu == 3);
  CHECK(has_error(findings));
}

TEST_CASE("a habit is one finding with its count, worst first, and the report says what to do") {
  Scene scene;
  scene.bind();
  for (std::uint32_t n = 2; n < 5; ++n) scene.submit(n, {{"data_coding", "8"}, {"short_message", "0x41"}});
  const auto findings = scene.end();
  REQUIRE(!findings.empty());
  CHECK(text_of(findings[0].rule).severity == Severity::error);
  CHECK(findings[0].times == 3);
  CHECK(findings[0].pdu == 3);
  const std::string table = lint_table(findings, scene.number);
  CHECK(table.find("odd_ucs2") != std::string::npos);
  CHECK(table.find("3 times (P97, v3.4 5.2.19)") != std::string::npos);
  CHECK(lint_json(findings, 1, {"a note"}).find("\"ok\":false") != std::string::npos);
}
