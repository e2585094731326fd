#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "tools/smpp-sim/replay.hpp"

#include <algorithm>
#include <variant>

namespace smpp_sim {
namespace {

void put_number(smpp::Octets& octets, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i) octets[12 + i] = static_cast<std::byte>(number >> (24 - 8 * i) & 0xFF);
}

std::string message_id_of(const smpp::Pdu& pdu) {
  for (const smpp::FieldText& field : smpp::fields_of(pdu)) {
    if (field.name == "message_id") return field.value;
  }
  return {};
}

// Our receipts and queries name messages by the id of the recording.
template <class Body>
void rename(Body& body, const std::map<std::string, std::string>& names) {
  const auto known = [&](const std::string& id) -> const std::string* {
    const auto found = names.find(id);
    return found == names.end() ? nullptr : &found->second;
  };
  if constexpr (requires { body.tlvs; }) {
    smpp::Tlvs renamed;
    for (const smpp::Tlv& tlv : body.tlvs) {
      const std::string* now = tlv.tag == smpp::tag::receipted_message_id ? known(smpp::tlv_text(tlv)) : nullptr;
      if (now) renamed.add_cstring(tlv.tag, *now);
      else renamed.add(tlv.tag, tlv.value);
    }
    body.tlvs = std::move(renamed);
  }
  if constexpr (requires { body.message_id; }) {
    if (const std::string* now = known(body.message_id)) body.message_id = *now;
  }
}

}  // namespace

std::optional<smpp::Octets> Rehearsal::ours(const RecordedPdu& recorded) const {
  smpp::Octets octets = recorded.octets;
  const smpp::Header header = smpp::read_header(octets);
  std::uint32_t number = header.sequence_number;
  if (smpp::is_response(header.id)) {
    const auto found = numbers_.find(number);
    if (found == numbers_.end()) return std::nullopt;
    number = found->second;
  } else if (!message_ids_.empty()) {
    // Encoded anew only where a name changes: what was recorded with deviations is to be sent with them.
    auto decoded = smpp::decode(octets);
    if (decoded && decoded->tolerances.empty()) {
      const smpp::Pdu before = decoded->pdu;
      std::visit([&](auto& body) { rename(body, message_ids_); }, decoded->pdu.body);
      const auto encoded = smpp::encode(decoded->pdu);
      if (encoded && !(before == decoded->pdu)) octets = *encoded;
    }
  }
  put_number(octets, number);
  return octets;
}

bool Rehearsal::may_be(const RecordedPdu& recorded, const smpp::Octets& came) const {
  const smpp::Header was = smpp::read_header(recorded.octets), is = smpp::read_header(came);
  if (was.id != is.id) return false;
  // Our requests keep their numbers, so the peer's responses have them too.
  return !smpp::is_response(was.id) || was.sequence_number == is.sequence_number;
}

std::vector<std::string> Rehearsal::theirs(const RecordedPdu& recorded, const smpp::Octets& came) {
  const smpp::Header was = smpp::read_header(recorded.octets), is = smpp::read_header(came);
  if (!smpp::is_response(was.id)) numbers_[was.sequence_number] = is.sequence_number;
  std::vector<std::string> differences;
  if (was.status != is.status) {
    differences.push_back("command_status is " + smpp::status_name(is.status) + " instead of " + smpp::status_name(was.status));
  }
  const auto before = smpp::decode(recorded.octets), now = smpp::decode(came);
  if (!before || !now) {
    if (before.has_value() != now.has_value()) differences.emplace_back("one of the two cannot be decoded");
    return differences;
  }
  const std::string old_id = message_id_of(before->pdu), new_id = message_id_of(now->pdu);
  const bool names_message = smpp::is_response(was.id) && !old_id.empty() && !new_id.empty();
  if (names_message) message_ids_[old_id] = new_id;
  const auto old_fields = smpp::fields_of(before->pdu), new_fields = smpp::fields_of(now->pdu);
  const auto value_in = [](const std::vector<smpp::FieldText>& fields, const std::string& name) -> const std::string* {
    const auto found = std::ranges::find_if(fields, [&](const auto& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &found->value;
  };
  for (const smpp::FieldText& field : old_fields) {
    const bool is_new_each_time = field.name == "password" || (names_message && field.name == "message_id");
    const std::string* const value = value_in(new_fields, field.name);
    if (is_new_each_time || (value && *value == field.value)) continue;
    differences.push_back(field.name + (value ? " is \"" + *value + "\" instead of \"" + field.value + '"' : " is missing"));
  }
  for (const smpp::FieldText& field : new_fields) {
    if (!value_in(old_fields, field.name)) differences.push_back(field.name + " is new: \"" + field.value + '"');
  }
  return differences;
}

}  // namespace smpp_sim
