// One SMPP connection's state machine, ESME or SMSC side, without a socket and without a clock
// (SMPP v3.4 section 2.2, v5.0 section 2.4). The owner feeds octets and the time, writes what `output` shows,
// and takes events. Flow: receive -> framing -> decode -> event; request -> encode -> output -> response -> event.
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/result.hpp"
#include "smpp/timers.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

namespace smpp {

using Now = std::chrono::steady_clock::time_point;
using Deadline = Now;

enum class Role { esme, smsc };
enum class BindType { transceiver, transmitter, receiver };

// The one table of states; see session_states.cpp for the permitted transitions.
enum class State { closed, open, binding, bound_trx, bound_tx, bound_rx, unbinding, unbound };

// The caller's name for a request; unique among those outstanding on one session.
using Token = std::uint64_t;

// Our handle of a received request. Carries the session epoch, so that an answer decided for a session that has
// ended is refused instead of reaching the next session under a peer's reused sequence number.
struct Incoming {
  std::uint64_t epoch = 0;
  std::uint64_t number = 0;  // ours, counted from 1 in each session
  bool operator==(const Incoming&) const = default;
};

struct BindSettings {
  BindType type = BindType::transceiver;
  std::string system_id;
  std::string password;
  std::string system_type;
  std::uint8_t interface_version = 0x34;
  std::uint8_t addr_ton = 0;
  std::uint8_t addr_npi = 0;
  std::string address_range;
};

struct SessionSettings {
  Role role = Role::esme;
  std::uint64_t epoch = 1;                      // unique per session within the process
  BindSettings bind;                            // used by the ESME side; sent at connected()
  bool await_outbind = false;                   // ESME side of an accepted connection: wait for outbind, see bind() (P53)
  std::uint32_t window = 10;                    // unanswered submit_sm, data_sm, ...: requests other than session ones (P60)
  std::uint32_t max_unanswered_incoming = 1000; // above it, messages are answered busy_status by the session itself
  command_status busy_status = command_status::ESME_RTHROTTLED;
  std::uint32_t max_command_length = 69'648;    // P2
  std::optional<bool> send_tlvs;                // absent: by the versions of both sides (P35)
  bool accept_short_sm = false;                 // a short_message that ends before sm_length is taken as it is (P13)
  bool strict = false;                          // requests that deviate are refused as v5.0 says, not tolerated (P139)
  // ESME side: a deliver_sm or data_sm that cannot be decoded is answered by the owner, who alone knows whether the SMSC
  // sends it for ever (P14); see Malformed. Else the session refuses it.
  bool owner_answers_malformed = false;
  std::uint32_t first_sequence_number = 1;      // P7: 1, except where a test begins near the wrap
  std::uint32_t highest_sequence_number = 0x7FFFFFFF;  // after which 1 comes: more than may be outstanding at once (P7)
  Timers timers;
};

// What a session tells its owner, in the order in which it happened.
// Both sides; on the SMSC side `response` is the one the owner gave. peer_version 0: the peer named none (P46).
// tlvs_allowed: as send_tlvs says, else not with an interface_version below 0x34; the session then sends none (P35).
struct Bound { Pdu response; std::uint8_t peer_version = 0; bool tlvs_allowed = true; };
struct BindRefused { command_status status; };                        // ESME side
struct BindRequested { Incoming incoming; BindType type; Pdu pdu; };  // SMSC side; answer with respond()
// ESME side with await_outbind: check system_id and password, then bind(), or unbind() to end the connection.
struct OutbindRequested { Pdu pdu; };
// A request to answer with respond(). ESME side: deliver_sm, data_sm. SMSC side: submit_sm, data_sm, submit_multi,
// query_sm, cancel_sm, replace_sm, broadcast_sm with its mandatory TLVs (P27), query_ and cancel_broadcast_sm.
struct Received { Incoming incoming; Pdu pdu; Octets raw; };
struct Notified { Pdu pdu; Octets raw; };                             // alert_notification, outbind: nothing to answer
struct Sent { Token token; std::uint32_t sequence_number; };          // written whole; it has no response
// header_only with ESME_ROK: its body could not be read, so that lists and states in it are not known (P11, P23).
struct Done { Token token; command_status status; Pdu response; std::uint32_t sequence_number; };
struct Returned { Token token; };                                     // no octet of it reached the socket
struct Lost { Token token; std::uint32_t sequence_number; };          // the session ended; it may have arrived
struct TimedOut { Token token; std::uint32_t sequence_number; };      // response_timer ran out
struct Late { Token token; command_status status; Pdu response; std::uint32_t sequence_number; };  // after TimedOut, at most once
// Everything the owner answered up to and including `incoming` certainly reached the peer: the peer answered a
// request that followed it on the same connection.
struct Acknowledged { Incoming incoming; };
struct PeerUnbound {};
struct Tolerated { std::string kind; Octets raw; };                   // P19: a deviation that was accepted, by name
// A PDU that was refused with `status`; or, with an `incoming` that is not zero, that the owner answers with respond().
struct Malformed { std::string kind; command_status status; Octets raw; Incoming incoming{}; command_id id{}; };
struct Closed { std::string reason; bool planned = false; };          // the last event; planned: our unbind, and the peer agreed

using Event = std::variant<Bound, BindRefused, BindRequested, OutbindRequested, Received, Notified, Sent, Done, Returned,
                           Lost, TimedOut, Late, Acknowledged, PeerUnbound, Tolerated, Malformed, Closed>;

class Session {
 public:
  explicit Session(SessionSettings settings);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  void connected(Now now);
  void receive(std::span<const std::byte> octets, Now now);
  void tick(Now now);
  void disconnected(std::error_code why, Now now);

  // ESME side that awaits an outbind: binds, once it has come (OutbindRequested); at any other time it changes nothing.
  // The timer session_init begins anew.
  void bind(const BindSettings& settings, Now now);

  // Any request PDU; outbind on the SMSC side before the peer has bound. Errors: not_bound, window_full,
  // not_in_this_version, unencodable (and then nothing was queued). Every accepted request ends in exactly one of Done,
  // Returned, Lost, TimedOut, or, where it has no response (alert_notification, outbind), in one of Sent, Returned, Lost.
  // An enquire_link takes a slot as any other; the session's own do not. Those two take no slot, but no more of them than the window are accepted before they are written.
  [[nodiscard]] result<void> request(const Request& request, Token token, Now now);
  // Answers a received request; a handle of another epoch, or one already answered, changes nothing.
  // The caller's `response` names the command and body; the session supplies the peer's sequence_number.
  void respond(Incoming incoming, const Response& response);
  // True: not yet encoded into output(); it will end Returned.
  bool revoke(Token token);
  // Waits for the outstanding answers first (P64); a second call does not.
  void unbind(Now now);
  [[nodiscard]] bool wants_close() const;

  [[nodiscard]] std::span<const std::byte> output() const;
  void written(std::size_t octets);

  std::optional<Event> next_event();
  [[nodiscard]] std::optional<Deadline> next_deadline() const;
  [[nodiscard]] State state() const;
  [[nodiscard]] std::uint32_t free_slots() const;
  [[nodiscard]] std::uint64_t epoch() const;
  // How long the answer to our last enquire_link took; absent: none was answered yet (P71).
  [[nodiscard]] std::optional<std::chrono::milliseconds> enquire_link_time() const;
  // Bit i: transition i of the table in session_states.hpp was taken. For tests, which demand them all.
  [[nodiscard]] std::uint32_t transitions_taken() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smpp
