// What passes, on standard output: one readable line per PDU for people, or one JSON object per line for programs.
#pragma once

#include "smpp/pdu.hpp"
#include "tools/smpp-sim/options.hpp"
#include "tools/smpp-sim/wiretap.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace smpp_sim {

// `submit_sm seq=3 80800 -> 447700900001 "Hi Ann" receipt wanted`. Passwords are not shown.
[[nodiscard]] std::string one_line(const smpp::Pdu& pdu);
// In quotes, control characters escaped: a message must not be able to write to the terminal.
[[nodiscard]] std::string quoted(std::string_view text);

class Trace final : public Onlooker {
 public:
  explicit Trace(const TraceStyle& style, std::FILE* to = stdout) : style_(style), to_(to) {}
  void pdu(const Passed& passed) override;
  void link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) override;
  void batch_ended() override { std::fflush(to_); }

 private:
  void say(const smpp::net::Peer& peer, Wall at, std::string_view direction, std::string_view colour,
           std::string_view text) const;
  void say_json(const Passed& passed) const;

  TraceStyle style_;
  std::FILE* to_;
  std::uint64_t number_ = 0;
};

}  // namespace smpp_sim
