#include "tools/smpp-sim/handsets.hpp"

#include "smpp/text.hpp"
#include "smpp/udh.hpp"

#include <utility>

namespace smpp_sim {

std::optional<HandsetMessage> Handsets::arrive(const Segment& segment) {
  const smpp::SubmitSm& pdu = segment.pdu;
  smpp::Payload payload = smpp::payload_of(pdu);
  HandsetMessage message;
  message.account = segment.account;
  message.from = pdu.source.addr;
  message.to = pdu.destination.addr;
  message.data_coding = pdu.data_coding;
  const auto decode = [&](const smpp::Octets& octets) {
    return smpp::decode_text(octets, pdu.data_coding, smpp::Alphabet::gsm7);
  };
  if (!payload.concatenation) {
    message.ids.push_back(segment.id);
    message.text = decode(payload.user_data);
    return message;
  }
  const auto& part = *payload.concatenation;
  const Key key{segment.account, message.from, message.to, part.reference, part.width, part.total};
  const auto [found, is_new] = sets_.try_emplace(key);
  Set& set = found->second;
  if (is_new) {
    set.since = ++arrivals_;
    by_age_.emplace(set.since, key);
  }
  set.parts[part.number] = Part{std::move(payload.user_data), segment.id};
  if (set.parts.size() == part.total) {
    // Octets are joined before they are decoded: a character may have been cut between two parts (P110).
    smpp::Octets whole;
    for (auto& [number, each] : set.parts) {
      whole.insert(whole.end(), each.octets.begin(), each.octets.end());
      message.ids.push_back(std::move(each.id));
    }
    message.text = decode(whole);
    by_age_.erase(set.since);
    sets_.erase(found);
    return message;
  }
  if (sets_.size() > kMaxSets) {
    sets_.erase(by_age_.begin()->second);
    by_age_.erase(by_age_.begin());
  }
  return std::nullopt;
}

}  // namespace smpp_sim
