// An engine on a store in memory, one account with one bind, a clock that moves when told. Inputs go in one turn at a
// time; what the turn released is kept until the next.
#pragma once

#include "core/engine/engine.hpp"
#include "smpp/codec.hpp"
#include "storage/memory/memory_store.hpp"
#include "test/unit/catch.hpp"

#include <memory>
#include <string>
#include <vector>

namespace desk {

using namespace core::engine;
using namespace std::chrono_literals;
using storage::MessageState;

inline const std::string kCheckup = R"(
[campaign]
name = "checkup"
sender = "80800"
message = "Hi {first_name|there}, reply YES or NO."
window = "72h"
[[rule]]
keyword = "YES"
do = [ { reply = "Confirmed." }, { notify = "crm", event = "appointment.confirmed" }, { close = "confirmed" } ]
[[rule]]
keyword = "NO"
do = [ { reply = "Released." }, { close = "released" } ]
[[rule]]
keyword = "MORE"
do = [ { notify = "crm", event = "first" }, { notify = "crm", event = "second" } ]
[[rule]]
otherwise = true
do = [ { reply = "Please reply YES or NO." } ]
)";

inline const std::string kService = R"(
[campaign]
name = "service"
sender = "80800"
message = "Your car is due. Reply YES to book."
window = "72h"
[[rule]]
keyword = "YES"
do = [ { reply = "Booked." }, { close = "booked" } ]
)";

class Desk {
 public:
  explicit Desk(Settings settings = standard()) : settings_(std::move(settings)) {
    const std::vector<rules::Source> sources{{"checkup.toml", kCheckup}, {"service.toml", kService}};
    rules::Compiled compiled = rules::compile(sources, {{"80800", "80900"}, {"crm"}});
    for (const rules::Mistake& mistake : compiled.mistakes) FAIL(mistake.to_string());
    program_ = compiled.program;
    open(storage::memory::Image{});
  }

  static Settings standard() {
    Settings settings;
    AccountSettings account;
    account.id = "a";
    settings.accounts = {account};
    SenderSettings sender;
    sender.number = "80800";
    sender.accounts = {"a"};
    sender.stop_reply = "You are out.";
    sender.start_reply = "Welcome back.";
    sender.help_reply = "Ask at the desk.";
    SenderSettings other = sender;
    other.number = "80900";
    settings.senders = {sender, other};
    settings.endpoints = {{"crm", 1, {10s, 20s}}};
    return settings;
  }

  // As after a crash: what is on disk stays, everything else is new.
  void restart() { open(store->snapshot()); }

  void restart_with(Settings settings) {
    settings_ = std::move(settings);
    restart();
  }

  void open(storage::memory::Image image) {
    engine.reset();
    store = std::make_unique<storage::memory::MemoryStore>(std::move(image));
    engine = std::make_unique<Engine>(settings_, program_, *store, 7);
    for (int i = 0; i < 100 && !engine->recovered(); ++i) turn({Recover{}});
    REQUIRE(engine->recovered());
    incoming_ = 0;
  }

  Releases turn(std::vector<Input> batch) {
    auto result = engine->turn(std::move(batch), now);
    REQUIRE(std::holds_alternative<Releases>(result));
    Releases releases = std::get<Releases>(std::move(result));
    for (const Submit& submit : releases.submits) submitted.push_back(submit);
    for (const WebhookRequest& webhook : releases.webhooks) webhooks.push_back(webhook);
    return releases;
  }

  LinkRef up(std::uint32_t window = 10) {
    link = {"a", 0, store->fence().run * 1000 + ++sessions_};
    turn({LinkUp{link, window, true, true}});
    return link;
  }
  void down() { turn({LinkDown{link, "test"}}); }

  Mo mo(const std::string& from, const std::string& text, const std::string& to = "80800") {
    smpp::DeliverSm pdu;
    pdu.source = {1, 1, from};
    pdu.destination = {3, 0, to};
    pdu.short_message = smpp::encode_text(text, {}).value().parts[0].short_message;
    return mo(pdu);
  }
  Mo mo(const smpp::DeliverSm& pdu) {
    const Octets raw = smpp::encode({smpp::command_status::ESME_ROK, static_cast<std::uint32_t>(incoming_ + 1), pdu, false}).value();
    return std::get<Mo>(input_of(link, {link.epoch, ++incoming_}, pdu, raw));
  }
  Releases say(const std::string& from, const std::string& text, const std::string& to = "80800") { return turn({mo(from, text, to)}); }

  ReceiptArrived receipt(const std::string& id, const std::string& from, smpp::MessageState state, const std::string& stat) {
    smpp::Receipt r;
    r.id = id;
    r.state = state;
    r.stat = stat;
    return {link, {link.epoch, ++incoming_}, {}, {1, 1, from}, {3, 0, "80800"}, r, false};
  }

  SubmitDone result(const Submit& submit, SubmitOutcome outcome, smpp::command_status status = smpp::command_status::ESME_ROK,
                    const std::string& id = {}) {
    return {submit.link, submit.segment, outcome, status, id, 1, {}};
  }
  // The carrier takes everything that was submitted and not answered yet, under ids m1, m2, ...
  void accept_all() {
    std::vector<Input> batch;
    for (const Submit& submit : std::exchange(submitted, {})) batch.push_back(result(submit, SubmitOutcome::answered, smpp::command_status::ESME_ROK, "m" + std::to_string(++ids_)));
    if (!batch.empty()) turn(std::move(batch));
  }
  void crm(WebhookOutcome outcome) {
    std::vector<Input> batch;
    for (const WebhookRequest& w : std::exchange(webhooks, {})) batch.push_back(WebhookDone{w.event, w.endpoint, outcome, "test", {}});
    if (!batch.empty()) turn(std::move(batch));
  }

  Id launch_to(const std::vector<std::string>& numbers, const std::string& campaign = "checkup") {
    AddRecipients rows;
    rows.campaign = campaign;
    for (const std::string& number : numbers) rows.rows.push_back({rows.rows.size() + 1, number, {{"first_name", "Ada"}}});
    turn({rows});
    const Releases launched = turn({LaunchCampaign{1, campaign, "t", ""}});
    return std::get<Launched>(launched.answers.at(0).answered).launch;
  }
  Answered send(SendMessage request) {
    request.request = 5;
    return turn({request}).answers.at(0).answered;
  }

  void pass(std::chrono::milliseconds d) {
    now.steady += d;
    now.wall += d;
  }

  storage::Message message(Id id) { return store->message(id).value(); }
  std::vector<std::string> texts_to(const std::string& number) {
    std::vector<std::string> texts;
    for (const auto& entry : store->chain(number, 100)) {
      if (entry.message) texts.push_back(entry.message->text);
    }
    return texts;
  }
  std::optional<storage::Contact> person(const std::string& number) { return store->contact(number); }
  storage::Inbound last_inbound(const std::string& number) {
    const auto chain = store->chain(number, 100);
    for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
      if (it->inbound) return *it->inbound;
    }
    FAIL("no inbound of " + number);
    return {};
  }

  Now now{SteadyTime{1000h}, WallTime{std::chrono::milliseconds{1'700'000'000'000}}};
  std::unique_ptr<storage::memory::MemoryStore> store;
  std::unique_ptr<Engine> engine;
  LinkRef link{"a", 0, 1};
  std::vector<Submit> submitted;
  std::vector<WebhookRequest> webhooks;

 private:
  Settings settings_;
  std::shared_ptr<const rules::Program> program_;
  std::uint64_t incoming_ = 0, sessions_ = 0, ids_ = 0;
};

inline const std::string kAnn = "447700900001", kBob = "447700900002";

inline Id send(Desk& d, const std::string& to, const std::string& text = "hello") {
  return std::get<MessageAccepted>(d.send({0, "t", "", 0, to, "80800", text, "", {}})).message;
}
inline Id accepted(Desk& d, const std::string& to = kAnn) {
  const Id id = send(d, to);
  d.accept_all();
  return id;
}

// The standard account, changed.
template <class Change>
Settings with(Change change) {
  Settings settings = Desk::standard();
  change(settings.accounts[0]);
  return settings;
}
inline smpp::DeliverSm from_ann(const std::string& text) {
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, kAnn};
  pdu.destination = {3, 0, "80800"};
  pdu.short_message = smpp::to_octets(text);
  return pdu;
}

}  // namespace desk
