// What the running node tells about itself: /api/v1/status, /readyz, metrics and the log read these values, on the io
// thread.
#pragma once

#include "core/engine/engine.hpp"
#include "core/net/deviations.hpp"

#include <cstddef>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace core::net {

struct BindStatus {
  std::string account;
  std::uint32_t bind = 0;             // its number, from 1
  std::string type;                   // transceiver | transmitter | receiver
  bool bound = false;
  std::string line;                   // what the link said last, without the account's name
  engine::WallTime since{};           // of `bound` being so
  std::uint32_t window = 0, in_flight = 0;   // submit_sm without an answer
  std::size_t unanswered = 0;         // deliver_sm we have not answered yet
  std::uint64_t sessions = 0;         // connections begun
  std::uint64_t refused = 0;          // deliver_sm answered busy because the engine had no room
  std::uint64_t tolerated = 0, malformed = 0;  // deviations of the peer that were accepted; PDUs that were refused
  std::vector<Deviation> deviations;  // of both, by kind
  std::string last_error;             // why the last session or bind ended or was refused; empty: none has
  std::optional<std::chrono::milliseconds> round_trip;  // of the last enquire_link of this session
};

struct WebhookStatus { std::string endpoint; std::uint64_t sent = 0, failed = 0; std::size_t running = 0; std::string last_error; };

struct NodeStatus {
  bool recovered = false;             // the store's last state was read and links may connect
  bool stopped = false;               // the store failed; the process is about to end
  bool draining = false;
  std::string why_stopped;
  std::uint64_t revision = 0;         // of the rules
  engine::WallTime started{};
  std::uint64_t run = 0;              // how often this store was opened
  engine::Turn turn = 0;              // the last one executed
  std::size_t inputs_waiting = 0, requests_waiting = 0;
  std::vector<BindStatus> binds;      // by account, in the configuration's order, then by number
  std::vector<WebhookStatus> endpoints;
  engine::Figures figures;            // at most kFiguresEvery old

  // Ready for traffic: recovered, not ending, and every account has a bound bind. Otherwise why not, for a person.
  [[nodiscard]] std::string not_ready() const;
};

}  // namespace core::net
