// What a Session consists of. Internal: session.cpp holds requests and output, session_incoming.cpp what arrives,
// session_timers.cpp the clock. Everything an owner learns goes through emit().
#pragma once

#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/outstanding.hpp"
#include "smpp/session.hpp"
#include "smpp/session_states.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace smpp {

// Requests are encoded while less than this is waiting to be written: what is not encoded can be revoked, and at a
// disconnect is certainly Returned.
inline constexpr std::size_t kOutputTarget = 64 * 1024;
// More than this waiting to be written, most of it answers to what the peer goes on sending, is a peer that does not
// read: the session ends before memory does (P67).
inline constexpr std::size_t kMaxOutput = 1024 * 1024;
// Timed-out requests whose late response is still recognised (P58); the oldest is forgotten first.
inline constexpr std::size_t kMaxTimedOut = 10'000;
// P57: so many timeouts in a row put the peer in question.
inline constexpr std::uint32_t kTimeoutsBeforeEnquire = 3;

inline constexpr std::uint8_t kVersion34 = 0x34, kVersion50 = 0x50;  // below 0x34, 0 included, is v3.3 (P20)

// 0x22 is 34 in decimal: sent by mistake for 0x34 (P46).
[[nodiscard]] constexpr std::uint8_t version_number(std::uint8_t interface_version) {
  return interface_version == 0x22 ? kVersion34 : interface_version;
}

enum class TimerKind : std::uint8_t {
  session_init, enquire_link, enquire_link_response, inactivity, pdu_read, drain, unbind, peer_close, count
};

struct Session::Impl {
  explicit Impl(SessionSettings the_settings);

  // A request the session itself made; sequence_number 0: none.
  struct OwnRequest {
    std::uint32_t sequence_number = 0;
    AnswerMark mark;
  };
  struct Queued {
    Token token;
    command_id id;
    Octets pdu;  // complete but for its sequence_number, which it gets when it enters the output
  };
  struct ReceivedRequest {
    std::uint32_t sequence_number = 0;
    command_id id{};
  };
  struct TimedOutRequest {
    Token token = 0;
    command_id id{};
    AnswerMark mark;
  };
  struct Unanswered {  // has no response: it ends when it is written
    Token token = 0;
    std::uint32_t sequence_number = 0;
    std::uint64_t begin = 0, end = 0;  // as SentRequest::begin
  };
  struct Held {  // deliver_sm or data_sm before the bind_resp (P18)
    Pdu pdu;
    Octets raw;
  };

  // session.cpp
  template <class What>
  void emit(What&& what) {  // into its place at once: an Event is large to move
    events_.emplace_back(std::forward<What>(what));
  }
  void move_to(State state);
  void close(std::string reason);
  void leave(State state);
  [[nodiscard]] bool is_bound() const;
  [[nodiscard]] bool may_send(command_id id) const;
  [[nodiscard]] bool has_room() const { return output_.size() - output_begin_ < kOutputTarget; }
  [[nodiscard]] std::uint32_t next_sequence_number();
  [[nodiscard]] AnswerMark mark() const { return {answered_, last_answered_}; }
  [[nodiscard]] bool in_this_version(const Request& request) const;
  [[nodiscard]] bool tlvs_allowed() const { return settings_.send_tlvs.value_or(version_ >= kVersion34); }
  void sent(std::uint32_t sequence_number, command_id id, Token token, std::uint64_t begin);
  [[nodiscard]] result<void> send_unanswered(const Request& request, Token token);
  void tell_sent();
  void fill_output();
  void return_queue();
  void send_bind();
  void send_own(const Request& request, OwnRequest& own);
  void send_unbind();
  void begin_unbind();
  void answer(command_id request, command_status status, std::uint32_t sequence_number);
  void bind_answered(command_id request, const Response& response, std::uint32_t sequence_number);
  void bound(command_id request, Pdu response, std::uint8_t peer_version);
  void end_requests();

  // session_incoming.cpp
  void receive(std::span<const std::byte> octets);
  void framing_lost();
  void on_pdu(std::span<const std::byte> raw);
  void on_request(const Header& header, std::span<const std::byte> raw);
  void refuse(const Header& header, command_status status, std::string_view kind, std::span<const std::byte> raw);
  void reject(const Header& header, command_status status, std::string_view kind, std::span<const std::byte> raw);
  bool hand_over_malformed(const Header& header, command_status status, std::string_view kind, std::span<const std::byte> raw);
  void on_bind(Pdu pdu);
  void on_outbind(Pdu pdu, std::span<const std::byte> raw);
  void on_message(Pdu&& pdu, std::span<const std::byte> raw);
  void hand_over(Pdu&& pdu, Octets raw);
  void on_peer_unbind(std::uint32_t sequence_number);
  void on_response(const Header& header, std::span<const std::byte> raw);
  bool on_own_response(const Header& header, const Pdu& pdu);
  void on_bind_response(const Pdu& pdu);
  void on_generic_nack(const Pdu& pdu, std::span<const std::byte> raw);
  enum class Proof : std::uint8_t { of_reading, none };
  void complete(const SentRequest& request, Pdu response, Proof proof = Proof::of_reading);
  bool complete_late(std::uint32_t sequence_number, Pdu& response);
  void acknowledged(const AnswerMark& mark);
  void tolerated(std::string_view kind, std::span<const std::byte> raw);

  // session_timers.cpp
  void arm(TimerKind timer);
  void disarm(TimerKind timer) { deadlines_[static_cast<std::size_t>(timer)] = Now::max(); }
  [[nodiscard]] bool is_armed(TimerKind timer) const {
    return deadlines_[static_cast<std::size_t>(timer)] != Now::max();
  }
  void disarm_all() { deadlines_.fill(Now::max()); }
  void heard();
  void active();
  void tick();
  void on_timer(TimerKind timer);
  void expire_responses();
  void enquire();
  [[nodiscard]] std::optional<Deadline> next_deadline() const;

  SessionSettings settings_;
  State state_ = State::closed;
  std::uint32_t transitions_ = 0;
  Now now_{};
  bool wants_close_ = false;
  bool outbind_came_ = false;          // ESME side with await_outbind
  std::string close_reason_;
  bool unbound_ = false;               // by our own unbind, which the peer has answered
  command_id bind_command_{};          // which of the three is being answered
  std::uint8_t peer_version_ = 0;      // SMSC side: of the bind
  std::uint8_t version_;               // what both sides have, as far as the peer has said (P46)

  std::vector<Event> events_;
  std::size_t next_event_ = 0;

  Octets output_;
  std::size_t output_begin_ = 0;       // of what is not written
  std::uint64_t appended_before_ = 0;  // octets that had left output_ when it was last compacted
  std::deque<Queued> queue_;
  std::deque<Unanswered> unanswered_;  // not written yet
  Outstanding outstanding_;
  std::uint32_t last_sequence_number_ = 0;
  OwnRequest bind_, enquire_link_, unbind_;
  NumberMap<TimedOutRequest> timed_out_;
  std::deque<std::uint32_t> timed_out_order_;
  std::uint32_t timeouts_in_a_row_ = 0;

  Framer framer_;
  Now enquired_at_{};
  std::optional<std::chrono::milliseconds> enquire_link_time_;
  NumberMap<ReceivedRequest> received_;
  std::uint64_t last_number_ = 0;
  std::vector<Held> held_;
  std::uint64_t answered_ = 0;         // answers given, and the last one's Incoming::number
  std::uint64_t last_answered_ = 0;
  std::uint64_t acknowledged_ = 0;     // of them, how many the peer certainly has

  std::array<Now, static_cast<std::size_t>(TimerKind::count)> deadlines_;

  [[nodiscard]] std::uint64_t appended() const { return appended_before_ + output_.size(); }
  [[nodiscard]] std::uint64_t written_octets() const { return appended_before_ + output_begin_; }
};

}  // namespace smpp
