#include "test/sim/clients.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <array>

namespace sim {

using namespace std::chrono_literals;
using namespace core::engine;

namespace {
constexpr auto kPatience = 4s;
constexpr std::array<std::string_view, 3> kCampaigns{"checkup", "service", "news"};
constexpr std::string_view kToken = "crm";
}  // namespace

void Clients::start() { work(); }

void Clients::work() {
  if (world_.over()) return;
  const double dice = world_.random.unit();
  if (wishes_.size() < World::kSends && dice < 0.75) send_one(world_.random.chance(0.6));
  if (drives_.size() < World::kDrives && dice > 0.97) begin_drive();
  if (dice > 0.5 && dice < 0.62) cancel_one();
  if (world_.random.chance(0.12)) settle_one();
  if (dice < 0.03) explain_one();
  world_.schedule.after(world_.random.between(200ms, 2500ms), [this] { work(); });
}

void Clients::ask(Input input, RequestId request, Then then) {
  calls_[request] = std::move(then);
  if (world_.node) world_.node->offer(std::move(input));
  world_.schedule.after(kPatience, [this, request] {
    const auto found = calls_.find(request);
    if (found == calls_.end()) return;
    const Then late = std::move(found->second);
    calls_.erase(found);
    late(nullptr);
  });
}

void Clients::answered(const Answer& answer) {
  if (world_.faults.strikes(Fault::answer_lost)) return;
  const auto found = calls_.find(answer.request);
  if (found == calls_.end()) return;
  const Then then = std::move(found->second);
  calls_.erase(found);
  then(&answer.answered);
}

void Clients::send_one(bool with_campaign) {
  auto wish = std::make_unique<Wish>();
  SendMessage& send = wish->request;
  const std::string name = words("w", wishes_.size());
  send.token = kToken;
  send.to = "+" + world_.plan.people[world_.random.index(world_.plan.people.size())].number;
  send.request_hash = wishes_.size() + 1;
  if (world_.random.chance(0.7)) send.idempotency_key = name;
  if (with_campaign) {
    send.campaign = kCampaigns[world_.random.index(kCampaigns.size())];
    send.fields["ref"] = name;
    send.fields["first_name"] = "Ada";
  } else {
    send.from = world_.random.chance(0.7) ? kMainSender : kNewsSender;
    send.text = words("Note ", name, ". ", world_.random.chance(0.2) ? kLongReply : std::string("Bring your card."));
  }
  wishes_.push_back(std::move(wish));
  ask_again(*wishes_.back());
}

void Clients::ask_again(Wish& wish) {
  ++wish.asked;
  SendMessage send = wish.request;
  send.request = ++last_request_;
  const RequestId request = send.request;
  ask(std::move(send), request, [this, &wish](const Answered* answer) {
    if (answer != nullptr) {
      if (const auto* accepted = std::get_if<MessageAccepted>(answer)) {
        wish.messages.insert(accepted->message);
        if (!wish.request.idempotency_key.empty() && wish.messages.size() > 1) {
          throw Violation{"acts once", words("Idempotency-Key ", wish.request.idempotency_key, " was answered with two messages")};
        }
        return;
      }
      if (std::get<Problem>(*answer).status != 503) throw Violation{"a good request is taken", std::get<Problem>(*answer).detail};
    }
    // Without a key a program that asks again may send twice: that is its own choice, made here half of the time.
    if (wish.request.idempotency_key.empty() && world_.random.chance(0.5)) return;
    world_.schedule.after(world_.random.between(100ms, 3s), [this, &wish] { ask_again(wish); });
  });
}

void Clients::begin_drive() {
  auto drive = std::make_unique<Drive>();
  const std::string name = words("d", drives_.size());
  drive->campaign = kCampaigns[drives_.size() % kCampaigns.size()];
  drive->key = name;
  for (std::size_t i = 0; i < world_.plan.people.size(); ++i) {
    if (world_.random.chance(0.2)) continue;
    RecipientRow row{i + 1, world_.plan.people[i].number, {{"ref", words(name, "r", i)}}};
    if (world_.random.chance(0.05)) row.number = "12";  // not a number: refused with its line
    drive->rows.push_back(std::move(row));
  }
  drives_.push_back(std::move(drive));
  go_on(*drives_.back());
}

// In chunks, each named by what was stored before it, so that a chunk whose answer got lost can be sent again.
void Clients::go_on(Drive& drive) {
  constexpr std::size_t kChunk = 10;
  AddRecipients add;
  add.request = ++last_request_;
  add.campaign = drive.campaign;
  add.token = kToken;
  add.launch = drive.launch;
  add.after = drive.stored;
  if (drive.launch != 0) {  // the first request only asks for the launch
    const std::size_t begin = drive.chunk * kChunk, end = std::min(drive.rows.size(), begin + kChunk);
    add.rows.assign(drive.rows.begin() + static_cast<std::ptrdiff_t>(begin), drive.rows.begin() + static_cast<std::ptrdiff_t>(end));
  }
  const RequestId request = add.request;
  ask(std::move(add), request, [this, &drive](const Answered* answer) {
    const auto* added = answer == nullptr ? nullptr : std::get_if<RecipientsAdded>(answer);
    if (answer != nullptr && !added && std::get<Problem>(*answer).status != 503) {
      throw Violation{"a good request is taken", "import: " + std::get<Problem>(*answer).detail};
    }
    if (!added) {
      world_.schedule.after(1s, [this, &drive] { go_on(drive); });
      return;
    }
    if (drive.launch != 0) ++drive.chunk;
    drive.launch = added->launch;
    drive.stored = added->total;
    drive.refused += added->refused.size();
    if (drive.chunk * kChunk < drive.rows.size()) return go_on(drive);
    launch(drive);
  });
}

void Clients::launch(Drive& drive) {
  LaunchCampaign request{++last_request_, drive.campaign, std::string(kToken), drive.key};
  ask(request, request.request, [this, &drive](const Answered* answer) {
    if (answer != nullptr && std::holds_alternative<Launched>(*answer)) {
      if (std::get<Launched>(*answer).launch != drive.launch) throw Violation{"acts once", "a launch was answered as another one"};
      drive.launched = true;
      return;
    }
    if (answer != nullptr && std::get<Problem>(*answer).status != 503) {
      throw Violation{"a good request is taken", "launch: " + std::get<Problem>(*answer).detail};
    }
    world_.schedule.after(1s, [this, &drive] { launch(drive); });
  });
}

void Clients::cancel_one() {
  if (wishes_.empty() || wishes_.back()->messages.empty()) return;
  const CancelMessage cancel{++last_request_, *wishes_.back()->messages.begin()};
  ask(cancel, cancel.request, [](const Answered*) {});
}

// An operator who looks at the list of doubts and decides about one.
void Clients::settle_one() {
  if (!world_.node || world_.node->dead()) return;
  const auto doubts = world_.node->store().in_doubt(20);
  if (doubts.empty()) return;
  const SettleDoubt settle{++last_request_, doubts[world_.random.index(doubts.size())].id, world_.random.chance(0.5)};
  ask(settle, settle.request, [](const Answered*) {});
}

void Clients::explain_one() {
  ExplainText explain{++last_request_, world_.plan.people.front().number, kMainSender, "YES"};
  const RequestId request = explain.request;
  ask(std::move(explain), request, [](const Answered*) {});
}

}  // namespace sim
