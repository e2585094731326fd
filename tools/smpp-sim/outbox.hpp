// The deliver_sm the simulator owes: MO parts and receipts, per account, in order, until the ESME has answered each
// for good. What was unanswered when a connection ended, or answered with a temporary status, is offered again, as
// SMSCs do: a client that dies loses nothing. Pure: it knows neither sessions nor time.
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/status.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/mo_parts.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

namespace smpp_sim {

struct Delivery {
  std::string account;  // empty: whoever is bound
  smpp::Request pdu;  // deliver_sm or data_sm
  std::shared_ptr<HandsetReply> reply;  // of an MO part; empty: a receipt
  unsigned attempts = 0, max_attempts = kMaxAttempts;
};

class Outbox {
 public:
  std::uint64_t add(Delivery delivery);  // waits from now on; the id is also the token of its request

  // The oldest waiting one for `account`, now in flight on `connection`; 0: none.
  std::uint64_t take(const std::string& account, std::uint64_t connection);
  [[nodiscard]] Delivery& at(std::uint64_t id) { return items_.at(id).delivery; }
  [[nodiscard]] bool contains(std::uint64_t id) const { return items_.count(id) != 0; }

  void finished(std::uint64_t id);  // answered for good
  void rest(std::uint64_t id);      // answered with a temporary status: wake() or the next bind offers it again
  void wake(std::uint64_t id);
  void back(std::uint64_t id);                      // waits again at its old place
  void connection_ended(std::uint64_t connection);  // what was in flight there waits again
  void bound(const std::string& account);           // what rests for it waits again
  void clear();                                     // owes nothing; answers to what is in flight find nothing

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool has_waiting() const { return waiting_count_ != 0; }
  // In flight, with an ended connection forgotten: 0 for one that waits or rests.
  [[nodiscard]] std::uint64_t connection_of(std::uint64_t id) const;

 private:
  enum class Place { waiting, in_flight, resting };
  struct Item {
    Delivery delivery;
    Place place = Place::waiting;
    std::uint64_t connection = 0;
  };
  void move(std::uint64_t id, Item& item, Place place, std::uint64_t connection);
  std::set<std::uint64_t>& set_of(const Item& item);

  std::unordered_map<std::uint64_t, Item> items_;
  std::map<std::string, std::set<std::uint64_t>, std::less<>> waiting_, resting_;  // by account
  std::map<std::uint64_t, std::set<std::uint64_t>> in_flight_;                     // by connection
  std::size_t waiting_count_ = 0;
  std::uint64_t last_id_ = 0;
};

// RTHROTTLED, RSYSERR, RMSGQFUL, RX_T_APPN: the statuses after which an SMSC offers the message again.
[[nodiscard]] bool is_temporary(smpp::command_status status);

}  // namespace smpp_sim
