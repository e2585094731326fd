// The requests of a session that are encoded and not answered: found by sequence_number, kept in the order in which
// they were encoded, which is also the order in which their response timers run out. Internal to smpp.
#pragma once

#include "smpp/command.hpp"
#include "smpp/number_map.hpp"
#include "smpp/session.hpp"

#include <cstdint>
#include <vector>

namespace smpp {

// How many of our answers stood before a request in the output, and which was the last.
struct AnswerMark {
  std::uint64_t count = 0;
  std::uint64_t last_number = 0;  // Incoming::number
};

struct SentRequest {
  std::uint32_t sequence_number = 0;
  command_id id{};
  Token token = 0;
  std::uint64_t begin = 0;  // of its first octet, counted from the first octet of the session
  Now deadline;
  AnswerMark mark;
};

class Outstanding {
 public:
  [[nodiscard]] std::size_t size() const { return index_.size(); }
  [[nodiscard]] const SentRequest* find(std::uint32_t sequence_number);
  [[nodiscard]] const SentRequest* oldest() const { return first_ == kNone ? nullptr : &slots_[first_].request; }
  void add(const SentRequest& request);
  void erase(std::uint32_t sequence_number);

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  struct Slot {
    SentRequest request;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;  // also links the free slots
  };

  std::vector<Slot> slots_;
  NumberMap<std::uint32_t> index_;
  std::uint32_t first_ = kNone, last_ = kNone, free_ = kNone;
};

}  // namespace smpp
