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
  message.to = handset_number(pdu.destination.addr);
  message.data_coding = pdu.data_coding;
  message.submitted_at = segment.submitted_at;
  message.waited = segment.waited;
  if (!payload.concatenation) {
    message.ids.push_back(segment.id);
    message.text = smpp::decode_text(payload.user_data, pdu.data_coding, smpp::DecodeOptions{}, payload.header());
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
  const smpp::TextHeader header = payload.header();
  set.parts[part.number] = Part{std::move(payload.user_data), pdu.data_coding, header, segment.id};
  if (set.parts.size() == part.total) {
    std::vector<smpp::ReceivedPart> parts;
    for (auto& [number, each] : set.parts) {
      parts.push_back({each.octets, each.data_coding, each.header});
      message.ids.push_back(std::move(each.id));
    }
    message.text = smpp::read_parts(parts, {}).text;
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
