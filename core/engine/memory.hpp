// What the engine keeps between turns beside the store: values rebuilt from inputs and scans after a restart, never
// conversation state. `Memory` is copied for each pass; `Redelivery` is too large for that and is journalled.
#pragma once

#include "core/engine/links.hpp"
#include "smpp/receipt_id.hpp"
#include "storage/store.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace core::engine {

struct EndpointWindow {
  std::set<Id> in_flight;             // events with the webhook client
  bool backlog = true;                // due ones may be in the store
  std::optional<WallTime> next_due;   // of those that wait for a retry
};

// A PDU that was refused, by what it is after its header (P14).
struct RefusedPdu { std::uint64_t fingerprint = 0; unsigned count = 0; SteadyTime first_at{}; };

enum class Recovery : std::uint8_t { marks, inbound, claims, done };

struct Memory {
  Links links;
  std::map<storage::QueueKey, std::int64_t> queued;  // ready messages in the store, per lane
  std::map<std::string, EndpointWindow, std::less<>> endpoints;
  std::optional<WallTime> next_timer;                // earliest timer row
  std::vector<Id> running;                           // launches
  std::optional<SteadyTime> next_sweep;
  Recovery recovery = Recovery::marks;
  Id recovery_cursor = 0;
  std::uint64_t next_reference = 0;
  std::map<std::string, smpp::ReceiptIdRule, std::less<>> receipt_ids{};  // per account: how receipts write its ids (P77)
  std::set<std::string, std::less<>> tlvs_refused{};  // accounts that take no TLVs, although nobody said so (P35)
  std::map<std::string, std::deque<RefusedPdu>, std::less<>> refused_pdus{};  // per account, oldest first
  std::map<std::string, std::map<std::uint8_t, SteadyTime>, std::less<>> refused_codings{};  // per account: data_codings it does not take, and since when (P99)
};

// Which inbound rows an SMSC may send again: those of sessions that ended, above what the SMSC certainly has
// (DESIGN 3.9). Rows of a session that is up are remembered until its mark passes them.
class Redelivery {
 public:
  struct Row { Id inbound = 0; std::uint64_t fingerprint = 0; WallTime received_at{}; Turn answered = 0; };

  void received(const LinkRef& link, const Row& row, bool session_is_up);
  void acknowledged(const LinkRef& link, Turn turn);
  void ended(const LinkRef& link);
  // The row of an ended session took in a copy: it is `received` anew, as the copy's response may be lost as well.
  void absorbed(const std::string& account, std::uint64_t fingerprint, Id inbound);
  // Rows that absorbed a copy in this pass, and wait with it for another session.
  using Taken = std::function<bool(Id)>;
  // The oldest row that may absorb this fingerprint, or 0.
  [[nodiscard]] Id find(const std::string& account, std::uint64_t fingerprint, WallTime now, const Taken& taken) const;
  // The same for a session that is still counted as up.
  [[nodiscard]] Id find_live(const LinkRef& link, std::uint64_t fingerprint, const Taken& taken) const;
  // Rows of this session whose responses the peer does not certainly have.
  [[nodiscard]] bool waits_for(const LinkRef& link) const;
  void expire(WallTime now);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Account {
    std::map<std::uint64_t, std::deque<Row>> live;                      // per session epoch, in order of `answered`
    std::unordered_map<std::uint64_t, std::deque<Row>> ended;           // by fingerprint
    std::deque<std::pair<std::uint64_t, Row>> order;                    // of `ended`, for expiry and the bound
  };
  void move_to_ended(Account& account, const Row& row);
  std::map<std::string, Account, std::less<>> accounts_;
};

}  // namespace core::engine
