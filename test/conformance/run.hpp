// Runs one script against a session of ours, in memory or over TCP, with a clock that only the script moves.
#pragma once

#include "smpp/session.hpp"
#include "test/conformance/line.hpp"
#include "tools/smpp-sim/script/peer.hpp"
#include "tools/smpp-sim/script/script.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace conformance {

using smpp_sim::script::Script;
using smpp_sim::script::Step;
using smpp_sim::script::Verb;
using smpp_sim::script::Word;

class Run {
 public:
  explicit Run(std::unique_ptr<Line> line) : line_(std::move(line)) {}
  // Empty when the session behaved as the script says, else "12: expected ..., got ...".
  [[nodiscard]] std::string run(const Script& script);
  [[nodiscard]] std::uint32_t transitions_taken() const { return started_ ? line_->session().transitions_taken() : 0; }
  // Over TCP: the line at which the session's own close ended the run; 0: it went to the end.
  [[nodiscard]] std::size_t cut_short_at() const { return cut_short_at_; }

 private:
  std::string step(const Step& step);
  std::string apply_settings(const Step& step);
  std::string speak(const Step& step);
  std::string owner(const Step& step);
  std::string request(const Step& step);
  std::string respond(const Step& step);
  std::string expect(const Step& step);
  std::string expect_event(const Step& step);
  std::string at_end();
  std::string advance(std::chrono::milliseconds time);
  std::string settle();

  std::unique_ptr<Line> line_;
  smpp::SessionSettings settings_;
  smpp_sim::script::Peer peer_;
  bool started_ = false, ignore_acknowledged_ = true;
  std::size_t cut_short_at_ = 0;
  std::deque<smpp::Event> events_;
  std::deque<smpp::Incoming> unanswered_;
  smpp::Token next_token_ = 1;
};

// The line of the script that only a session in memory can follow; nullptr: none.
[[nodiscard]] const Step* memory_only(const Script& script);

}  // namespace conformance
