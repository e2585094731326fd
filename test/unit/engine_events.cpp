#include "test/unit/engine_desk.hpp"

using namespace desk;

namespace {
// A conversation in which "MORE" notifies twice.
void open(Desk& d) {
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
}
}  // namespace

TEST_CASE("events of one conversation leave one at a time, in their order (F1)") {
  Desk d;
  open(d);
  d.say(kAnn, "MORE");
  REQUIRE(d.webhooks.size() == 1);
  CHECK(d.webhooks[0].type == "first");
  d.crm(WebhookOutcome::delivered);
  REQUIRE(d.webhooks.size() == 1);
  CHECK(d.webhooks[0].type == "second");
  d.crm(WebhookOutcome::delivered);
  CHECK(d.webhooks.empty());
}

TEST_CASE("a failed event comes again with the same id after its delay, and what follows it waits") {
  Desk d;
  open(d);
  d.say(kAnn, "MORE");
  const Id id = d.webhooks.at(0).event;
  d.crm(WebhookOutcome::failed);
  CHECK(d.webhooks.empty());
  d.pass(7s);
  d.turn({Tick{}});
  CHECK(d.webhooks.empty());
  d.pass(6s);
  d.turn({Tick{}});
  REQUIRE(d.webhooks.size() == 1);
  CHECK(d.webhooks[0].event == id);
  CHECK(d.webhooks[0].attempt == 2);
}

TEST_CASE("after its schedule an event is dead and the next one goes out; 410 ends it at once") {
  Desk d;
  open(d);
  d.say(kAnn, "MORE");
  const Id id = d.webhooks.at(0).event;
  for (int i = 0; i < 3; ++i) {
    d.crm(WebhookOutcome::failed);
    d.pass(25s);
    d.turn({Tick{}});
  }
  CHECK(d.store->image().events.find(id)->state == storage::EventState::dead);
  REQUIRE(d.webhooks.size() == 1);
  CHECK(d.webhooks[0].type == "second");
  d.crm(WebhookOutcome::gone);
  CHECK(d.webhooks.empty());
}

TEST_CASE("an event in flight when the process dies goes out again under its id (F19)") {
  Desk d;
  open(d);
  d.say(kAnn, "YES");
  const WebhookRequest before = d.webhooks.at(0);
  d.webhooks.clear();
  d.restart();
  d.turn({Tick{}});
  REQUIRE(d.webhooks.size() == 1);
  CHECK(d.webhooks[0].event == before.event);
  CHECK(d.webhooks[0].body == before.body);
}

TEST_CASE("no more requests are in flight than the endpoint takes") {
  Desk d;
  d.launch_to({kAnn, kBob});
  d.up();
  d.accept_all();
  d.turn({d.mo(kAnn, "YES"), d.mo(kBob, "YES")});
  CHECK(d.webhooks.size() == 1);
  d.crm(WebhookOutcome::delivered);
  CHECK(d.webhooks.size() == 1);
}

TEST_CASE("a failure is tried again in its time although other events are looked for in the same turn") {
  Settings settings = Desk::standard();
  settings.endpoints[0].concurrency = 2;
  Desk d(settings);
  d.launch_to({kAnn, kBob, "447700900003"});
  d.up();
  d.accept_all();
  d.turn({d.mo(kAnn, "YES"), d.mo(kBob, "YES"), d.mo("447700900003", "YES")});
  REQUIRE(d.webhooks.size() == 2);
  const Id failed = d.webhooks[0].event;
  d.crm(WebhookOutcome::failed);                 // both; the third goes out, and the store is asked for more
  d.crm(WebhookOutcome::delivered);
  d.pass(13s);
  d.turn({Tick{}});
  REQUIRE(d.webhooks.size() == 2);
  CHECK(d.webhooks[0].event == failed);
}

TEST_CASE("an event made in the turn that ends the one before it is not forgotten") {
  Desk d;
  open(d);
  d.say(kAnn, "MORE");                           // first and second
  d.crm(WebhookOutcome::delivered);
  const WebhookRequest second = d.webhooks.at(0);
  d.webhooks.clear();
  const Mo more = d.mo(kAnn, "MORE");            // blocked by `second`, decided before its end is known
  d.store->on_commit([n = 0](const storage::Changes&) mutable { return n++ == 0 ? storage::memory::Injected::full : storage::memory::Injected::none; });
  d.turn({WebhookDone{second.event, second.endpoint, WebhookOutcome::delivered, "", {}}});
  d.turn({more});
  REQUIRE(d.webhooks.size() == 1);
  CHECK(d.webhooks[0].type == "first");
}

TEST_CASE("an endpoint with no room asks for no turn before an answer makes some") {
  Desk d;
  d.launch_to({kAnn, kBob});
  d.up();
  d.accept_all();
  d.turn({d.mo(kAnn, "YES")});
  d.crm(WebhookOutcome::failed);                 // waits for its retry
  d.turn({d.mo(kBob, "YES")});                   // takes the only place
  REQUIRE(d.webhooks.size() == 1);
  d.pass(15s);
  const Releases r = d.turn({Tick{}});
  REQUIRE(r.deadline);
  CHECK(*r.deadline > d.now.steady);
}

TEST_CASE("Retry-After is obeyed when it is longer than the schedule") {
  Desk d;
  open(d);
  d.say(kAnn, "YES");
  const WebhookRequest w = d.webhooks.at(0);
  d.webhooks.clear();
  d.turn({WebhookDone{w.event, w.endpoint, WebhookOutcome::failed, "429", std::chrono::seconds{300}}});
  d.pass(299s);
  d.turn({Tick{}});
  CHECK(d.webhooks.empty());
  d.pass(2s);
  d.turn({Tick{}});
  CHECK(d.webhooks.size() == 1);
}
