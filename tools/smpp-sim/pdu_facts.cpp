#include "tools/smpp-sim/pdu_facts.hpp"

#include "smpp/codec.hpp"
#include "smpp/receipt.hpp"
#include "smpp/text.hpp"

#include <boost/json.hpp>

#include <variant>

namespace smpp_sim {
namespace {
namespace json = boost::json;

template <typename Message>
void read_message(const Message& message, bool is_receipt, PduFacts& into) {
  smpp::Payload payload = smpp::payload_of(message);
  into.from = message.source.addr;
  into.to = message.destination.addr;
  into.is_receipt = is_receipt;
  into.part = payload.concatenation;
  into.text = is_receipt
                  ? smpp::decode_text(payload.user_data, 0, smpp::Alphabet::latin1)
                  : smpp::decode_text(payload.user_data, message.data_coding, smpp::DecodeOptions{}, payload.header());
}

}  // namespace

std::string shown(const std::string& value) {
  if (smpp::is_valid_utf8(value)) return value;
  return smpp::decode_text(smpp::octets_of(value), 3, smpp::DecodeOptions{});
}

PduFacts facts_of(std::span<const std::byte> pdu) {
  PduFacts facts;
  if (pdu.size() < smpp::kHeaderLength) {
    facts.fault = "less than a header";
    return facts;
  }
  const smpp::Header header = smpp::read_header(pdu);
  facts.command = header.id;
  facts.status = header.status;
  facts.sequence_number = header.sequence_number;
  const auto decoded = smpp::decode(pdu);
  if (!decoded) {
    facts.fault = smpp::message(decoded.error());
    return facts;
  }
  const auto& body = decoded->pdu.body;
  if (const auto* submit = std::get_if<smpp::SubmitSm>(&body)) {
    read_message(*submit, false, facts);
  } else if (const auto* deliver = std::get_if<smpp::DeliverSm>(&body)) {
    read_message(*deliver, smpp::is_receipt(*deliver), facts);
  } else if (const auto* data = std::get_if<smpp::DataSm>(&body)) {
    read_message(*data, smpp::is_receipt(*data), facts);
  } else if (const auto* multi = std::get_if<smpp::SubmitMulti>(&body)) {
    const auto payload = smpp::payload_of(multi->esm_class, multi->data_coding, multi->short_message, multi->tlvs);
    facts.from = multi->source.addr;
    facts.text = smpp::decode_text(payload.user_data, multi->data_coding, smpp::DecodeOptions{}, payload.header());
  }
  for (auto& field : smpp::fields_of(decoded->pdu)) {
    if (field.name != "password") facts.fields.push_back(std::move(field));
  }
  return facts;
}

std::string members_of(const PduFacts& facts) {
  json::object object{{"command", smpp::command_name(facts.command)},
                      {"sequence_number", facts.sequence_number},
                      {"status", smpp::status_name(facts.status)}};
  if (!facts.fault.empty()) object["fault"] = facts.fault;
  if (!facts.from.empty()) object["from"] = shown(facts.from);
  if (!facts.to.empty()) object["to"] = shown(facts.to);
  if (!facts.text.empty()) object["text"] = shown(facts.text);
  if (facts.is_receipt) object["receipt"] = true;
  if (facts.part) {
    object["part"] = json::object{
        {"number", facts.part->number}, {"total", facts.part->total}, {"reference", facts.part->reference}};
  }
  json::object fields;
  for (const auto& field : facts.fields) {
    // A TLV that comes twice becomes a list: no value is lost.
    if (auto* const before = fields.if_contains(field.name)) {
      if (before->is_string()) *before = json::array{*before};
      before->as_array().emplace_back(shown(field.value));
    } else {
      fields[field.name] = shown(field.value);
    }
  }
  object["fields"] = std::move(fields);
  const std::string text = json::serialize(object);
  return text.substr(1, text.size() - 2);
}

}  // namespace smpp_sim
