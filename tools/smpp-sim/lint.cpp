#include "tools/smpp-sim/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace smpp_sim {
namespace {

constexpr LintTime kHammering = std::chrono::seconds(5);  // between a refused bind and the next; P49 and P50 ask for 30 and 60

bool is_bind(smpp::command_id id) {
  return id == smpp::command_id::bind_transceiver || id == smpp::command_id::bind_transmitter ||
         id == smpp::command_id::bind_receiver;
}

// Counted per rule and connection: a habit is one finding, however often it shows.
Report counting(std::vector<Finding>& findings, std::uint64_t connection) {
  return [&findings, connection](LintRule rule, std::size_t pdu, LintTime at, std::string what) {
    const auto known = std::ranges::find_if(findings, [&](const Finding& one) {
      return one.rule == rule && one.connection == connection;
    });
    if (known != findings.end()) ++known->times;
    else findings.push_back({rule, connection, pdu, at, std::move(what), 1});
  };
}

}  // namespace

void Lint::connected(std::uint64_t connection, Where where, LintTime at) {
  LintSession& session = sessions_[connection];
  session.loopback = where.loopback;
  session.tls = where.tls;
  session.from_begin = where.from_begin;
  session.connected(at);
}

void Lint::pdu(std::uint64_t connection, std::size_t number, LintTime at, bool from_esme,
               std::span<const std::byte> octets) {
  const Report report = counting(findings_, connection);
  if (from_esme && octets.size() >= smpp::kHeaderLength && is_bind(smpp::read_header(octets).id)) {
    for (const auto& [other, session] : sessions_) {
      const auto refused = session.refused_at();
      if (!refused || at < *refused || at - *refused >= kHammering) continue;
      report(LintRule::bind_hammering, number, at, fmt::format("{} ms after a refused bind", (at - *refused).count() / 1000));
      break;
    }
  }
  sessions_[connection].pdu(number, at, from_esme, octets, report);
}

void Lint::closed(std::uint64_t connection, LintTime at, bool by_esme, bool reset) {
  sessions_[connection].closed(at, by_esme, reset, counting(findings_, connection));
}

std::vector<Finding> Lint::finish(LintTime at) {
  for (auto& [connection, session] : sessions_) session.finish(at, counting(findings_, connection));
  std::ranges::sort(findings_, [](const Finding& left, const Finding& right) {
    return std::tuple(text_of(left.rule).severity, left.connection, left.pdu, left.rule) <
           std::tuple(text_of(right.rule).severity, right.connection, right.pdu, right.rule);
  });
  return findings_;
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::hint: return "hint";
  }
  return "?";
}

bool has_error(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& one) { return text_of(one.rule).severity == Severity::error; });
}

}  // namespace smpp_sim
