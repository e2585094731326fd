// `smpp-sim replay`: a recorded session again, with us as one of its sides. What the recording has from our side is sent,
// what it has from the other is waited for and compared.
// Flow: recording -> connection -> each PDU in its order: send (responses with the numbers of the peer's present requests)
// or expect -> differences are told -> report.
#pragma once

#include "smpp/session.hpp"
#include "tools/smpp-sim/recording.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

// What of the recording has another name this time. Pure.
class Rehearsal {
 public:
  explicit Rehearsal(bool as_esme) : as_esme_(as_esme) {}

  [[nodiscard]] bool is_ours(const RecordedPdu& recorded) const { return recorded.from_esme == as_esme_; }
  // Our PDU as it is to be sent now: a response takes the number of the request that came, and a receipt the id that the
  // peer gave this time. Absent: the request that it answers never came.
  [[nodiscard]] std::optional<smpp::Octets> ours(const RecordedPdu& recorded) const;
  // Whether what came may be what was recorded: the same command, of a response also the same request.
  [[nodiscard]] bool may_be(const RecordedPdu& recorded, const smpp::Octets& came) const;
  // Takes what came for what was recorded: remembers its names. The differences, one a line: "short_message is ...".
  [[nodiscard]] std::vector<std::string> theirs(const RecordedPdu& recorded, const smpp::Octets& came);

 private:
  bool as_esme_;
  std::map<std::uint32_t, std::uint32_t> numbers_;   // of the peer's requests: recorded -> now
  std::map<std::string, std::string> message_ids_;   // that the peer gave: recorded -> now
};

struct ReplayOptions {
  std::string file;
  bool as_esme = false;                         // else we are the SMSC
  std::string listen = "127.0.0.1:2775";        // as SMSC
  std::string connect = "127.0.0.1:2775";       // as ESME
  std::size_t connection = 1;                   // of the file
  bool fast = false;                            // not at the recorded pace
  std::chrono::milliseconds patience{30'000};   // for a connection and each PDU of the peer
  bool json = false;
};

// 0 as recorded, 1 it diverged or could not be read or connected, 2 usage.
int run_replay(const ReplayOptions& options, const std::function<smpp::Now()>& now);

}  // namespace smpp_sim
