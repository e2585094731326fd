// The simulated carrier: accepts binds, takes submits with all the faults of faults.hpp, delivers what people send and
// receipts, and keeps its own books. Those books are the ground truth the invariants are judged by.
#pragma once

#include "smpp/receipt.hpp"
#include "smpp/session.hpp"
#include "test/sim/ends_once.hpp"
#include "test/sim/network.hpp"
#include "test/sim/tracer.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sim {

struct World;

// One deliver_sm the carrier owes us: a part of what a person sent, or a receipt.
struct Delivery {
  std::uint64_t id = 0;
  Tracer tracer;
  smpp::DeliverSm pdu;
  std::string account;
  std::uint32_t slot = 0;             // the bind it goes to; another one only for a new process of ours
  enum class State { waiting, outstanding, done } state = State::waiting;
  std::uint64_t session = 0;          // where it is outstanding
  std::uint64_t incarnation = 0;      // of our process, at that time
  unsigned lost = 0;                  // sessions that ended before its response
  Time not_before{};                  // after a temporary refusal
  std::uint64_t twin = 0;             // the honest double that must leave right behind it in the same session
  std::uint64_t utterance = 0;        // what the person sent; 0: a receipt
  std::string smsc_id;                // a receipt's, as it says it
};

// What a person sent as one message.
struct Utterance {
  std::uint64_t id = 0;
  std::string person, sender, text;
  std::vector<std::uint64_t> parts;   // deliveries, a duplicated part included
  bool joined = false;                // more than one part
  bool missing = false;               // one part will never come
  std::uint64_t double_of = 0;        // the same person said the same again
};

// A segment the carrier took responsibility for.
struct Taken {
  core::engine::SegmentRef segment;
  std::string account, person, sender, id;
  std::uint64_t number = 0;
};

class Carrier {
 public:
  explicit Carrier(World& world) : world_(world) {}

  // A connection of ours was accepted. False: nobody listens.
  bool accept(const std::shared_ptr<Wire>& wire, const std::string& account, std::uint32_t slot, std::uint64_t incarnation);
  [[nodiscard]] bool dark() const;
  void go_dark(Duration duration);
  // Ends every session in good order, as for maintenance.
  void unbind_all();
  void unbind_one();
  // Asks every session of ours whether it is there, now.
  void enquire();

  const Utterance& say(const std::string& person, const std::string& sender, const std::string& account, const std::string& text);
  // Receipts held back until our process was a new one leave, or all of them.
  void release_kept_back(bool all);
  // Receipts of messages given up days ago leave now.
  void send_days_late();

  [[nodiscard]] const std::deque<Delivery>& deliveries() const { return deliveries_; }
  [[nodiscard]] const std::deque<Utterance>& utterances() const { return utterances_; }
  [[nodiscard]] const Delivery& delivery(std::uint64_t id) const { return deliveries_[id - 1]; }
  [[nodiscard]] const Utterance& utterance(std::uint64_t id) const { return utterances_[id - 1]; }
  [[nodiscard]] const std::vector<Taken>& taken() const { return taken_; }
  [[nodiscard]] bool owes_nothing() const;
  [[nodiscard]] std::uint64_t submits() const { return submits_; }

 private:
  struct Session {
    std::uint64_t id = 0;
    std::string account;
    std::uint32_t slot = 0;
    std::uint64_t incarnation = 0;
    smpp::Session smpp;
    std::shared_ptr<Wire> wire;
    EndsOnce requests;
    bool bound = false, receives = false, stepping = false, ended = false;
    std::optional<Time> armed;
  };
  using SessionPtr = std::shared_ptr<Session>;

  // carrier.cpp: sessions
  SessionPtr session(std::uint64_t id);
  void step(const SessionPtr& session);
  void on_event(const SessionPtr& session, smpp::Event& event);
  void arm(const SessionPtr& session);
  void end(const SessionPtr& session, bool by_peer);
  void bind(const SessionPtr& session, const smpp::BindRequested& request);

  // carrier_submit.cpp
  void on_submit(const SessionPtr& session, const smpp::Received& received);
  bool throttles(const std::string& account);
  void answer(const SessionPtr& session, const smpp::Received& received, smpp::command_status status, const std::string& id, Duration delay);
  Taken take(const Session& session, const smpp::SubmitSm& pdu);
  Duration response_delay(bool& lost);

  // carrier_receipts.cpp
  void plan_receipts(const Taken& taken, bool before_response);
  smpp::MessageState draw_final_state();
  void receipt_after(Duration delay, const Taken& taken, smpp::MessageState state, bool intermediate);
  void send_receipt(const Taken& taken, smpp::MessageState state, bool intermediate);

  // carrier_deliver.cpp
  void deliver(Delivery delivery);
  void pump(const std::string& account);
  bool send(const SessionPtr& session, Delivery& delivery);
  void put_back(Delivery& delivery);
  void delivered(const SessionPtr& session, const smpp::Done& done);
  std::uint32_t receiving_slot(const std::string& account);
  std::vector<smpp::DeliverSm> parts_of(const Utterance& utterance);

  // Tokens of enquire_link; those below are ids of deliveries.
  static constexpr smpp::Token kFirstLinkToken = 1ULL << 62;

  World& world_;
  std::map<std::uint64_t, SessionPtr> sessions_;
  std::uint64_t last_link_token_ = kFirstLinkToken;
  std::uint64_t last_session_ = 0, last_id_ = 0, last_group_ = 0, submits_ = 0;
  std::map<std::string, std::deque<Time>> recent_;                    // submits of the last second, per account
  std::deque<Delivery> deliveries_;
  std::deque<Utterance> utterances_;
  std::map<std::string, std::set<std::uint64_t>> waiting_;            // per account, oldest first
  std::map<std::string, std::uint8_t> references_;                    // of long messages, per person
  std::vector<Taken> taken_;
  struct KeptBack { Taken taken; smpp::MessageState state; std::uint64_t incarnation; };
  std::vector<KeptBack> kept_back_;                                   // until our process is a new one
  std::vector<Taken> days_late_;
  Time dark_until_{};
};

}  // namespace sim
