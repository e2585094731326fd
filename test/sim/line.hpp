// One bind of ours: connects, keeps a Session on a simulated connection, hands its events to the engine's own glue
// (core::engine::Bind) and connects again after the back-off, as smpp/net's Link does with real sockets.
#pragma once

#include "core/engine/bind.hpp"
#include "smpp/backoff.hpp"
#include "test/sim/ends_once.hpp"
#include "test/sim/network.hpp"
#include "test/sim/plan.hpp"
#include "test/sim/tracer.hpp"
#include "test/sim/wire_numbers.hpp"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace sim {

struct World;
class Node;

class Line {
 public:
  Line(World& world, Node& node, const LinePlan& plan);
  void connect_after(Duration delay);

  // Releases.
  void revoke(const core::engine::Revoke& revoke);
  void respond(const core::engine::Respond& respond, core::engine::Turn turn);
  void submit(const core::engine::Submit& submit);
  // Takes what the session has to say and writes what the socket takes.
  void step();
  // The process dies: the socket goes with it.
  void die();

  [[nodiscard]] const LinePlan& plan() const { return plan_; }
  [[nodiscard]] const std::shared_ptr<Wire>& wire() const { return wire_; }
  [[nodiscard]] bool up() const { return bind_.up(); }
  // Handed to the session and not yet encoded; for the people who opt out at that moment.
  [[nodiscard]] const std::vector<core::engine::Submit>& unencoded() const { return unencoded_; }

 private:
  void connect();
  void connected(const std::shared_ptr<Wire>& wire);
  [[nodiscard]] smpp::SessionSettings session_settings();
  void read(std::span<const std::byte> octets);
  void take_events();
  void see(const smpp::Event& event);
  void flush();
  void observe();
  void encoded(const smpp::Pdu& pdu);
  void arm();
  void end(bool close_socket);
  [[nodiscard]] Wire::Ends ends(std::uint64_t connection);

  World& world_;
  Node& node_;
  LinePlan plan_;
  core::engine::Bind bind_;
  smpp::Backoff backoff_;
  std::optional<smpp::Session> session_;
  std::shared_ptr<Wire> wire_;
  EndsOnce requests_;
  WireNumbers numbers_;
  smpp::Octets unread_;               // of a mutation
  smpp::Token last_token_ = 0;        // as Bind counts them
  std::uint64_t connection_ = 0;      // which one; work of an earlier one does nothing
  std::uint64_t seen_ = 0, written_ = 0;   // octets of the session's output
  std::map<std::uint32_t, Tracer> received_;  // deliver_sm by the carrier's number
  std::vector<core::engine::Submit> unencoded_;
  std::optional<Time> bound_at_, armed_;
  std::optional<smpp::command_status> refused_;
  bool stepping_ = false, retry_ = false;
};

}  // namespace sim
