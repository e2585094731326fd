#include "tools/smpp-sim/pdu_log.hpp"

#include "smpp/codec.hpp"
#include "tools/smpp-sim/ledger.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace smpp_sim {
namespace {

constexpr std::size_t kSpare = 16;           // buffers kept for reuse
constexpr std::size_t kSpareOctets = 1'024;  // larger ones are given back

}  // namespace

bool PduFilter::fits(const LoggedPdu& pdu) const {
  if (pdu.id <= after) return false;
  if (incoming && *incoming != pdu.incoming) return false;
  if (connection && *connection != pdu.connection) return false;
  if (!account.empty() && account != *pdu.account) return false;
  const bool asks_inside = !commands.empty() || status || !from.empty() || !to.empty() || !text.empty();
  if (!asks_inside) return true;
  if (!pdu.fault.empty() || pdu.octets.size() < smpp::kHeaderLength) return false;
  const smpp::Header header = smpp::read_header(pdu.octets);
  if (!commands.empty() && std::find(commands.begin(), commands.end(), header.id) == commands.end()) return false;
  // A request has no status: asking for one means asking for a response.
  if (status && (header.status != *status || !smpp::is_response(header.id))) return false;
  if (from.empty() && to.empty() && text.empty()) return true;
  const PduFacts facts = facts_of(pdu.octets);
  return (from.empty() || facts.from == from) && (to.empty() || facts.to == to) &&
         (text.empty() || facts.text.find(text) != std::string::npos);
}

std::string to_json(const LoggedPdu& pdu, bool hex) {
  std::string out = fmt::format(
      R"({{"id":{},"at":"{}","connection":{},"account":{},"direction":"{}",)", pdu.id, utc_text(pdu.at), pdu.connection,
      boost::json::serialize(boost::json::string(smpp::is_valid_utf8(*pdu.account) ? *pdu.account : "?")),
      pdu.incoming ? "in" : "out");
  if (pdu.fault.empty()) {
    out += members_of(facts_of(pdu.octets));
  } else {
    out += fmt::format(R"("fault":{},"octets":{})", boost::json::serialize(boost::json::string(pdu.fault)),
                       pdu.octets.size());
  }
  if (hex) out += fmt::format(R"(,"hex":"{}")", smpp::to_hex(pdu.octets));
  return out + "}";
}

void PduLog::pdu(const Passed& passed) {
  LoggedPdu& added = pdus_.emplace_back();
  added.id = ++last_id_;
  added.at = passed.at;
  added.connection = passed.peer.connection;
  added.incoming = passed.incoming;
  added.account = passed.account;
  added.fault = passed.fault;
  if (!spare_.empty()) {
    added.octets = std::move(spare_.back());
    spare_.pop_back();
  }
  added.octets.assign(passed.octets.begin(), passed.octets.end());
  octets_ += added.octets.size();
  while (pdus_.size() > kKept || (octets_ > kKeptOctets && pdus_.size() > 1)) {
    octets_ -= pdus_.front().octets.size();
    if (spare_.size() < kSpare && pdus_.front().octets.capacity() <= kSpareOctets) {
      spare_.push_back(std::move(pdus_.front().octets));
    }
    pdus_.pop_front();
    ++forgotten_;
  }
  if (when_added) when_added(pdus_.back());
}

void PduLog::link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) {
  if (when_link) when_link(peer, event, why, at);
}

void PduLog::clear() {
  pdus_.clear();
  octets_ = 0;
  forgotten_ = 0;
}

// Ids are consecutive, so the place follows from the id.
const LoggedPdu* PduLog::find(std::uint64_t id) const {
  if (pdus_.empty() || id < pdus_.front().id || id > pdus_.back().id) return nullptr;
  return &pdus_[static_cast<std::size_t>(id - pdus_.front().id)];
}

}  // namespace smpp_sim
