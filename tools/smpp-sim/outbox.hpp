// The deliver_sm the simulator owes: MO parts and receipts, per account, in order, until the ESME has answered each
// for good. What was unanswered when a connection ended, or answered with a temporary status, is offered again, as
// SMSCs do: a client that dies loses nothing. Pure: it knows neither sessions nor time.
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/status.hpp"
#include "tools/smpp-sim/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

namespace smpp_sim {

// Which binds of the account may carry it, seen from the connection the message came on.
enum class Route : std::uint8_t { any, same, other };

struct Delivery {
  std::string account;  // empty: whoever is bound
  smpp::Request pdu;    // deliver_sm or data_sm
  bool after_reconnect = false;  // rests until the account binds again
  Route route = Route::any;
  std::uint64_t origin = 0;      // connection, of `same` and `other`
  std::shared_ptr<HandsetReply> reply;  // of an MO part; empty: a receipt
  unsigned attempts = 0;
  unsigned max_attempts = 1;  // while it is refused for now
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
  void connection_ended(std::uint64_t connection);  // what was in flight there, or was for it alone, waits again
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
  using Ids = std::set<std::uint64_t>;
  void move(std::uint64_t id, Item& item, Place place, std::uint64_t connection);
  Ids& set_of(const Item& item);

  std::unordered_map<std::uint64_t, Item> items_;
  std::map<std::string, Ids, std::less<>> waiting_, resting_;           // by account
  std::map<std::uint64_t, Ids> in_flight_;                              // by connection
  std::map<std::uint64_t, Ids> for_one_;                                // waiting, Route::same, by origin
  std::map<std::string, std::map<std::uint64_t, Ids>> for_others_;      // waiting, Route::other, by account and origin
  std::size_t waiting_count_ = 0;
  std::uint64_t last_id_ = 0;
};

// RTHROTTLED, RSYSERR, RMSGQFUL, RX_T_APPN: the statuses after which an SMSC offers the message again.
[[nodiscard]] bool is_temporary(smpp::command_status status);

}  // namespace smpp_sim
