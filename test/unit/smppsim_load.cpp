// The parts of `smpp-sim load`: latencies, patterns, messages, and which receipt belongs to whom.
#include "smpp/udh.hpp"
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/load_message.hpp"
#include "tools/smpp-sim/load_report.hpp"
#include "tools/smpp-sim/load_score.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <string>

using namespace smpp_sim;
using namespace std::chrono_literals;
using smpp::command_status;

namespace {
smpp::Now at(std::chrono::microseconds time) { return smpp::Now(time); }
}  // namespace

TEST_CASE("percentiles are those of the samples, to two in a hundred") {
  Histogram times;
  for (int us = 1; us <= 100'000; ++us) times.add(std::chrono::microseconds(us));
  CHECK(times.count() == 100'000);
  CHECK(times.least() == 1us);
  CHECK(times.most() == 100'000us);
  for (const auto& [percent, us] : {std::pair{50.0, 50'000.0}, {90.0, 90'000.0}, {99.0, 99'000.0}, {99.9, 99'900.0}}) {
    const auto got = static_cast<double>(times.percentile(percent).count());
    CHECK(got >= us);
    CHECK(got <= us * 1.02);
  }
  CHECK(times.percentile(100) == 100'000us);
}

TEST_CASE("a histogram of nothing, of one and of what is too long or negative") {
  Histogram times;
  CHECK(times.percentile(99) == 0us);
  times.add(-5us);
  CHECK(times.most() == 0us);
  times.add(std::chrono::hours(100));
  CHECK(times.percentile(50) == 0us);
  CHECK(times.percentile(100) > std::chrono::hours(1));
  Histogram exact;
  for (int us = 0; us < 128; ++us) exact.add(std::chrono::microseconds(us));
  CHECK(exact.percentile(50) == 63us);
}

TEST_CASE("patterns fill in the number and random digits, the same for the same seed") {
  LoadTemplate pattern;
  REQUIRE(pattern.parse("4477{n:05}-{random:8}-{{x}}-{n}").empty());
  RandomDigits a(7), b(7), c(8);
  const std::string made = pattern.make(42, a);
  CHECK(made.starts_with("447700042-"));
  CHECK(made.ends_with("-{x}-42"));
  CHECK(made.size() == 10 + 8 + 7);
  CHECK(pattern.make(42, b) == made);
  CHECK(pattern.make(42, c) != made);
  CHECK_FALSE(pattern.is_constant());
}

TEST_CASE("a pattern that is wrong says where and what there is") {
  LoadTemplate pattern;
  CHECK(pattern.parse("a{m}") == "character 2: {m} is unknown; {n}, {n:08} and {random:8} are known");
  CHECK(pattern.parse("{n").find("a brace is not closed") != std::string::npos);
  CHECK_FALSE(pattern.parse("{random}").empty());
  CHECK_FALSE(pattern.parse("{n:999}").empty());
}

TEST_CASE("messages of a load are the same whenever they are made, long ones in parts of one reference") {
  LoadMessages messages;
  REQUIRE(messages.prepare("ACME", "4477{random:8}", std::string(200, 'x') + " {n}", 1, 3).empty());
  CHECK(messages.parts() == 2);
  const smpp::SubmitSm first = messages.make(2), again = messages.make(2), second = messages.make(3);
  CHECK(first.destination.addr == again.destination.addr);
  CHECK(first.destination.addr == second.destination.addr);
  CHECK(first.destination.addr != messages.make(0).destination.addr);
  CHECK(first.source.ton == 5);
  CHECK(first.destination.ton == 1);
  const auto one = smpp::payload_of(first), two = smpp::payload_of(second);
  REQUIRE(one.concatenation);
  REQUIRE(two.concatenation);
  CHECK(one.concatenation->reference == two.concatenation->reference);
  CHECK(two.concatenation->number == 2);
  CHECK(messages.prepare("1", "", "x", 1, 1) == "--to: \"\" is not of 1 to 20 characters");
  CHECK(messages.prepare("1", "2", "", 1, 1).starts_with("--text: "));
}

TEST_CASE("receipts are matched to the messages that were accepted, whichever comes first") {
  LoadScore score(true);
  for (smpp::Token token = 0; token < 4; ++token) score.submitted(token, at(0us));
  score.receipt("b", "DELIVRD", true, at(5ms));  // before its response
  score.answered(0, command_status::ESME_ROK, "a", at(10ms));
  score.answered(1, command_status::ESME_ROK, "b", at(10ms));
  score.answered(2, command_status::ESME_RTHROTTLED, "", at(10ms));
  score.lost(3);
  CHECK(score.outstanding() == 0);
  CHECK(score.receipts_awaited() == 1);
  score.receipt("a", "ENROUTE", false, at(11ms));
  CHECK(score.receipts_awaited() == 1);
  score.receipt("a", "UNDELIV", true, at(20ms));
  score.receipt("a", "UNDELIV", true, at(21ms));
  score.receipt("nobody", "DELIVRD", true, at(22ms));
  const auto& totals = score.totals();
  CHECK(score.receipts_awaited() == 0);
  CHECK(totals.accepted == 2);
  CHECK(totals.refused == 1);
  CHECK(totals.lost == 1);
  CHECK(totals.receipts == 2);
  CHECK(totals.early == 1);
  CHECK(totals.duplicates == 1);
  CHECK(totals.intermediate == 1);
  CHECK(score.orphans() == 1);
  CHECK(score.states().at("UNDELIV") == 1);
  CHECK(score.receipt_times().most() == 20ms);
}

TEST_CASE("what came back unsent was never submitted, and a late response is counted beside its timeout") {
  LoadScore score(true);
  score.submitted(1, at(0us));
  score.returned(1);
  CHECK(score.totals().submitted == 0);
  score.submitted(1, at(1ms));
  score.timed_out(1);
  score.answered(1, command_status::ESME_ROK, "x", at(2ms));
  CHECK(score.totals().accepted == 0);
  score.answered_late(command_status::ESME_ROK, "x", at(3ms));
  score.receipt("x", "DELIVRD", true, at(4ms));
  CHECK(score.totals().timed_out == 1);
  CHECK(score.totals().late == 1);
  CHECK(score.totals().receipts == 1);
  CHECK(score.orphans() == 0);
}

TEST_CASE("messages that no receipt can be matched to are no success") {
  LoadScore score(true);
  LoadRun run{"127.0.0.1:2775", 1, 10, 0, 0, 0, false, {}};
  score.submitted(1, at(0us));
  score.answered(1, command_status::ESME_ROK, "", at(1ms));
  CHECK(score.receipts_awaited() == 0);
  CHECK_FALSE(is_success(score, run));
}

TEST_CASE("the report says throughput, statuses and what is missing, and success only if nothing is") {
  LoadScore score(true);
  LoadRun run{"127.0.0.1:2775", 1, 10, 0, 0, 0, false, {}};
  CHECK_FALSE(is_success(score, run));
  for (smpp::Token token = 0; token < 1001; ++token) score.submitted(token, at(0us));
  for (smpp::Token token = 0; token < 1001; ++token)
    score.answered(token, command_status::ESME_ROK, std::to_string(token), at(500ms));
  CHECK(throughput(score) == Approx(2002));
  CHECK_FALSE(is_success(score, run));
  const std::string table = load_table(score, run, true);
  CHECK(table.find("1,001 in 0.50 s, 2,002/s") != std::string::npos);
  CHECK(table.find("0 of 1,001 accepted, 1,001 MISSING") != std::string::npos);
  for (int id = 0; id < 1001; ++id) score.receipt(std::to_string(id), "DELIVRD", true, at(1s));
  CHECK(is_success(score, run));
  const auto json = boost::json::parse(load_json(score, run, true));
  CHECK(json.at("receipts").at("matched") == 1001);
  CHECK(json.at("ok") == true);
  CHECK(progress_line(score, 0.5, 1234).find("[###############...............]  50 %  1,234/s") == 0);
}
