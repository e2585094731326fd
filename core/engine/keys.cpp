// The keys that follow from an input alone; what only the working set can tell comes in a later pass.
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"

#include <algorithm>

namespace core::engine {

namespace {

const AccountSettings* find_account(const Settings& settings, const std::string& id) {
  const auto found = std::ranges::find(settings.accounts, id, &AccountSettings::id);
  return found == settings.accounts.end() ? nullptr : &*found;
}

void mark(const LinkRef& link, storage::Keys& keys) { keys.link_marks.insert({link.account, link.epoch}); }

void parked(const std::string& account, const std::string& message_id, storage::Keys& keys) {
  if (message_id.empty()) return;
  keys.smsc_ids.insert({account, normalised_id(message_id)});
  for (ReceiptKey& each : keys_of_response(message_id)) keys.parked_receipts.insert({account, std::move(each.id)});
}

struct KeysOf {
  const Settings& settings;
  storage::Keys& keys;

  void operator()(const LinkUp& input) const { mark(input.link, keys); }
  void operator()(const LinkQuiet&) const {}
  void operator()(const LinkDown& input) const { mark(input.link, keys); }
  void operator()(const LinkAcknowledged& input) const { mark(input.link, keys); }
  void operator()(const SubmitDone& input) const {
    keys.messages.insert(input.segment.message);
    if (input.outcome == SubmitOutcome::lost || input.outcome == SubmitOutcome::timed_out) {
      keys.timers.insert({storage::TimerKind::in_doubt_validity, input.segment.message});
    }
    parked(input.link.account, input.message_id, keys);
  }
  void operator()(const Mo& input) const {
    const AccountSettings* account = find_account(settings, input.link.account);
    if (!account) return;
    if (const std::string person = person_of(input.source, *account); !person.empty()) keys.contacts.insert(person);
    if (input.claimed) {
      for (const ReceiptKey& each : keys_of_receipt(*input.claimed)) keys.smsc_ids.insert({input.link.account, each.id});
    }
    if (const auto& c = input.payload.concatenation) {
      keys.parts.insert({input.link.account, input.source.addr, input.destination.addr, c->reference, c->width, c->total});
    }
  }
  void operator()(const ReceiptArrived& input) const {
    if (!input.receipt) return;
    const std::vector<ReceiptKey> ids = keys_of_receipt(*input.receipt);
    for (const ReceiptKey& each : ids) keys.smsc_ids.insert({input.link.account, each.id});
    // It waits under each id that it names, not under what those may become.
    const std::string* written = nullptr;
    for (const ReceiptKey& each : ids) {
      if (!written || each.written != *written) keys.parked_receipts.insert({input.link.account, each.id});
      written = &each.written;
    }
  }
  void operator()(const Undecodable&) const {}
  void operator()(const Reachable& input) const {
    const AccountSettings* account = find_account(settings, input.link.account);
    if (!account) return;
    if (const std::string person = person_of(input.source, *account); !person.empty()) keys.contacts.insert(person);
  }
  void operator()(const SendMessage& input) const {
    if (const std::string number = e164(input.to); !number.empty()) keys.contacts.insert(number);
    if (!input.idempotency_key.empty()) keys.idempotency.insert({input.token, input.idempotency_key});
  }
  void operator()(const AddRecipients& input) const {
    keys.campaigns.insert(input.campaign);
    if (input.launch != 0) keys.launches.insert(input.launch);
  }
  void operator()(const LaunchCampaign& input) const { keys.campaigns.insert(input.campaign); }
  void operator()(const CancelMessage& input) const { keys.messages.insert(input.message); }
  void operator()(const SettleDoubt& input) const { keys.messages.insert(input.message); }
  void operator()(const ExplainText& input) const {
    if (const std::string number = e164(input.from); !number.empty()) keys.contacts.insert(number);
  }
  void operator()(const WebhookDone& input) const {
    keys.events.insert(input.event);
    keys.events_after.insert(input.event);
  }
  void operator()(const Recover&) const {}
  void operator()(const Tick&) const {}
  void operator()(const NewRules& input) const {
    if (input.program) keys.revisions.insert(input.program->revision());
  }
};

}  // namespace

void keys_of(const Input& input, const Settings& settings, storage::Keys& keys) { std::visit(KeysOf{settings, keys}, input); }

}  // namespace core::engine
