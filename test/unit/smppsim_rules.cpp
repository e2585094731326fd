// Rules without a network: how a line is read, which PDUs it means, what is drawn, and that the seed decides.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/behaviour.hpp"
#include "tools/smpp-sim/profiles.hpp"

#include <set>
#include <string>

namespace {
using namespace smpp_sim;
using smpp::command_status;

Rule rule_of(const std::string& line) {
  RuleMistake mistake;
  auto rule = parse_rule(line, mistake);
  if (!rule) FAIL(mistake.what);
  return *rule;
}

std::string mistake_of(const std::string& line) {
  RuleMistake mistake;
  if (parse_rule(line, mistake)) return "none";
  return std::to_string(mistake.column) + ": " + mistake.what;
}

struct Decider {
  explicit Decider(const std::vector<std::string>& lines, std::uint64_t seed = 1) : random(seed) {
    std::vector<Rule> rules;
    for (const auto& line : lines) rules.push_back(rule_of(line));
    behaviours.set(std::move(rules));
  }
  Decision operator()(const std::string& to, const std::string& text = {}) {
    return behaviours.decide({Trigger::submit_sm, "alice", "80800", to, text, queued}, random, now);
  }
  command_status status(const std::string& to = "447700900001") {
    return (*this)(to).status.value_or(command_status::ESME_ROK);
  }
  Behaviours behaviours;
  Random random;
  smpp::Now now{};
  std::uint32_t queued = 0;
};

}  // namespace

TEST_CASE("a pattern is any of several globs") {
  CHECK(Pattern("4479*,80800").matches("447900000001"));
  CHECK(Pattern("4479*,80800").matches("80800"));
  CHECK_FALSE(Pattern("4479*,80800").matches("808001"));
  CHECK(Pattern("*FAIL*").matches("please FAIL now"));
  CHECK(Pattern("*a*b").matches("xaxbxb"));
  CHECK_FALSE(Pattern("*a*b").matches("xaxbx"));
  CHECK(Pattern("?2?").matches("123"));
  CHECK_FALSE(Pattern("?2?").matches("12"));
  CHECK(Pattern("").matches("anything"));
}

TEST_CASE("only what matches destination, source, text, account and command is meant") {
  Decider decide({"to=4479* from=80800 text=\"*FAIL me*\" account=ali* command=submit_sm status=ESME_RSUBMITFAIL"});
  CHECK(decide("447911", "do FAIL me").status == command_status::ESME_RSUBMITFAIL);
  CHECK_FALSE(decide("447911", "do not").status);
  CHECK_FALSE(decide("4412", "do FAIL me").status);
  Random random(1);
  const Subject bob{Trigger::submit_sm, "bob", "80800", "447911", "do FAIL me", 0};
  CHECK_FALSE(decide.behaviours.decide(bob, random, {}).status);
  const Subject data{Trigger::data_sm, "alice", "80800", "447911", "do FAIL me", 0};
  CHECK_FALSE(decide.behaviours.decide(data, random, {}).status);
  const Subject other{Trigger::submit_sm, "alice", "80801", "447911", "do FAIL me", 0};
  CHECK_FALSE(decide.behaviours.decide(other, random, {}).status);
}

TEST_CASE("of each effect the first rule that names it decides") {
  Decider decide({"to=1* status=ESME_RINVDSTADR", "delay=200ms status=ESME_RSYSERR", "delay=1s receipt=UNDELIV"});
  const Decision one = decide("123");
  CHECK(one.status == command_status::ESME_RINVDSTADR);
  CHECK(one.delay == Millis(200));
  CHECK(one.outcome->state == smpp::MessageState::UNDELIVERABLE);
  CHECK(decide("2").status == command_status::ESME_RSYSERR);
}

TEST_CASE("first, at and every count those that match") {
  Decider first({"first=2 status=8"}), at({"at=3 status=8"}), every({"every=2 status=8"});
  std::string seen;
  for (int i = 0; i < 5; ++i) {
    for (Decider* decide : {&first, &at, &every}) {
      const bool is_good = decide->status() == command_status::ESME_ROK;
      seen += is_good ? '.' : 'x';
    }
    seen += ' ';
  }
  CHECK(seen == "x.. x.x .x. ..x ... ");
}

TEST_CASE("a mix follows its weights, and the same seed draws the same") {
  const std::vector<std::string> lines{"status=ESME_ROK:70,ESME_RSYSERR:30 receipt=DELIVRD:80,none:20 chance=50%"};
  Decider one(lines, 7), same(lines, 7), other(lines, 8);
  int errors = 0, nones = 0, rules = 0, differences = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Decision a = one("1"), b = same("1"), c = other("1");
    REQUIRE(a.status == b.status);
    differences += a.status != c.status ? 1 : 0;
    rules += a.status ? 1 : 0;
    errors += a.status == command_status::ESME_RSYSERR ? 1 : 0;
    nones += a.outcome && !a.outcome->receipt ? 1 : 0;
  }
  CHECK(std::abs(rules - 5000) < 250);
  CHECK(std::abs(errors - 1500) < 200);
  CHECK(std::abs(nones - 1000) < 150);
  CHECK(differences > 1000);
}

TEST_CASE("delays are drawn as they say") {
  Random random(3);
  const auto drawn = [&](const std::string& value) { return draw(*rule_of("delay=" + value).delay, random); };
  CHECK(drawn("200") == Millis(200));
  CHECK(drawn("1.5s") == Millis(1500));
  CHECK(drawn("2m") == Millis(120'000));
  CHECK_FALSE(drawn("never"));
  double sum = 0;
  int spikes = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto uniform = drawn("uniform(50ms, 200ms)");
    CHECK((uniform >= Millis(50) && uniform <= Millis(200)));
    sum += static_cast<double>(drawn("normal(200ms,50ms)")->count());
    spikes += drawn("spike(10ms,5s,1%)") == Millis(5000) ? 1 : 0;
  }
  CHECK(std::abs(sum / 2000 - 200) < 10);
  CHECK((spikes > 5 && spikes < 45));
}

TEST_CASE("a pace refills with time, and a queue counts what is under way") {
  Decider pace({"rate=2"});
  CHECK(pace.status() == command_status::ESME_ROK);
  CHECK(pace.status() == command_status::ESME_ROK);
  CHECK(pace.status() == command_status::ESME_RTHROTTLED);
  pace.now += std::chrono::milliseconds(500);
  CHECK(pace.status() == command_status::ESME_ROK);
  CHECK(pace.status() == command_status::ESME_RTHROTTLED);
  Decider queue({"queue=3"});
  queue.queued = 2;
  CHECK(queue.status() == command_status::ESME_ROK);
  queue.queued = 3;
  CHECK(queue.status() == command_status::ESME_RMSGQFUL);
}

TEST_CASE("congestion_state rises over so many responses and stays") {
  Decider ramp({"congestion=ramp(0,100,4)"}), fixed({"congestion=80"});
  std::vector<int> seen;
  for (int i = 0; i < 6; ++i) seen.push_back(*ramp("1").congestion);
  CHECK(seen == std::vector<int>{0, 25, 50, 75, 100, 100});
  CHECK(fixed("1").congestion == 80);
}

TEST_CASE("what is wrong with a rule is told with its column and what may stand there") {
  CHECK(mistake_of("command=connect status=ESME_RBINDFAIL") == "1: command=connect takes a fault= and nothing else");
  CHECK(mistake_of("") == "1: an empty rule; write for instance: to=4479* status=ESME_RSUBMITFAIL");
  CHECK(mistake_of("to=1 colour=red").rfind("6: unknown word \"colour\"; known are to, from,", 0) == 0);
  CHECK(mistake_of("status") == "1: status must have a value: status=MIX");
  CHECK(mistake_of("to=1 status=ESME_NONE") == "13: status: \"ESME_NONE\" is not known");
  CHECK(mistake_of("status=ESME_ROK:x").find("after the colon must be a weight") != std::string::npos);
  CHECK(mistake_of("status=ESME_ROK:0").find("the weights must not all be 0") != std::string::npos);
  CHECK(mistake_of("delay=soon").find("must be like 200ms") != std::string::npos);
  CHECK(mistake_of("delay=uniform(2s,1s)").find("must not be the greater one") != std::string::npos);
  CHECK(mistake_of("response=duplicate(5s)").find("only late has an argument") != std::string::npos);
  CHECK(mistake_of("fault=none").find("is none of reset_before_response,") != std::string::npos);
  CHECK(mistake_of("fault=still_bound").find("must have a time") != std::string::npos);
  CHECK(mistake_of("after=5s").find("is of a fault=") != std::string::npos);
  CHECK(mistake_of("after=5s fault=length_0").find("only of faults that end") != std::string::npos);
  CHECK(mistake_of("fault=still_bound(5s)").find("is of command=bind") != std::string::npos);
  CHECK(mistake_of("command=deliver_sm status=8").find("takes a fault=") != std::string::npos);
  CHECK(mistake_of("text=\"open").find("not closed") != std::string::npos);
  CHECK(mistake_of("receipt_times=0").find("from 1 to 100") != std::string::npos);
  CHECK(mistake_of("intermediate=ENROUTE,SOON").find("no word of a receipt") != std::string::npos);
  CHECK(mistake_of("congestion=101").find("from 0 to 100") != std::string::npos);
}

TEST_CASE("every status of the specification can be asked for by its name") {
  std::size_t count = 0;
#define SMPP_STATUS(name, value, cls)                                                   \
  CHECK(rule_of("status=" #name).status->shares.front().first == command_status::name); \
  ++count;
#define SMPP_STATUS_ALIAS(name, other) CHECK(rule_of("status=" #name).status->shares.front().first == command_status::other);
#include "smpp/status_list.inc"
#undef SMPP_STATUS
#undef SMPP_STATUS_ALIAS
  CHECK(count > 70);
  CHECK(rule_of("status=0x40A").status->shares.front().first == command_status{0x40A});
}

TEST_CASE("every line of every profile is a rule") {
  std::set<std::string> names;
  for (const Profile& profile : profiles()) {
    names.insert(std::string(profile.name));
    for (const std::string_view line : profile.lines) CHECK(mistake_of(std::string(line)) == "none");
  }
  CHECK(names == std::set<std::string>{"healthy", "flaky", "throttling", "slow", "dead", "capped", "melrose", "smppsim"});
}

TEST_CASE("the magic numbers of the profile melrose do what they say") {
  std::vector<std::string> lines;
  for (const std::string_view line : find_profile("melrose")->lines) lines.emplace_back(line);
  Decider decide(lines);
  CHECK(decide("111").delay == Millis(10'000));
  CHECK(decide("222").response == ResponseForm::none);
  CHECK(decide.status("333") == command_status::ESME_RSUBMITFAIL);
  CHECK(decide.status("444") == command_status::ESME_RTHROTTLED);
  CHECK(decide.status("555") == command_status::ESME_RMSGQFUL);
  CHECK(decide("666").outcome->state == smpp::MessageState::UNDELIVERABLE);
  CHECK_FALSE(decide("666").status);
  CHECK(decide.status("1234567") == command_status::ESME_RINVDSTADR);
  CHECK(decide.status("12345678") == command_status::ESME_ROK);
}
