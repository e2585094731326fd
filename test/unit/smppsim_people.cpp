// The simulated people and the outbox behind them.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/outbox.hpp"
#include "tools/smpp-sim/subscribers.hpp"

#include <map>
#include <string>

using namespace smpp_sim;

TEST_CASE("twenty people of the demo are eleven yes, four no, three chatty, one stop, one silent") {
  const Subscribers people(demo_population(), 20, 7);
  std::map<std::string, int> heads;
  for (const auto& person : people.all()) ++heads[person.personality()];
  CHECK(heads ==
        std::map<std::string, int>{{"agrees", 11}, {"declines", 4}, {"chatty", 3}, {"opts out", 1}, {"silent", 1}});
  CHECK(people.all().front().number() == "447700900001");
  CHECK(people.all().back().number() == "447700900020");
}

TEST_CASE("the seed decides who is who, and the same seed decides the same") {
  const auto roles = [](std::uint64_t seed) {
    const Subscribers people(demo_population(), 20, seed);
    std::string all;
    for (const auto& person : people.all()) all += person.personality() + ";";
    return all;
  };
  CHECK(roles(1) == roles(1));
  CHECK(roles(1) != roles(2));
}

TEST_CASE("a person answers the first message of a sender once") {
  Population population = demo_population();
  population.personalities = {{"agrees", 1, {{"", {"YES"}, "confirmed"}}}};
  Subscribers people(population, 1, 1);
  Subscriber* person = people.find("+447700900001");
  REQUIRE(person != nullptr);
  const auto first = person->answer("80800", "Reply YES or NO");
  REQUIRE(first);
  CHECK(first->text == "YES");
  CHECK(first->means == "confirmed");
  CHECK(first->think >= population.think_time.first);
  CHECK(first->think <= population.think_time.second);
  CHECK_FALSE(person->answer("80800", "Confirmed. Reply YES or NO"));
  CHECK(person->answer("80801", "another sender"));
}

TEST_CASE("a chatty person says yes in words, and YES when asked again") {
  Population population = demo_population();
  population.personalities = {population.personalities[2]};
  Subscribers people(population, 1, 1);
  Subscriber* person = people.find("447700900001");
  const auto first = person->answer("80800", "Reply YES or NO.");
  REQUIRE(first);
  CHECK(first->means.empty());
  CHECK_FALSE(person->answer("80800", "unrelated"));
  const auto second = person->answer("80800", "Please reply YES or NO.");
  REQUIRE(second);
  CHECK(second->means == "confirmed");
}

TEST_CASE("numbers outside the range are nobody") {
  Subscribers people(demo_population(), 20, 1);
  for (const char* number :
       {"447700900000", "447700900021", "", "+", "Ann", "447700900001x", "99999999999999999999999"}) {
    CAPTURE(number);
    CHECK(people.find(number) == nullptr);
  }
}

namespace {

Delivery delivery_of(const std::string& account) {
  Delivery delivery;
  delivery.account = account;
  return delivery;
}

}  // namespace

TEST_CASE("what was in flight when a connection ended is offered again, in the old order") {
  Outbox outbox;
  const auto first = outbox.add(delivery_of("a")), second = outbox.add(delivery_of("a")),
             third = outbox.add(delivery_of("a"));
  CHECK(outbox.take("a", 1) == first);
  CHECK(outbox.take("a", 1) == second);
  outbox.connection_ended(1);
  CHECK(outbox.take("a", 2) == first);
  outbox.finished(first);
  CHECK(outbox.take("a", 2) == second);
  CHECK(outbox.take("a", 2) == third);
  CHECK(outbox.take("a", 2) == 0);
  CHECK(outbox.size() == 2);
}

TEST_CASE("a temporary refusal rests until it is woken or the account binds again") {
  Outbox outbox;
  const auto id = outbox.add(delivery_of("a"));
  CHECK(outbox.take("a", 1) == id);
  outbox.rest(id);
  CHECK(outbox.take("a", 1) == 0);
  outbox.bound("b");
  CHECK(outbox.take("a", 1) == 0);
  outbox.bound("a");
  CHECK(outbox.take("a", 2) == id);
  outbox.rest(id);
  outbox.wake(id);
  CHECK(outbox.take("a", 2) == id);
  outbox.wake(id);  // in flight: nothing to wake
  CHECK(outbox.connection_of(id) == 2);
}

TEST_CASE("each account gets its own, and what is nobody's goes to whoever is there, oldest first") {
  Outbox outbox;
  const auto of_b = outbox.add(delivery_of("b")), of_any = outbox.add(delivery_of("")),
             of_a = outbox.add(delivery_of("a"));
  CHECK(outbox.take("a", 1) == of_any);
  CHECK(outbox.take("a", 1) == of_a);
  CHECK(outbox.take("a", 1) == 0);
  CHECK(outbox.has_waiting());
  CHECK(outbox.take("b", 2) == of_b);
  CHECK_FALSE(outbox.has_waiting());
}
