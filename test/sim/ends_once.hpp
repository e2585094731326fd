// Invariant 3 at one session: every accepted request ends in exactly one of Done, Returned, Lost, TimedOut; only
// TimedOut may be followed by one Late, while the session lives.
#pragma once

#include "smpp/session.hpp"
#include "test/sim/log.hpp"

#include <map>

namespace sim {

class EndsOnce {
 public:
  void accepted(smpp::Token token) {
    const auto [request, fresh] = requests_.emplace(token, Stage::open);
    // A carrier that was told to try later gives the same token again; only while the first try is open is it wrong.
    if (!fresh && request->second != Stage::ended) broken(token, "was given twice");
    request->second = Stage::open;
  }
  void see(const smpp::Event& event) {
    if (const auto* done = std::get_if<smpp::Done>(&event)) ended(done->token, Stage::ended, "Done");
    if (const auto* returned = std::get_if<smpp::Returned>(&event)) ended(returned->token, Stage::ended, "Returned");
    if (const auto* lost = std::get_if<smpp::Lost>(&event)) ended(lost->token, Stage::ended, "Lost");
    if (const auto* timed_out = std::get_if<smpp::TimedOut>(&event)) ended(timed_out->token, Stage::timed_out, "TimedOut");
    if (const auto* late = std::get_if<smpp::Late>(&event)) came_late(late->token);
    if (std::holds_alternative<smpp::Closed>(event)) closed();
  }

 private:
  enum class Stage { open, timed_out, ended };

  void ended(smpp::Token token, Stage stage, const char* how) {
    const auto found = requests_.find(token);
    if (found == requests_.end()) broken(token, words("ended ", how, " without having been accepted"));
    if (found->second != Stage::open) broken(token, words("ended ", how, " after it had ended"));
    found->second = stage;
  }
  void came_late(smpp::Token token) {
    const auto found = requests_.find(token);
    if (found == requests_.end() || found->second != Stage::timed_out) broken(token, "came Late without TimedOut, or twice");
    found->second = Stage::ended;
  }
  void closed() {
    for (const auto& [token, stage] : requests_) {
      if (stage == Stage::open) broken(token, "never ended, and its session has");
    }
  }
  [[noreturn]] static void broken(smpp::Token token, const std::string& what) {
    throw Violation{"every request ends once", words("request ", token, " ", what)};
  }

  std::map<smpp::Token, Stage> requests_;
};

}  // namespace sim
