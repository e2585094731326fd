#include "core/engine/limits.hpp"
#include "test/unit/engine_desk.hpp"

#include <set>

using namespace desk;
using storage::memory::Injected;

namespace {
Mo on(Mo mo, const LinkRef& link, std::uint64_t n) {
  mo.link = link;
  mo.incoming = {link.epoch, n};
  return mo;
}
smpp::DeliverSm part(const std::string& from, int n, int total, const std::string& text, char reference = 7) {
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, from};
  pdu.destination = {3, 0, "80800"};
  pdu.esm_class = 0x40;
  const std::string header{'\x05', '\x00', '\x03', reference, static_cast<char>(total), static_cast<char>(n)};
  for (const char c : header + text) pdu.short_message.push_back(static_cast<std::byte>(c));
  return pdu;
}
// A campaign to Ann, and her answer, decided and acknowledged; the MO as it may come again.
Mo said_yes(Desk& d) {
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  Mo yes = d.mo(kAnn, "YES");
  d.turn({yes});
  return yes;
}
}  // namespace

TEST_CASE("a message that comes again after its session ended is answered and has no second effect (F3, P40)") {
  Desk d;
  const Mo yes = said_yes(d);
  const auto sent = d.texts_to(kAnn);
  d.down();
  const LinkRef next = d.up();
  const Releases r = d.turn({on(yes, next, 1)});
  CHECK(r.responses.at(0).status == smpp::command_status::ESME_ROK);
  CHECK(d.texts_to(kAnn) == sent);
  CHECK(d.engine->figures().absorbed == 1);
  d.turn({on(yes, next, 2)});
  CHECK(d.store->image().inbounds.rows.size() == 2);
}

TEST_CASE("the same over a crash between commit and response") {
  Desk d;
  const Mo yes = said_yes(d);
  const auto sent = d.texts_to(kAnn);
  d.restart();
  const LinkRef next = d.up();
  d.turn({on(yes, next, 1)});
  CHECK(d.texts_to(kAnn) == sent);
}

TEST_CASE("a copy whose response was lost as well is absorbed again, over any number of sessions and crashes") {
  Desk d;
  const Mo yes = said_yes(d);
  const auto sent = d.texts_to(kAnn);
  for (int i = 0; i < 3; ++i) {
    d.restart();
    d.turn({on(yes, d.up(), 1)});
    d.down();
    d.turn({on(yes, d.up(), 1)});
  }
  CHECK(d.texts_to(kAnn) == sent);
  CHECK(d.store->image().inbounds.rows.size() == 1);
}

TEST_CASE("two equal messages that both come again are both absorbed, even in one batch") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  const Mo first = d.mo(kAnn, "hello"), second = d.mo(kAnn, "hello");
  d.turn({first, second});
  const auto sent = d.texts_to(kAnn);
  d.restart();
  const LinkRef next = d.up();
  d.turn({on(first, next, 1), on(second, next, 2)});
  CHECK(d.texts_to(kAnn) == sent);
  CHECK(d.engine->figures().absorbed == 2);
}

TEST_CASE("a message in the very batch that opens its session may come again after a crash") {
  Desk d;
  d.launch_to({kAnn});
  const LinkRef link{"a", 0, d.store->fence().run * 1000 + 500};
  const Mo hello = d.mo(kAnn, "hello");
  d.turn({LinkUp{link, 10, true, true}, on(hello, link, 1)});
  const auto sent = d.texts_to(kAnn);
  d.restart();
  d.turn({on(hello, d.up(), 1)});
  CHECK(d.texts_to(kAnn) == sent);
  CHECK(d.engine->figures().absorbed == 1);
}

TEST_CASE("what the SMSC certainly has is never absorbed: an equal text later is another message") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  const Mo hello = d.mo(kAnn, "hello");
  const Releases r = d.turn({hello});
  d.turn({LinkAcknowledged{d.link, r.turn}});
  d.down();
  const LinkRef next = d.up();
  d.turn({on(hello, next, 1)});
  CHECK(d.store->image().inbounds.rows.size() == 2);
  CHECK(d.engine->figures().absorbed == 0);
  d.restart();
  const LinkRef third = d.up();
  d.turn({on(hello, third, 1)});
  CHECK(d.engine->figures().absorbed == 1);  // the second one was never certain
}

TEST_CASE("a copy in the very batch that ends its first session is absorbed") {
  Desk d;
  const Mo yes = said_yes(d);
  const auto sent = d.texts_to(kAnn);
  const LinkRef next{"a", 0, d.link.epoch + 1};
  d.turn({LinkDown{d.link, "reset"}, LinkUp{next, 10, true, true}, on(yes, next, 1)});
  CHECK(d.texts_to(kAnn) == sent);
}

TEST_CASE("parts join in number order whatever their order of arrival, each person's apart (P110, F24)") {
  std::vector<int> order{1, 2, 3};
  do {
    Desk d;
    d.launch_to({kAnn, kBob});
    d.up();
    d.accept_all();
    const std::string texts[] = {"a", "b", "c"};
    for (const int n : order) {
      d.turn({d.mo(part(kAnn, n, 3, "ann" + texts[n - 1]))});
      d.turn({d.mo(part(kBob, n, 3, "bob" + texts[n - 1]))});
    }
    CHECK(d.last_inbound(kAnn).text == "annaannbannc");
    CHECK(d.last_inbound(kBob).text == "bobabobbbobc");
    d.pass(301s);
    d.turn({Tick{}});
    CHECK(d.store->image().parts.rows.empty());
    CHECK(d.store->image().timers.rows.empty());
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("parts survive a restart; a missing one is marked when the time is over (P112)") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.turn({d.mo(part(kAnn, 1, 3, "one"))});
  d.restart();
  d.up();
  d.turn({d.mo(part(kAnn, 3, 3, "three"))});
  d.pass(301s);
  d.turn({Tick{}});
  CHECK(d.last_inbound(kAnn).text == "one[…]three");
  CHECK(d.store->image().parts.rows.empty());
}

TEST_CASE("the same part twice is one; another text under the same number starts a new message (P111)") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.turn({d.mo(part(kAnn, 1, 2, "old"))});
  d.turn({d.mo(part(kAnn, 1, 2, "old"))});
  d.turn({d.mo(part(kAnn, 1, 2, "new"))});
  CHECK(d.last_inbound(kAnn).text == "old[…]");
  d.turn({d.mo(part(kAnn, 2, 2, "er"))});
  CHECK(d.last_inbound(kAnn).text == "newer");
}

TEST_CASE("a part that comes once more behind the last one begins no new message (P111)") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.turn({d.mo(part(kAnn, 1, 2, "hel"))});
  d.turn({d.mo(part(kAnn, 2, 2, "lo"))});
  const auto sent = d.texts_to(kAnn);
  d.restart();
  d.up();
  const Releases r = d.turn({d.mo(part(kAnn, 1, 2, "hel"))});
  CHECK(r.responses.at(0).status == smpp::command_status::ESME_ROK);
  d.pass(301s);
  d.turn({Tick{}});
  CHECK(d.texts_to(kAnn) == sent);
  CHECK(d.store->image().parts.rows.empty());
}

TEST_CASE("the next long text under the same reference is joined for itself, whether the last one is remembered or not") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  for (const std::string word : {"one", "two"}) {
    d.turn({d.mo(part(kAnn, 2, 2, word))});
    d.turn({d.mo(part(kAnn, 1, 2, word))});
    CHECK(d.last_inbound(kAnn).text == word + word);
  }
}

TEST_CASE("the next long text under the same reference is whole although it begins like the last one") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.turn({d.mo(part(kAnn, 1, 2, "same "))});
  d.turn({d.mo(part(kAnn, 2, 2, "one"))});
  d.turn({d.mo(part(kAnn, 1, 2, "same "))});
  d.turn({d.mo(part(kAnn, 2, 2, "two"))});
  CHECK(d.last_inbound(kAnn).text == "same two");
}

TEST_CASE("busy answers of a full disk let no mark of a session run ahead (F10)") {
  Desk d;
  d.up();
  d.say(kAnn, "before");
  const Turn last = d.store->last_turn();
  d.store->on_commit([](const storage::Changes&) { return Injected::full; });
  CHECK(d.turn({d.mo(kAnn, "during")}).turn == last);
}

TEST_CASE("the mark of an idle session follows, and no row that may come again is forgotten by it") {
  Desk d;
  d.up();
  d.say(kAnn, "waits for its acknowledgement");
  const storage::LinkMarkKey key{d.link.account, d.link.epoch};
  const auto acked = [&] { return d.store->image().link_marks.find(key)->acked_turn; };
  for (Turn i = 0; i < kMarkLag + 10; ++i) d.turn({SendMessage{1, "t", "", 0, kBob, "80800", "x", "", {}}});
  d.pass(61s);
  d.turn({Tick{}});
  CHECK(acked() < kMarkLag);
  d.turn({LinkAcknowledged{d.link, d.store->last_turn() - kMarkLag - 5}});
  d.pass(61s);
  d.turn({Tick{}});
  CHECK(acked() + 5 > d.store->last_turn());
}

TEST_CASE("a conflict writes nothing and the batch is decided again, once") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  int conflicts = 2;
  d.store->on_commit([&](const storage::Changes&) { return conflicts-- > 0 ? Injected::conflict : Injected::none; });
  d.say(kAnn, "YES");
  CHECK(d.texts_to(kAnn).size() == 2);
  CHECK(d.engine->figures().conflicts == 2);
}

TEST_CASE("a full disk answers busy, forgets nothing it was owed, and goes on alone (F10)") {
  Desk d;
  d.up();
  const Id id = std::get<MessageAccepted>(d.send({0, "t", "", 0, kAnn, "80800", "one", "", {}})).message;
  d.store->on_commit([](const storage::Changes&) { return Injected::full; });
  const Releases r = d.turn({d.mo(kAnn, "hello"), d.result(d.submitted.at(0), SubmitOutcome::answered, smpp::command_status::ESME_ROK, "m1"),
                             SendMessage{8, "t", "", 0, kAnn, "80800", "two", "", {}}});
  REQUIRE(r.responses.size() == 1);
  CHECK(r.responses[0].status == smpp::command_status::ESME_RTHROTTLED);
  CHECK(std::get<Problem>(r.answers.at(0).answered).status == 503);
  CHECK(d.message(id).state == MessageState::submitting);
  REQUIRE(d.engine->has_pending());
  d.store->on_commit({});
  d.turn({});
  CHECK(d.message(id).state == MessageState::accepted);
  CHECK_FALSE(d.engine->has_pending());
}

TEST_CASE("a failed commit ends the engine: nothing is released (F11)") {
  Desk d;
  d.up();
  d.store->on_commit([](const storage::Changes&) { return Injected::failed; });
  const auto result = d.engine->turn({d.mo(kAnn, "hello")}, d.now);
  CHECK(std::holds_alternative<Stopped>(result));
}

TEST_CASE("another owner of the store ends the engine") {
  Desk d;
  d.up();
  d.store->take_over();
  CHECK(std::holds_alternative<Stopped>(d.engine->turn({d.mo(kAnn, "hello")}, d.now)));
}

TEST_CASE("a message that twice ended the process is kept raw and answered (section 6)") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  Mo poison = d.mo(kAnn, "YES");
  poison.poisoned = true;
  const Releases r = d.turn({poison});
  CHECK(r.responses.at(0).status == smpp::command_status::ESME_ROK);
  CHECK(d.texts_to(kAnn).size() == 1);
  REQUIRE(d.store->image().inbounds.rows.size() == 1);
  CHECK(d.store->image().inbounds.rows.begin()->second.record->state == storage::InboundState::malformed);
}

TEST_CASE("an Idempotency-Key gives the same message again, over a restart; another body under it is refused") {
  Desk d;
  const SendMessage request{0, "token", "key-1", 42, kAnn, "80800", "one", "", {}};
  const Id id = std::get<MessageAccepted>(d.send(request)).message;
  d.restart();
  const auto again = std::get<MessageAccepted>(d.send(request));
  CHECK(again.message == id);
  CHECK(again.replayed);
  SendMessage other = request;
  other.request_hash = 43;
  CHECK(std::get<Problem>(d.send(other)).field == "Idempotency-Key");
  CHECK(d.texts_to(kAnn).size() == 1);
}

TEST_CASE("two equal requests in one batch make one message") {
  Desk d;
  SendMessage request{1, "token", "key-1", 42, kAnn, "80800", "one", "", {}};
  SendMessage second = request;
  second.request = 2;
  const Releases r = d.turn({request, second});
  REQUIRE(r.answers.size() == 2);
  CHECK(std::get<MessageAccepted>(r.answers[0].answered).message == std::get<MessageAccepted>(r.answers[1].answered).message);
  CHECK(d.texts_to(kAnn).size() == 1);
}

TEST_CASE("each refused request names its field") {
  Desk d;
  const auto field = [&](const SendMessage& request) { return std::get<Problem>(d.send(request)).field; };
  CHECK(field({0, "t", "", 0, "12", "80800", "x", "", {}}) == "to");
  CHECK(field({0, "t", "", 0, "447700x", "80800", "x", "", {}}) == "to");
  CHECK(field({0, "t", "", 0, kAnn, "99", "x", "", {}}) == "from");
  CHECK(field({0, "t", "", 0, kAnn, "80800", "", "", {}}) == "text");
  CHECK(field({0, "t", "", 0, kAnn, "80800", std::string(100'000, 'x'), "", {}}) == "text");
  CHECK(field({0, "t", "", 0, kAnn, "80800", std::string(5'000, 'x'), "", {}}) == "text");
  CHECK(field({0, "t", "", 0, kAnn, "80800", "x", "nope", {}}) == "campaign");
}

TEST_CASE("parts join over two binds of an account, and not with those of another total or account (P110, P112)") {
  Settings settings = Desk::standard();
  settings.accounts.push_back(settings.accounts[0]);
  settings.accounts[1].id = "b";
  Desk d(settings);
  d.up();
  const LinkRef other_bind{"a", 1, d.link.epoch + 1}, other_account{"b", 0, d.link.epoch + 2};
  d.turn({LinkUp{other_bind, 10, true, true}, LinkUp{other_account, 10, true, true}});
  d.turn({d.mo(part(kAnn, 1, 2, "left ")), on(d.mo(part(kAnn, 2, 3, "of three")), d.link, 90), on(d.mo(part(kAnn, 2, 2, "elsewhere")), other_account, 91)});
  CHECK(d.store->image().parts.rows.size() == 3);
  d.turn({on(d.mo(part(kAnn, 2, 2, "right")), other_bind, 92)});
  CHECK(d.last_inbound(kAnn).text == "left right");
}

TEST_CASE("what the peer shows to have while its bind winds down is never absorbed (P40, P63)") {
  for (const bool shown : {true, false}) {
    Desk d;
    d.up();
    const Mo hello = d.mo(kAnn, "hello");
    d.turn({LinkQuiet{d.link, "it has taken as many messages as a bind may"}});
    const Releases r = d.turn({hello});
    if (shown) d.turn({LinkAcknowledged{d.link, r.turn}});
    d.down();
    const LinkRef next = d.up();
    d.turn({on(hello, next, 1)});
    CHECK(d.engine->figures().absorbed == (shown ? 0 : 1));
  }
}
