// Imports: a chunk that is sent again, because its answer was lost, is stored once. Launches: fed at the pace they go.
#include "test/unit/engine_desk.hpp"

using namespace desk;

namespace {
AddRecipients chunk(std::vector<std::string> numbers, Id launch = 0, std::uint64_t after = 0, std::string key = {}) {
  AddRecipients add;
  add.request = 1;
  add.token = "crm";
  add.idempotency_key = std::move(key);
  add.campaign = "checkup";
  add.launch = launch;
  add.after = after;
  for (std::string& number : numbers) add.rows.push_back({after + add.rows.size() + 2, std::move(number), {}});
  return add;
}
RecipientsAdded added(Desk& d, const AddRecipients& add) { return std::get<RecipientsAdded>(d.turn({add}).answers.at(0).answered); }
}  // namespace

TEST_CASE("a launch is fed by the pace of the account and sender its messages really go by (DESIGN 3.6)") {
  Settings settings = Desk::standard();
  AccountSettings slow;
  slow.id = "b";
  slow.rate = 1;
  settings.accounts.push_back(slow);
  settings.senders[0].accounts = {"a", "b"};
  settings.routes = {{"4477", "b"}};
  const bool by_sender = GENERATE(false, true);
  if (by_sender) settings.senders[0].rate = 1, settings.routes = {};
  Desk d(settings);
  std::vector<std::string> numbers;
  for (int i = 0; i < 300; ++i) numbers.push_back(std::to_string(447700910000 + i));
  d.launch_to(numbers);
  d.up();
  for (int i = 0; i < 20; ++i) d.turn({Tick{}});
  std::size_t made = 0;
  for (const auto& [id, row] : d.store->image().messages.rows) made += row.record->message_class == storage::MessageClass::bulk;
  CHECK(made >= 1);
  CHECK(made <= 5);
}

TEST_CASE("a chunk that comes again behind the same rows of its launch is answered, not stored twice") {
  Desk d;
  const RecipientsAdded first = added(d, chunk({kAnn, kBob}));
  const AddRecipients second = chunk({"447700900003", "12", "447700900004"}, first.launch, first.total);
  const RecipientsAdded once = added(d, second), again = added(d, second);
  CHECK(once.total == 4);
  CHECK(again.total == 4);
  CHECK(again.added == 2);
  CHECK(again.refused.size() == 1);
  CHECK(d.store->image().recipients.rows.size() == 4);
}

TEST_CASE("the same again over a restart, with somebody else's rows in between, and after the launch has started") {
  Desk d;
  const RecipientsAdded first = added(d, chunk({kAnn}));
  const AddRecipients mine = chunk({kBob}, first.launch, 1), other = chunk({"447700900003"}, first.launch, 1);
  CHECK(added(d, mine).total == 2);
  CHECK(added(d, other).total == 3);
  d.restart();
  CHECK(added(d, mine).total == 3);
  d.turn({LaunchCampaign{1, "checkup", "t", ""}});
  CHECK(added(d, mine).added == 1);
  const Releases late = d.turn({chunk({"447700900009"}, first.launch, 3)});
  CHECK(std::get<Problem>(late.answers.at(0).answered).status == 409);
}

TEST_CASE("with an Idempotency-Key the first chunk is stored once too; another file under the key is refused") {
  Desk d;
  const AddRecipients first = chunk({kAnn, kBob}, 0, 0, "may");
  CHECK(added(d, first).launch == added(d, first).launch);
  CHECK(d.store->image().recipients.rows.size() == 2);
  const Releases other = d.turn({chunk({kAnn}, 0, 0, "may")});
  CHECK(std::get<Problem>(other.answers.at(0).answered).status == 422);
}
