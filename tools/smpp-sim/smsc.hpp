// The simulated SMSC: accepts binds, answers submits, carries them to handsets, sends receipts and what the handsets
// answer. Flow: submit_sm -> message id -> response -> (receipt_delay) -> handset -> receipt, perhaps an answer ->
// outbox -> deliver_sm on a bind of the account -> answered, or offered again.
#pragma once

#include "smpp/net/listener.hpp"
#include "tools/smpp-sim/certificate.hpp"
#include "tools/smpp-sim/coverage.hpp"
#include "tools/smpp-sim/deliver.hpp"
#include "tools/smpp-sim/handsets.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/options.hpp"
#include "tools/smpp-sim/outbox.hpp"
#include "tools/smpp-sim/pcap.hpp"
#include "tools/smpp-sim/pdu_log.hpp"
#include "tools/smpp-sim/schedule.hpp"
#include "tools/smpp-sim/subscribers.hpp"
#include "tools/smpp-sim/trace.hpp"
#include "tools/smpp-sim/wiretap.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

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
  void drop_links() { listener_.reset_all(); }
  // A handset off the network keeps its messages ENROUTE until it is back.
  void set_network(const std::string& number, bool is_on);
  [[nodiscard]] std::vector<std::string> off_network() const { return coverage_.off(); }
  // Ledger, PDUs, counters, behaviour, subscribers and what is owed as at the start; links stay as they are.
  void reset();

  [[nodiscard]] Behaviour& behaviour() { return behaviour_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] PduLog& pdus() { return pdus_; }
  void tell_received(std::function<void(const HandsetMessage&)> told) { ledger_.when_received = std::move(told); }
  [[nodiscard]] const Subscribers& subscribers() const { return *subscribers_; }
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  // PEM, of --tls without --certificate; else empty.
  [[nodiscard]] const std::string& self_made_certificate() const { return self_made_.certificate; }
  [[nodiscard]] std::size_t binds() const;
  [[nodiscard]] std::size_t receivers() const;  // binds that take deliver_sm
  [[nodiscard]] std::size_t owed() const { return outbox_.size(); }

 private:
  struct Bind {
    smpp::net::Connection* connection = nullptr;
    std::string account;
    bool receives = false;
  };
  struct Pace {
    double tokens = 0;
    smpp::Now at{};
  };

  smpp::Session make_session();
  std::string make_subscribers();
  void on_events(smpp::net::Connection& connection, smpp::net::Events events);
  void on_event(smpp::net::Connection& connection, smpp::Event& event);
  void on_bind(smpp::net::Connection& connection, const smpp::BindRequested& request);
  [[nodiscard]] smpp::command_status bind_status_of(const smpp::BindBody& body) const;
  void on_submit(smpp::net::Connection& connection, smpp::Received& request);
  [[nodiscard]] smpp::command_status submit_status_of(const std::string& account);
  void answer_submit(smpp::net::Connection& connection, smpp::Incoming incoming, smpp::command_status status,
                     const std::string& id);
  void arrive(const std::shared_ptr<Segment>& segment);
  void reach_handset(Segment& segment);
  void answer_as(Subscriber& person, const HandsetMessage& message);
  std::shared_ptr<HandsetReply> send_mo(const MoText& mo, const std::string& account, const Answer& answer,
                                        bool is_subscriber, std::string& error);
  void on_answered(std::uint64_t id, smpp::command_status status);
  void forget(std::uint64_t connection_id);
  void offer();  // waiting deliver_sm to the binds with free slots

  smpp::net::ListenerSettings listener_settings() const;
  smpp::net::ListenerOwner listener_owner();

  const SmscOptions& options_;
  const Clocks& clocks_;
  SelfMade self_made_;
  Behaviour behaviour_;
  Trace trace_;
  Pcap pcap_;
  PduLog pdus_;
  Wiretap wiretap_;
  Schedule schedule_;
  std::unique_ptr<Subscribers> subscribers_;
  Handsets handsets_;
  Coverage coverage_;
  std::uint64_t era_ = 0;  // what was to happen before a reset does not happen after it
  Ledger ledger_;
  Outbox outbox_;
  std::map<std::uint64_t, Bind> binds_;  // by connection id; bound ones only
  std::map<std::string, std::string> account_of_source_;
  std::map<std::string, Pace> paces_;
  std::uint64_t sessions_ = 0;
  std::uint64_t next_id_ = 0;
  std::uint16_t reference_ = 0;
  smpp::net::Listener listener_;  // last: its callbacks use all of the above
};

}  // namespace smpp_sim
