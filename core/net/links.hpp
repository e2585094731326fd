// The connections of all accounts on the io thread: one smpp::net::Link and one engine::Bind each. Session events
// become inputs; releases become session calls, written once per list of releases.
#pragma once

#include "core/engine/bind.hpp"
#include "core/net/status.hpp"
#include "smpp/net/link.hpp"
#include "smpp/net/listener.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace core::net {

// Where a carrier may knock, and what it must say (P53). It then has our bind: a password of its own is not optional.
struct OutbindPlan { std::string listen, system_id, password; };

// One connection to make, or to wait for. Bind numbers are unique in their account, also between transmitters and receivers.
struct LinkPlan {
  std::string account;
  std::uint32_t bind = 1;
  smpp::net::LinkSettings connection;
  smpp::SessionSettings session;      // its epoch is set for each connection
  smpp::ReceiptProfile receipts;      // what the SMSC calls a receipt
  std::uint64_t max_messages = 0;     // of a session; 0: any number
  std::optional<OutbindPlan> outbind; // nothing is connected: the carrier comes
};

struct LinksOwner {
  // Returns the offered inputs that found no room.
  std::function<std::vector<engine::Input>(std::vector<engine::Input>)> put;
  // Each change of a link's state, as a line for a person: "carrier-a/1: bound to 127.0.0.1:2775".
  std::function<void(std::string_view)> on_state;
  // After on_state, with the same line: somebody must act (P49, P50).
  std::function<void(std::string_view)> on_alarm;
  // The first deviation of its kind, and the first for an hour: ("carrier-a/1", "stray_octets", what there is of it) (P19).
  std::function<void(std::string_view link, const Deviation& deviation, std::span<const std::byte> raw)> on_deviation;
  // After each batch of events.
  std::function<void()> on_events;
};

class Links {
 public:
  // `run`: the store's run counter; session epochs are (run << 32) | n, so they grow over restarts.
  Links(boost::asio::io_context& io, std::vector<LinkPlan> plans, std::uint64_t run, std::uint64_t seed, LinksOwner owner);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  // Empty, or why a port for outbinds cannot be had.
  [[nodiscard]] std::string start();
  // Where an account awaits outbinds; 0: nowhere. For tests that let the system choose.
  [[nodiscard]] std::uint16_t outbind_port(std::string_view account) const;

  // ---- releases of one turn, in the order of DESIGN 3.5; flush() after the last list writes them out
  void revoke(const engine::Revoke& revoke);
  void respond(const engine::Respond& respond, engine::Turn turn);
  void submit(const engine::Submit& submit);
  void flush();

  // ---- the end
  // Submits are withheld from now on, and LinkDown is told for every session: the engine claims nothing more, while
  // answers to what is under way still come in.
  void drain();
  // No session waits for an answer to a submit_sm.
  [[nodiscard]] bool idle() const;
  // Unbinds every session; `stopped` once after the last.
  void stop(std::function<void()> stopped);
  // What drain() withheld, as "returned unwritten"; once, after stop().
  [[nodiscard]] std::vector<engine::Input> withheld();

  [[nodiscard]] std::vector<BindStatus> status() const;

 private:
  struct One;
  void make_link(One& one, LinkPlan plan, boost::asio::io_context& io);
  void make_listener(One& one, LinkPlan plan, boost::asio::io_context& io);
  [[nodiscard]] std::uint64_t next_epoch() { return (run_ << 32) | ++sessions_; }
  smpp::Session next_session(One& one);
  void knock(One& one, smpp::net::Connection& connection, const smpp::Outbind& outbind);
  void say(One& one, std::string_view line);
  One* find(const engine::LinkRef& link);
  void on_events(One& one, smpp::Session& session, smpp::net::Events events);
  void refresh(One& one);
  void watch(One& one, const smpp::Event& event);
  void watch(One& one, const engine::Input& input);
  void deviates(One& one, std::string_view kind, bool refused, std::span<const std::byte> raw);
  void refuse(One& one, smpp::Session& session, const engine::Input& input);
  double random();

  LinksOwner owner_;
  std::uint64_t run_;
  std::uint32_t sessions_ = 0;
  std::uint64_t random_state_;
  engine::Turn turn_ = 1;             // the last one whose responses left
  bool draining_ = false;
  std::size_t running_ = 0;           // links not stopped yet
  std::vector<engine::Input> owed_;   // made by releases, put in by flush()
  std::vector<engine::Input> withheld_;
  std::vector<std::unique_ptr<One>> all_;
};

}  // namespace core::net
