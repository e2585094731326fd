#include "tools/smpp-sim/wire.hpp"

#include "smpp/codec.hpp"
#include "smpp/command.hpp"

#include <utility>

namespace smpp_sim {
namespace {

constexpr std::chrono::milliseconds kBetweenOctets{1};
constexpr std::chrono::milliseconds kBetweenHalves{20};
constexpr std::chrono::milliseconds kGatherFor{100};
constexpr std::size_t kGatherPdus = 4;
constexpr std::size_t kCutAt = 10;  // octets: in the middle of command_status

}  // namespace

void Wire::become(Fault stream) {
  switch (stream) {
    case Fault::mute: mute_ = true; return;
    case Fault::mute_enquire_link: mute_enquire_link_ = true; return;
    case Fault::healthy:
      mute_ = mute_enquire_link_ = false;
      next_.clear();
      responses_.clear();
      break;
    default: break;
  }
  stream_ = stream;
}

Fault Wire::fault_of(std::span<const std::byte> pdu, const OnRequest& on_request) {
  const smpp::Header header = smpp::read_header(pdu);
  if (!next_.empty()) {
    const Fault fault = next_.front();
    next_.pop_front();
    return fault;
  }
  if (!smpp::is_response(header.id)) return on_request ? on_request(pdu) : Fault::none;
  const auto found = responses_.find(header.sequence_number);
  if (found == responses_.end() || header.id == smpp::command_id::enquire_link_resp) return Fault::none;
  const Fault fault = found->second;
  responses_.erase(found);
  return fault;
}

void Wire::one(std::span<const std::byte> pdu, const OnRequest& on_request, smpp::Octets& now) {
  const smpp::Header header = smpp::read_header(pdu);
  if (mute_ || (mute_enquire_link_ && header.id == smpp::command_id::enquire_link_resp)) return;
  const Fault fault = fault_of(pdu, on_request);
  const smpp::Octets octets = fault == Fault::none ? smpp::Octets(pdu.begin(), pdu.end()) : spoiled(fault, pdu, last_request_);
  if (!smpp::is_response(header.id)) last_request_ = header.sequence_number;
  if (!octets.empty()) send(octets, now);
}

void Wire::send(const smpp::Octets& octets, smpp::Octets& now) {
  switch (stream_) {
    case Fault::byte_by_byte:
      for (const std::byte octet : octets) pieces_.push_back({octet});
      return;
    case Fault::split: {
      const auto cut = octets.begin() + static_cast<std::ptrdiff_t>(std::min(kCutAt, octets.size()));
      pieces_.emplace_back(octets.begin(), cut);
      pieces_.emplace_back(cut, octets.end());
      return;
    }
    case Fault::merged:
      gathered_.insert(gathered_.end(), octets.begin(), octets.end());
      if (++gathered_count_ < kGatherPdus) return;
      now.insert(now.end(), gathered_.begin(), gathered_.end());
      gathered_.clear();
      gathered_count_ = 0;
      return;
    default: break;
  }
  if (owes()) {  // what is said later must not overtake
    pieces_.push_back(octets);
  } else {
    now.insert(now.end(), octets.begin(), octets.end());
  }
}

void Wire::said(std::span<const std::byte> pdus, const OnRequest& on_request, smpp::Octets& now) {
  while (pdus.size() >= smpp::kHeaderLength) {
    const std::size_t length = smpp::read_header(pdus).command_length;
    if (length < smpp::kHeaderLength || length > pdus.size()) break;
    one(pdus.first(length), on_request, now);
    pdus = pdus.subspan(length);
  }
}

std::chrono::milliseconds Wire::pause() const {
  if (pieces_.empty()) return kGatherFor;
  return pieces_.front().size() == 1 ? kBetweenOctets : kBetweenHalves;
}

smpp::Octets Wire::next_piece() {
  if (!pieces_.empty()) {
    smpp::Octets piece = std::move(pieces_.front());
    pieces_.pop_front();
    return piece;
  }
  gathered_count_ = 0;
  return std::exchange(gathered_, {});
}

}  // namespace smpp_sim
