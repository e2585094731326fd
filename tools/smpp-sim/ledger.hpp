// What truly happened at the simulator: who received which text, who sent what and how the ESME answered it. A report
// of the program under test is held against this. Shown by GET /ledger.
#pragma once

#include "smpp/status.hpp"
#include "tools/smpp-sim/subscribers.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

using Wall = std::chrono::system_clock::time_point;

// A message that reached a handset, all parts joined.
struct HandsetMessage {
  std::string account, from, to, text;
  std::uint8_t data_coding = 0;
  std::vector<std::string> ids;  // one per part, as in the submit_sm_resp
  std::string state;             // the word of the receipt: DELIVRD, UNDELIV, ...
  Wall at;
  Wall submitted_at;
  bool waited = false;       // the handset was off the network in between
  std::uint64_t number = 0;  // in the order of arrival at handsets, from 1
};

// A message from a handset: one deliver_sm per part, each offered until the ESME has answered for good.
struct HandsetReply {
  std::uint64_t id = 0;  // from 1
  std::string from, to, text, means;
  std::string intended;  // what was meant to be typed, where `text` has a typo
  std::string kind;      // "text", "tapback", "auto"; empty: injected
  std::size_t parts = 1;
  std::size_t answered = 0;       // parts with a final answer
  std::size_t attempts = 0;       // deliver_sm sent, all parts, redeliveries included
  smpp::command_status status{};  // ESME_ROK, else the first refusal
  Wall sent_at;
  std::optional<Wall> answered_at;
  std::vector<std::function<void()>> when_answered;

  [[nodiscard]] bool is_answered() const { return answered == parts; }
  [[nodiscard]] bool is_accepted() const { return is_answered() && status == smpp::command_status::ESME_ROK; }
};

struct Counters {
  std::uint64_t submits = 0, accepted = 0, refused = 0;       // submit_sm, and how we answered
  std::uint64_t receipts = 0, receipts_answered = 0;          // receipts owed, receipts the ESME acknowledged
  std::uint64_t deliver_attempts = 0, deliver_temporary = 0;  // deliver_sm sent; answered with a temporary status
  std::uint64_t binds = 0, binds_refused = 0, connections = 0;
  std::uint64_t off_network = 0;  // parts that found their handset off the network
};

class Ledger {
 public:
  static constexpr std::size_t kKept = 1000;  // of messages outside the subscribers, and of all MOs

  Counters counters;

  void received(HandsetMessage message, bool is_subscriber);
  std::shared_ptr<HandsetReply> sent(HandsetReply reply, bool is_subscriber);
  void is_off_network(const std::string& number);  // and a part for it therefore ENROUTE
  void clear();

  // What reached this number's handset behind the message of that number, oldest first.
  [[nodiscard]] std::vector<const HandsetMessage*> messages_of(const std::string& number, std::uint64_t after) const;
  std::function<void(const HandsetMessage&)> when_received;

  // The whole ledger as JSON; `people` gives the order and the personalities.
  [[nodiscard]] std::string to_json(const Subscribers& people) const;

 private:
  struct Page {
    std::vector<HandsetMessage> messages;
    std::vector<std::shared_ptr<HandsetReply>> replies;
    std::uint64_t off_network = 0;
  };

  std::map<std::string, Page> pages_;  // of subscribers
  std::deque<HandsetMessage> other_messages_;
  std::deque<std::shared_ptr<HandsetReply>> other_replies_;
  std::uint64_t messages_ = 0, delivered_ = 0, replies_ = 0;
  std::uint64_t last_number_ = 0;  // of messages; not used twice by a reset either
};

// "2026-02-03T10:00:00.123Z"
[[nodiscard]] std::string utc_text(Wall at);

}  // namespace smpp_sim
