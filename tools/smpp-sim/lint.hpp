// Bad habits of an ESME, seen on the wire: what works on a test SMSC and costs throughput, messages or the account at a
// carrier. Pure: times, directions and octets go in, findings come out.
// Flow: connected -> pdu, pdu ... -> closed -> ... -> findings. Times are whatever the caller counts in, but only grow.
#pragma once

#include "smpp/octets.hpp"
#include "tools/smpp-sim/lint_session.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace smpp_sim {

class Lint {
 public:
  struct Where {
    bool loopback = false;  // both ends on this machine
    bool tls = false;
    bool from_begin = true;  // the capture has the begin of the connection
  };
  void connected(std::uint64_t connection, Where where, LintTime at);
  // `number`: of the PDU, as the findings name it; `at`: since any moment.
  void pdu(std::uint64_t connection, std::size_t number, LintTime at, bool from_esme, std::span<const std::byte> octets);
  void closed(std::uint64_t connection, LintTime at, bool by_esme, bool reset);
  // After the last PDU: what is only known then. The worst first, then by number.
  [[nodiscard]] std::vector<Finding> finish(LintTime at);

 private:
  std::map<std::uint64_t, LintSession> sessions_;
  std::vector<Finding> findings_;
};

[[nodiscard]] std::string_view name_of(Severity severity);
[[nodiscard]] bool has_error(const std::vector<Finding>& findings);

}  // namespace smpp_sim
