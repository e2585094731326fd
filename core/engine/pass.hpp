// One pass of decide over a batch: pure, input by input, in order, then fill. It reads and changes the working set
// and its own copies; if a key was not loaded, `missing` names it and everything else of the pass is thrown away.
// The methods live by subject: inbound.cpp, parts.cpp, consent.cpp, outbound.cpp, submit_results.cpp, receipts.cpp,
// fill.cpp, bulk.cpp, events.cpp, timers.cpp, recovery.cpp, api.cpp.
#pragma once

#include "core/engine/attribute.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/limits.hpp"
#include "core/engine/memory.hpp"
#include "core/engine/numbers.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace core::engine {

// The keys that follow from an input alone.
void keys_of(const Input& input, const Settings& settings, storage::Keys& keys);

// Why a text cannot leave, for the person who wrote it.
[[nodiscard]] std::string refusal_of(smpp::errc error, std::uint32_t max_parts);

// Changes to Redelivery, applied when the turn is committed.
struct RedeliveryJournal {
  struct Received { LinkRef link; Redelivery::Row row; bool session_is_up; };
  std::vector<Received> received;
  std::vector<std::pair<LinkRef, Turn>> acknowledged;
  std::vector<LinkRef> ended;
  std::vector<Received> absorbed;     // rows that were there, with the session that sent the copy
};

class Pass {
 public:
  Pass(const Settings& settings, std::shared_ptr<const rules::Program> program, storage::WorkingSet& set, Memory memory,
       const Redelivery& redelivery, const Figures& figures, Turn turn, Now now, std::uint64_t seed);

  void decide(const Input& input);
  // After the last input: deliver due timers, feed, pump events, fill, sweep; then the deadline.
  void finish();

  [[nodiscard]] const storage::Keys& missing() const { return want_; }
  [[nodiscard]] bool complete() const { return want_.empty(); }

  // What the turn keeps when the commit succeeded.
  Releases releases;
  Memory memory;
  RedeliveryJournal journal;
  Figures figures;
  std::shared_ptr<const rules::Program> program;

 private:
  // inputs
  void on(const LinkUp&);
  void on(const LinkQuiet&);
  void on(const LinkDown&);
  void on(const LinkAcknowledged&);
  void on(const SubmitDone&);
  void on(const Mo&);
  void on(const ReceiptArrived&);
  void on(const Undecodable&);
  void on(const Reachable&);
  void on(const SendMessage&);
  void on(const AddRecipients&);
  void on(const LaunchCampaign&);
  void on(const CancelMessage&);
  void on(const SettleDoubt&);
  void on(const ExplainText&);
  void on(const WebhookDone&);
  void on(const Recover&);
  void on(const Tick&) {}
  void on(const NewRules&);

  // inbound.cpp
  bool absorb(const Mo&);
  [[nodiscard]] Id redelivered(const Mo&) const;
  storage::Inbound inbound_row(const Mo&);
  void remember(const Mo&, const storage::Inbound& row);
  void store_malformed(const LinkRef&, smpp::Incoming, const Octets& raw, const std::string& from, const std::string& to,
                       std::uint64_t fingerprint, std::string why = "deciding about it ended the process twice; kept as it came, nothing was done");
  void deliver(storage::Inbound row, const smpp::DecodedText& decoded);
  void put_aside(storage::Inbound row, const std::string& text, std::string why);
  void act(storage::Contact&, storage::Inbound&, const Attribution&);
  void ask(storage::Contact&, storage::Inbound&, const Attribution&);
  void apply(storage::Contact&, Id conversation, storage::Inbound&, const rules::Decision&, const rules::Campaign&);
  void keep(storage::Contact&, storage::Inbound row);
  void respond(const LinkRef&, smpp::Incoming, smpp::command_status, std::string message_id = {});

  // parts.cpp
  void part(const Mo&, storage::Inbound row);
  void hand_on(const storage::PartKey&, const storage::PartSet&, storage::Inbound last, bool complete);
  [[nodiscard]] static bool only_repeats(const storage::PartSet&);
  void drop_repeats(const storage::PartKey&, const storage::PartSet&);
  void end_set(const storage::PartKey&, const storage::PartSet&);
  void parts_overdue(Id first_inbound);
  void make_room_for_parts(const std::string& from, const storage::PartKey& newest);

  // consent.cpp
  void reserved(storage::Contact&, storage::Inbound&, rules::ReservedWord);
  void opt_out(storage::Contact&, const storage::Inbound&);
  void opt_in(storage::Contact&, const storage::Inbound&);
  void confirm(storage::Contact&, const storage::Inbound&, const std::string& text);

  // outbound.cpp: the only way to send is a row
  struct Draft {
    storage::MessageClass message_class = storage::MessageClass::transactional;
    storage::Lane lane = storage::Lane::transactional;
    std::string sender, text;
    Id conversation = 0, launch = 0, cause = 0;
    std::string campaign;
    std::int32_t rule = -1, index = 0;
    std::string tariff;
    storage::Fields tlvs;             // values for vendor TLVs, by their names
    bool flash = false;
    const storage::Inbound* answers = nullptr;  // what it replies to: a USSD dialogue goes on where it came from
    bool ends = true;                 // that dialogue
  };
  struct Drafted { Id message = 0; std::string refusal; };  // refusal: why the text cannot be sent
  Drafted draft(storage::Contact&, const Draft&);
  // How texts leave by this account, as far as it is known what it takes.
  [[nodiscard]] smpp::EncodeOptions text_options(const AccountSettings&, bool flash = false) const;
  void write_segments(storage::Message&, const smpp::EncodedText&, const smpp::Tlvs& beside) const;
  [[nodiscard]] std::string route(const storage::Contact* known, const std::string& number, const std::string& sender) const;
  storage::Conversation& open_conversation(storage::Contact&, const rules::Campaign&, storage::Fields, Id launch);
  void close_conversation(storage::Contact&, Id conversation, storage::ConversationState, const std::string& outcome);
  void end_question(storage::Contact&, const std::string& why);
  void drop_expired(storage::Contact&);
  void change(storage::Message&, std::size_t segment, storage::MessageState to);
  void settle(storage::Message&, const std::string& detail);
  void requeue_later(storage::Message&, std::chrono::seconds delay);

  // submit_results.cpp
  void answered(storage::Message&, std::size_t segment, const SubmitDone&);
  void accepted(storage::Message&, std::size_t segment, const SubmitDone&);
  void given_up(const SubmitDone&);
  void know_id(storage::Message&, std::size_t segment, const std::string& account, const std::string& message_id);
  void refused(storage::Message&, std::size_t segment, const SubmitDone&);
  void reject(storage::Message&, std::size_t segment, const std::string& why);
  bool encode_again(storage::Message&);
  bool leave_tlvs_out(storage::Message&, std::size_t segment, smpp::command_status);
  [[nodiscard]] smpp::status_class class_here(const std::string& account, smpp::command_status) const;
  void doubt(storage::Message&, std::size_t segment, const std::string& why);

  // receipts.cpp
  [[nodiscard]] smpp::ReceiptIdRule& receipt_ids(const std::string& account);
  bool claims_receipt(const Mo&, const std::string& from);
  void unclaimed(const Mo&, storage::Inbound row);
  bool match_receipt(const std::string& account, const std::vector<ReceiptKey>&, const storage::ParkedReceipt&, bool only_the_same_person);
  bool match_without_id(const ReceiptArrived&, const storage::ParkedReceipt&);
  void find_without_id(const storage::Message&);
  void keep_receipt(const ReceiptArrived&, std::string why);
  bool park(const std::string& account, const std::vector<ReceiptKey>&, storage::ParkedReceipt);
  void unpark(const std::string& account, const std::string& id, const Octets& raw);
  void apply_receipt(storage::Message&, std::size_t segment, storage::ParkedReceipt);
  void told_by_last_part(storage::Message&, std::size_t segment);
  void become(storage::Message&, std::size_t segment, storage::MessageState target, const storage::ParkedReceipt&);
  bool apply_parked(storage::Message&, std::size_t segment, const std::string& account, const std::string& message_id);

  // fill.cpp
  void fill();
  void fill_account(const std::string& account, AccountLinks& links);
  std::vector<Id> ready_in(const storage::QueueKey&);
  bool door(storage::Message&);
  bool claim(storage::Message&, AccountLinks&);
  void submit(storage::Message&, std::size_t segment, const LinkRef&);

  // bulk.cpp
  void feed();
  bool feed_launch(Id launch);
  [[nodiscard]] bool has_room(const SenderSettings&, const std::string& number) const;
  void take_recipient(storage::Launch&, std::uint64_t n, const rules::Campaign&);

  // events.cpp
  void emit(const storage::Contact&, storage::Conversation*, const std::string& endpoint, const std::string& type, const storage::Inbound*);
  void pump_events();
  void send_event(storage::Event&, EndpointWindow&);

  // timers.cpp
  void set_timer(storage::TimerKind, Id entity, WallTime due);
  void fire_due();
  void fire(const storage::TimerKey&);
  void sweep();
  void advance_idle_marks();
  void expire_unbound();
  void deadline();
  void at(SteadyTime);
  void at(WallTime);

  // api.cpp
  void answer(RequestId, Answered);
  void withhold(const storage::Contact&, const SenderSettings&, const Attribution&, Explained&) const;
  bool replay(RequestId, const storage::IdempotencyKey&, std::uint64_t hash, const std::function<Answered(Id)>& replayed);

  // recovery.cpp
  void recover_marks();
  void recover_inbound();
  void recover_claims();

  // reads that note what is missing
  storage::Read<storage::Contact> contact(const std::string& number);
  storage::Read<storage::Message> message(Id id);
  storage::Read<storage::Inbound> inbound(Id id);
  storage::Contact& contact_for(const std::string& number);   // made when absent; the key must be loaded
  template <class Key, class Record>
  bool missing(const storage::Table<Key, Record>& table, const Key& key, std::set<Key>& wanted) {
    if (table.knows(key)) return false;
    wanted.insert(key);
    return true;
  }

  Id next_id();
  std::uint64_t random();
  const AccountSettings* account_settings(std::string_view id) const;
  const SenderSettings* sender_settings(std::string_view number) const;

  const Settings& settings_;
  storage::WorkingSet& set_;
  const Redelivery& redelivery_;
  storage::Keys want_;
  Turn turn_;
  Now now_;
  unsigned next_index_ = 1;
  std::uint64_t random_state_;
  std::set<Id> new_events_;           // made due in this pass
  std::map<std::string, std::size_t, std::less<>> fed_;  // bulk segments this pass made, per account
  std::size_t refused_at_door_ = 0;
};

}  // namespace core::engine
