// The simulated SMSC: accepts binds, answers submits, carries them to handsets, sends receipts and what the handsets
// answer. Flow: submit_sm -> rules decide -> message id -> response -> (receipt_delay) -> handset -> receipt, perhaps an
// answer -> outbox -> deliver_sm on a bind of the account -> answered, or offered again.
// smsc.cpp: listeners, events, outbox. smsc_bind.cpp: binds. smsc_submit.cpp: messages and their responses.
// smsc_operations.cpp: query_sm and its like. smsc_faults.cpp: what goes wrong, and what somebody asks for by HTTP.
#pragma once

#include "smpp/net/listener.hpp"
#include "tools/smpp-sim/behaviour.hpp"
#include "tools/smpp-sim/certificate.hpp"
#include "tools/smpp-sim/coverage.hpp"
#include "tools/smpp-sim/deliver.hpp"
#include "tools/smpp-sim/handsets.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/message_store.hpp"
#include "tools/smpp-sim/options.hpp"
#include "tools/smpp-sim/outbox.hpp"
#include "tools/smpp-sim/pcap.hpp"
#include "tools/smpp-sim/pdu_log.hpp"
#include "tools/smpp-sim/schedule.hpp"
#include "tools/smpp-sim/subscribers.hpp"
#include "tools/smpp-sim/trace.hpp"
#include "tools/smpp-sim/wire.hpp"
#include "tools/smpp-sim/wiretap.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

// Connections that something is asked of: those of accounts that match, or one by its number in the trace.
struct Which {
  Pattern account;
  std::uint64_t connection = 0;
};

class Smsc {
 public:
  Smsc(boost::asio::io_context& io, const SmscOptions& options, const Clocks& clocks);
  ~Smsc();
  Smsc(const Smsc&) = delete;
  Smsc& operator=(const Smsc&) = delete;

  // Empty when it serves; else one line for a person.
  [[nodiscard]] std::string start();
  void stop(std::function<void()> on_stopped);

  // A message from a handset. Null: it cannot be encoded, and `error` says why. `account` empty: the one that last
  // used `to` as its source, else whoever binds.
  std::shared_ptr<HandsetReply> inject(const MoText& mo, const std::string& account, std::string& error);
  void drop_links();
  // A handset off the network keeps its messages ENROUTE until it is back.
  void set_network(const std::string& number, bool is_on);
  [[nodiscard]] std::vector<std::string> off_network() const { return coverage_.off(); }
  // All but the links as at the start: ledger, PDUs, counters, behaviour and rules, faults, subscribers, messages and what
  // is owed. The links stay, and become healthy; a request that waits for its response still gets it.
  void reset();

  [[nodiscard]] Behaviour& behaviour() { return behaviour_; }
  void set_rules(std::vector<Rule> rules);
  [[nodiscard]] const std::vector<Rule>& rules() const { return behaviours_.rules(); }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] PduLog& pdus() { return pdus_; }
  void tell_received(std::function<void(const HandsetMessage&)> told) { ledger_.when_received = std::move(told); }
  [[nodiscard]] const Subscribers& subscribers() const { return *subscribers_; }
  [[nodiscard]] std::uint16_t port(std::size_t place = 0) const { return places_[place]->listener->port(); }
  // PEM, where TLS has no certificate of its own; else empty.
  [[nodiscard]] const std::string& self_made_certificate() const { return self_made_.certificate; }
  [[nodiscard]] std::size_t binds() const;
  [[nodiscard]] std::size_t receivers() const;  // binds that take deliver_sm
  [[nodiscard]] std::size_t owed() const { return outbox_.size(); }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& faults() const { return faults_; }  // how often, by name

  // Each tells how many connections it was done to; those that are not bound count only for faults.
  std::size_t let_happen(const Which& which, const FaultPlan& plan);
  std::size_t write_raw(const Which& which, std::span<const std::byte> octets);
  std::size_t enquire_link(const Which& which);
  std::size_t unbind(const Which& which);
  std::size_t alert(const Which& which, const smpp::AlertNotification& alert);
  // `done`: empty, or why no outbind was sent.
  void outbind(const OutbindTo& to, std::function<void(const std::string& why)> done);
  void outbind_all(const std::function<void(const std::string& why)>& failed);  // those of --outbind

 private:
  struct Place {  // where it listens
    SmscPlace settings;
    std::unique_ptr<smpp::net::Listener> listener;
  };
  // A request that waits for its answer.
  struct Asked {
    std::uint64_t connection = 0;
    smpp::Incoming incoming;
    std::uint32_t sequence_number = 0;
    Trigger command{};
  };
  struct HeldAnswer {
    Asked asked;
    smpp::Response response;
  };
  struct Client {
    smpp::net::Connection* connection = nullptr;
    std::size_t place = 0;
    const SmscAccount* account = nullptr;  // null: its SMSC has none, or it has not bound
    std::string key;                       // of the account: system_id, or system_id@name of a further SMSC
    std::uint8_t version = 0;
    bool is_bound = false, receives = false, takes_tlvs = true;
    bool is_deaf = false;  // its end is due: nothing is answered any more
    bool is_dripping = false;
    std::uint32_t unanswered = 0;
    std::string last_id;
    Random random{0};
    std::optional<HeldAnswer> held;  // of response=reordered
    std::unique_ptr<Wire> wire;      // once there is a fault on what it says
  };
  struct Pace {
    double tokens = 0;
    smpp::Now at{};
  };

  // smsc.cpp
  smpp::Session make_session();
  std::string make_subscribers();
  void make_places(boost::asio::io_context& io);
  void after(Millis delay, std::function<void()> act);  // unless a reset comes before it
  smpp::net::ListenerSettings listener_settings(const SmscPlace& place, std::size_t index) const;
  smpp::net::ListenerOwner listener_owner(std::size_t index);
  void on_connected(std::size_t place, smpp::net::Connection& connection);
  void on_events(smpp::net::Connection& connection, smpp::net::Events events);
  void on_event(Client& client, smpp::Event& event);
  void on_answered(std::uint64_t id, smpp::command_status status);
  void not_bound_any_more(Client& client);
  void offer();  // waiting deliver_sm to the binds with free slots
  bool offer_one(Client& client, std::uint64_t id);
  Client* find(std::uint64_t connection);

  // smsc_bind.cpp
  void on_bind(Client& client, const smpp::BindRequested& request);
  [[nodiscard]] smpp::command_status bind_status_of(const Client& client, const smpp::BindBody& body, Trigger type);
  [[nodiscard]] const SmscAccount* account_of(const Client& client, const std::string& system_id) const;
  [[nodiscard]] bool has_accounts(const Client& client) const;
  [[nodiscard]] std::string key_of(const Client& client, const std::string& system_id) const;

  // smsc_submit.cpp
  void on_request(Client& client, smpp::Received& request);
  void on_submit_sm(Client& client, const Asked& asked, smpp::SubmitSm&& pdu);
  void on_data_sm(Client& client, const Asked& asked, smpp::DataSm&& pdu);
  // Takes the message or says why not; `id` is empty until one is given.
  smpp::command_status take(Client& client, const Asked& asked, smpp::SubmitSm&& pdu, Decision& decision, std::string& id);
  [[nodiscard]] smpp::command_status admission(Client& client, const std::string& source);
  [[nodiscard]] smpp::command_status submit_status();
  [[nodiscard]] bool is_too_fast(const std::string& key, double rate);
  void carry(const SegmentPtr& segment, const Decision& decision);
  void answer(Client& client, const Asked& asked, smpp::Response response, const Decision& decision);
  void finish(Client& client, const Asked& asked, const smpp::Response& response, const Decision& decision);
  void answer_now(Client& client, const Asked& asked, const smpp::Response& response);
  void arrive(const SegmentPtr& segment);
  void reach_handset(const SegmentPtr& segment);
  void send_receipt(const Segment& segment, smpp::MessageState state, bool is_intermediate);
  void answer_as(Subscriber& person, const HandsetMessage& message);
  std::shared_ptr<HandsetReply> send_mo(const MoText& mo, const std::string& account, const Answer& answer,
                                        bool is_subscriber, std::string& error);

  // smsc_operations.cpp
  [[nodiscard]] Decision decide(Client& client, Trigger command, std::string_view from, std::string_view to,
                                std::string_view text = {});
  bool on_operation(Client& client, const Asked& asked, smpp::PduBody& body);
  void on_submit_multi(Client& client, const Asked& asked, smpp::SubmitMulti&& pdu);
  [[nodiscard]] std::optional<std::vector<smpp::Address>> destinations_of(const smpp::SubmitMulti& pdu) const;
  void on_query_sm(Client& client, const Asked& asked, const smpp::QuerySm& pdu);
  void on_cancel_sm(Client& client, const Asked& asked, const smpp::CancelSm& pdu);
  void on_replace_sm(Client& client, const Asked& asked, smpp::ReplaceSm& pdu);
  void on_broadcast_sm(Client& client, const Asked& asked, const smpp::BroadcastSm& pdu);
  void on_query_broadcast_sm(Client& client, const Asked& asked, const smpp::QueryBroadcastSm& pdu);
  void on_cancel_broadcast_sm(Client& client, const Asked& asked, const smpp::CancelBroadcastSm& pdu);
  void cancel(Segment& segment);

  // smsc_faults.cpp
  Wire& wire_of(Client& client);
  void said(std::uint64_t connection, std::span<const std::byte> pdus, smpp::Octets& now);
  Fault fault_of_deliver(Client& client, std::span<const std::byte> pdu);
  void drip(Client& client);
  void heal(Client& client);
  void plan(Client& client, const FaultPlan& plan);
  void happen(Client& client, Fault fault);
  template <class Do>
  std::size_t for_each(const Which& which, bool bound_only, const Do& act);

  const SmscOptions& options_;
  const Clocks& clocks_;
  SelfMade self_made_;
  Behaviour behaviour_;
  Behaviours behaviours_;
  Trace trace_;
  Pcap pcap_;
  PduLog pdus_;
  Wiretap wiretap_;
  Schedule schedule_;
  std::unique_ptr<Subscribers> subscribers_;
  Handsets handsets_;
  Coverage coverage_;
  std::uint64_t era_ = 0;  // what was to happen before a reset does not happen after it
  MessageStore store_;
  Ledger ledger_;
  Outbox outbox_;
  std::map<std::uint64_t, Client> clients_;  // by connection id
  std::map<std::string, std::string> account_of_source_;
  std::map<std::string, Pace> paces_;
  std::map<std::string, std::uint64_t> binds_of_;   // of an account, ever: the number of its next random sequence
  std::map<std::string, smpp::Now> last_ended_;     // when a bind of the account ended
  std::map<std::string, std::uint64_t> faults_;
  std::map<std::string, std::vector<smpp::Tlv>> broadcast_areas_;  // by message id
  Random random_;  // before a bind
  std::uint64_t sessions_ = 0;
  std::uint64_t own_requests_ = 0;
  std::uint64_t next_id_ = 0;
  std::uint16_t reference_ = 0;
  std::vector<std::unique_ptr<Place>> places_;  // last: their callbacks use all of the above
};

}  // namespace smpp_sim
