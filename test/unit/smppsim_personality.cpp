// Personalities: what people do with messages, when they can be reached, and the file that says so.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/json_place.hpp"
#include "tools/smpp-sim/subscribers.hpp"

#include <set>
#include <string>

using namespace smpp_sim;
using std::chrono::milliseconds;

namespace {

Personality person_with(std::vector<Habit> habits) {
  Personality person;
  person.name = "p";
  person.habits = std::move(habits);
  return person;
}
Habit says(const std::string& text) { return Habit{"", {text}}; }

// `count` people of one personality, and how many of them answer one message with what `counts` likes.
template <typename Counts>
int share_of(const Personality& personality, int count, Counts counts) {
  Population population;
  population.personalities = {personality};
  Subscribers people(population, static_cast<std::size_t>(count), 5);
  int found = 0;
  for (const auto& each : people.all()) {
    const auto answer = people.find(each.number())->answer("80800", "Dinner at 8?");
    found += counts(answer) ? 1 : 0;
  }
  return found;
}
std::string errors_of(std::string_view json) {
  std::string error;
  CHECK_FALSE(parse_population(json, "people.json", error));
  return error;
}
std::chrono::system_clock::time_point at(int day, int hour, int minute) {
  return std::chrono::system_clock::time_point(std::chrono::days(20'000 + day) + std::chrono::hours(hour) +
                                               std::chrono::minutes(minute));
}

}  // namespace

TEST_CASE("the reply probability holds over many people") {
  Personality person = person_with({says("YES")});
  const auto answers = [](const auto& answer) { return answer.has_value(); };
  person.reply_probability = 0.3;
  CHECK(share_of(person, 2000, answers) == Approx(600).margin(60));
  person.reply_probability = 0;
  CHECK(share_of(person, 100, answers) == 0);
  person.reply_probability = 1;
  person.habits[0].probability = 0.5;
  CHECK(share_of(person, 2000, answers) == Approx(1000).margin(80));
}

TEST_CASE("what a person does does not depend on the order in which senders are served") {
  Population population;
  Personality person = person_with({Habit{"", {"A", "B", "C", "D", "E", "F"}}});
  person.reply_probability = 0.8;
  population.personalities = {person};
  const auto say = [](Subscribers& people, const std::string& sender) {
    const auto answer = people.find("447700900001")->answer(sender, "hello");
    return answer ? answer->text + std::to_string(answer->think.count()) : std::string();
  };
  Subscribers one(population, 1, 9), other(population, 1, 9);
  std::vector<std::string> forth, back;
  for (int i = 0; i < 20; ++i) forth.push_back(say(one, std::to_string(i)));
  for (int i = 19; i >= 0; --i) back.insert(back.begin(), say(other, std::to_string(i)));
  CHECK(forth == back);
  CHECK(std::set<std::string>(forth.begin(), forth.end()).size() > 10);
}

TEST_CASE("a person who is forgotten meets its senders anew, with the same answers") {
  Population population;
  population.personalities = {person_with({Habit{"", {"A", "B", "C", "D"}}})};
  Subscribers people(population, 1, 3);
  Subscriber* person = people.find("447700900001");
  const auto first = person->answer("80800", "x");
  CHECK_FALSE(person->answer("80800", "x"));
  people.forget();
  const auto again = person->answer("80800", "x");
  REQUIRE((first && again));
  CHECK(first->text == again->text);
  CHECK(first->think == again->think);
}

TEST_CASE("think times keep their shape and never exceed a day") {
  Random random(1);
  ThinkTime fixed{ThinkTime::Shape::uniform, milliseconds(70), milliseconds(70)};
  CHECK(fixed.draw(random) == milliseconds(70));
  ThinkTime exponential{ThinkTime::Shape::exponential, milliseconds(1000), milliseconds(0)};
  ThinkTime normal{ThinkTime::Shape::normal, milliseconds(1000), milliseconds(100)};
  double sum = 0, normal_sum = 0;
  int below_mean = 0, within = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto ms = exponential.draw(random).count();
    sum += static_cast<double>(ms);
    below_mean += ms < 1000 ? 1 : 0;
    const auto other = normal.draw(random).count();
    normal_sum += static_cast<double>(other);
    within += other >= 900 && other <= 1100 ? 1 : 0;
  }
  CHECK(sum / 4000 == Approx(1000).margin(60));
  CHECK(below_mean / 4000.0 == Approx(0.632).margin(0.03));
  CHECK(normal_sum / 4000 == Approx(1000).margin(10));
  CHECK(within / 4000.0 == Approx(0.683).margin(0.03));
  ThinkTime endless{ThinkTime::Shape::exponential, milliseconds(kMaxThinkTime), milliseconds(0)};
  for (int i = 0; i < 100; ++i) CHECK(endless.draw(random) <= milliseconds(kMaxThinkTime));
}

TEST_CASE("a typo is one slip in the letters, and the ledger can tell what was meant") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const std::string slipped = with_typo("YES please", random);
    CAPTURE(slipped);
    CHECK(slipped != "YES please");
    CHECK(slipped.size() >= 9);
    CHECK(slipped.size() <= 11);
  }
  Random random(1);
  CHECK(with_typo("1 2 3", random) == "1 2 3");
  CHECK(with_typo("ab", random).size() <= 3);
  Personality person = person_with({says("YES")});
  person.typos = 0.5;
  CHECK(share_of(person, 1000, [](const auto& answer) { return answer->intended == "YES" && answer->text != "YES"; }) ==
        Approx(500).margin(60));
}

TEST_CASE("a tapback quotes the message it reacts to") {
  std::set<std::string> seen;
  Personality person = person_with({Habit{"", {}, "", {"Liked", "👍"}}});
  share_of(person, 200, [&](const auto& answer) {
    CHECK(answer->kind == "tapback");
    return seen.insert(answer->text).second;
  });
  CHECK(seen == std::set<std::string>{"Liked “Dinner at 8?”", "Liked \"Dinner at 8?\"", "👍 to “Dinner at 8?”",
                                      "👍 to \"Dinner at 8?\""});
}

TEST_CASE("habits of the n-th message and of every message") {
  Population population;
  Habit stop = says("STOP"), automatic = says("I am away");
  stop.at_message = 3;
  automatic.every = true;
  population.personalities = {person_with({stop, automatic})};
  Subscribers people(population, 1, 1);
  Subscriber* person = people.find("447700900001");
  std::string all;
  for (int i = 0; i < 5; ++i) all += person->answer("80800", "hello")->text + ";";
  CHECK(all == "I am away;I am away;STOP;I am away;I am away;");
  CHECK(person->answer("80800", "hello")->kind == "auto");
}

TEST_CASE("two machines that answer each other come to an end") {
  Population population;
  Habit automatic = says("I am away");
  automatic.every = true;
  population.personalities = {person_with({automatic})};
  Subscribers people(population, 1, 1);
  std::size_t answers = 0;
  while (people.find("447700900001")->answer("80800", "I am a robot")) ++answers;
  CHECK(answers == Subscriber::kMaxAnswers);
  CHECK(people.find("447700900001")->answer("80801", "another"));
}

TEST_CASE("off-network hours end when the handset is back, also past midnight and where two follow each other") {
  Population population;
  Personality person = person_with({});
  person.off_network = {{22 * 60, 7 * 60}, {7 * 60, 8 * 60}, {12 * 60, 12 * 60 + 30}};
  population.personalities = {person};
  const Subscribers people(population, 1, 1);
  const Subscriber& subscriber = people.all()[0];
  CHECK(subscriber.off_network_until(at(0, 23, 15)) == at(1, 8, 0));
  CHECK(subscriber.off_network_until(at(0, 3, 0)) == at(0, 8, 0));
  CHECK(subscriber.off_network_until(at(0, 12, 0)) == at(0, 12, 30));
  CHECK_FALSE(subscriber.off_network_until(at(0, 8, 0)));
  CHECK_FALSE(subscriber.off_network_until(at(0, 12, 30)));
  CHECK_FALSE(subscriber.off_network_until(at(0, 21, 59)));
}

TEST_CASE("a file has several number ranges with personalities of their own, or by name") {
  std::string error;
  const auto population = parse_population(R"({
    "think_ms": {"mean": 900},
    "personalities": [{"name": "agrees", "habits": [{"replies": ["YES"], "means": "confirmed"}]}],
    "ranges": [
      {"first_number": 447700900100, "count": 3, "personalities": ["agrees"]},
      {"first_number": 15550100, "count": 2, "personalities": [
        {"name": "robot", "think_ms": 5, "typos": 0.1, "reply_probability": 0.5, "off_network": ["22:00-07:00"],
         "habits": [{"every": true, "replies": ["away"]}, {"at_message": 2, "tapbacks": ["Loved"], "probability": 0.2}]}]}
    ]})",
                                           "people.json", error);
  CHECK(error == "");
  REQUIRE(population);
  Subscribers people(*population, 4, 1);
  CHECK(people.all().size() == 9);
  CHECK(people.find("447700900102")->personality() == "agrees");
  CHECK(people.find("447700900103") == nullptr);
  CHECK(people.find("15550101")->personality() == "robot");
  CHECK(people.find("447700900004")->personality() == "agrees");
  CHECK(people.find("15550102") == nullptr);
  const auto& robot = population->ranges[1].personalities[0];
  CHECK(robot.off_network == std::vector<DailyHours>{{22 * 60, 7 * 60}});
  CHECK(robot.think_time->second == milliseconds(5));
}

TEST_CASE("a personality file says where each of its mistakes is") {
  CHECK(errors_of("{\n  \"personalities\": [\n    {\"nmae\": \"a\"}]}") ==
        "people.json:3:6: unknown key \"nmae\" (known: name, share, habits, reply_probability, typos, think_ms, "
        "off_network)");
  CHECK(errors_of("{\n\"personalities\": [,]}").rfind("people.json:2:19: ", 0) == 0);
  CHECK(errors_of(R"({"think_ms":[5,1],"personalities":[{"name":"a","share":0,"typos":2}]})") ==
        "people.json:1:13: think_ms must be a number of ms, [least, most], {\"mean\": ms} or {\"mean\": ms, "
        "\"deviation\": ms}, up to a day\n"
        "people.json:1:56: personalities[0].share must be a whole number from 1 to 1000000\n"
        "people.json:1:66: personalities[0].typos must be a number from 0 to 1");
  CHECK(errors_of("{}{}").rfind("people.json:1:3: ", 0) == 0);
  CHECK(errors_of("{}") == "people.json:1:1: has neither personalities nor ranges, so nobody would answer");
  CHECK(errors_of(R"({"personalities":[{"habits":[{}]}]})") ==
        "people.json:1:30: personalities[0].habits[0] must have either replies or tapbacks");
  CHECK(errors_of(R"({"ranges":[{"first_number":10,"count":5,"personalities":["x"]}]})") ==
        "people.json:1:58: ranges[0].personalities[0] \"x\" is no personality of this file");
  CHECK(errors_of(R"({"ranges":[{"first_number":10,"count":5,"personalities":[{}]},
{"first_number":14,"count":5,"personalities":[{}]}]})") ==
        "people.json:2:1: ranges[1] has numbers that the range from 10 has too");
  CHECK(errors_of(R"({"personalities":[{"off_network":["22-07"]}]})") ==
        "people.json:1:35: personalities[0].off_network[0] must be hours of the UTC day: \"22:00-07:00\"");
}

TEST_CASE("the place of a value in JSON is found past strings with brackets and escapes") {
  const std::string_view json = "{\"a\": \"]}\\\"{\", \"list\": [1, {\"x\": [ ]},\n  {\"b\": 7}]}";
  const auto place = place_of(json, "list[2].b");
  CHECK(place.line == 2);
  CHECK(place.column == 9);
  CHECK(place_of(json, "list[2].b", PlaceOf::key).column == 4);
  CHECK(place_of(json, "list[7]").line == 1);  // as far as it goes
}
