// The last PDUs that passed, for tests and people: GET /pdus, GET /wait, GET /events. Bounded, and cheap to fill: only
// octets are kept, and they are decoded when somebody asks.
#pragma once

#include "smpp/octets.hpp"
#include "tools/smpp-sim/pdu_facts.hpp"
#include "tools/smpp-sim/wiretap.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

struct LoggedPdu {
  std::uint64_t id = 0;  // from 1, also after a reset never used twice
  Wall at;
  std::uint64_t connection = 0;
  bool incoming = false;
  std::shared_ptr<const std::string> account;
  std::string fault;  // why the octets are no PDU
  smpp::Octets octets;
};

// All that is set must hold.
struct PduFilter {
  std::vector<smpp::command_id> commands;  // one of them; none: any
  std::optional<bool> incoming;
  std::optional<smpp::command_status> status;
  std::optional<std::uint64_t> connection;
  std::string account, from, to;  // the whole value; empty: any
  std::string text;               // part of the text, upper and lower case as written
  std::uint64_t after = 0;        // id above this

  [[nodiscard]] bool fits(const LoggedPdu& pdu) const;
};

// {"id":7,"at":"...","connection":1,"account":"x","direction":"in","command":...}; with the octets when `hex`.
[[nodiscard]] std::string to_json(const LoggedPdu& pdu, bool hex);

class PduLog final : public Onlooker {
 public:
  static constexpr std::size_t kKept = 10'000;          // PDUs; some minutes of a test, a second of a load
  static constexpr std::size_t kKeptOctets = 16 << 20;  // of all of them

  // Told of each as it comes; must not call back into the log's add or clear.
  std::function<void(const LoggedPdu&)> when_added;
  std::function<void(const smpp::net::Peer&, LinkEvent, std::string_view, Wall)> when_link;

  void pdu(const Passed& passed) override;
  void link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) override;
  void clear();

  [[nodiscard]] const std::deque<LoggedPdu>& all() const { return pdus_; }
  [[nodiscard]] const LoggedPdu* find(std::uint64_t id) const;
  [[nodiscard]] std::uint64_t last_id() const { return last_id_; }
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }  // pushed out by newer ones since the last clear

 private:
  std::deque<LoggedPdu> pdus_;
  std::size_t octets_ = 0;
  std::uint64_t last_id_ = 0, forgotten_ = 0;
  std::vector<smpp::Octets> spare_;  // buffers of forgotten PDUs, used again
};

}  // namespace smpp_sim
