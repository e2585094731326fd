#include "tools/smpp-sim/receipt_shape.hpp"

#include "smpp/receipt_id.hpp"
#include "smpp/tlv.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <variant>

namespace smpp_sim {
namespace {

constexpr std::size_t kMostShort = 254;       // octets of short_message (v3.4 4.6.1)
constexpr std::size_t kRepeatedByKannel = 12;  // characters of the message

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}
std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string hexadecimal(std::uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
  return text;
}

std::string padded(std::string id) {
  if (id.size() < kPaddedId) id.insert(0, kPaddedId - id.size(), '0');
  return id;
}

std::string uuid(Random& random) {
  const std::uint64_t one = random.next(), two = random.next();
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(one >> 32),
                static_cast<unsigned>(one >> 16 & 0xFFFF), static_cast<unsigned>(one & 0xFFF),
                static_cast<unsigned>(0x8000 | (two >> 48 & 0x3FFF)),
                static_cast<unsigned long long>(two & 0xFFFFFFFFFFFFULL));
  return text;
}

std::string date(smpp::UtcSeconds at, Dialect dialect) {
  if (dialect == Dialect::epoch) return std::to_string(at.time_since_epoch().count());
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day ymd{day};
  const std::chrono::hh_mm_ss time{at - day};
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02u%02u%02d%02d%02d", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  if (dialect == Dialect::long_year) return text;
  const bool with_seconds = dialect == Dialect::seconds || dialect == Dialect::kannel;
  return std::string(text + 2, with_seconds ? 12 : 10);
}

std::string_view full_word(smpp::MessageState state) {
  using smpp::MessageState;
  switch (state) {
    case MessageState::DELIVERED: return "DELIVERED";
    case MessageState::UNDELIVERABLE: return "UNDELIVERABLE";
    case MessageState::ACCEPTED: return "ACCEPTED";
    case MessageState::REJECTED: return "REJECTED";
    default: return smpp::stat_of(state);
  }
}

std::string stat_word(smpp::MessageState state, Dialect dialect) {
  if (dialect == Dialect::numbers) return std::to_string(static_cast<unsigned>(state));
  if (dialect == Dialect::full_words) return std::string(full_word(state));
  return std::string(smpp::stat_of(state));
}

std::string err_word(const std::string& err, Dialect dialect) {
  if (dialect == Dialect::err_empty) return {};
  if (dialect != Dialect::err_hex) return err;
  return err == "000" ? "0" : "21b";  // a code that only hexadecimal can say
}

}  // namespace

std::string message_id(IdForm form, std::uint64_t number, const std::string& last, Random& random) {
  switch (form) {
    case IdForm::hex: return hexadecimal(number);
    case IdForm::upper: return upper(hexadecimal(number));
    case IdForm::padded: return padded(std::to_string(number));
    case IdForm::uuid: return uuid(random);
    case IdForm::empty: return {};
    case IdForm::reused: return last.empty() ? std::to_string(number) : last;
    case IdForm::decimal: break;
  }
  return std::to_string(number);
}

std::string receipt_id(ReceiptId form, const std::string& id) {
  switch (form) {
    case ReceiptId::hex: return smpp::decimal_to_hex(id).value_or(id);
    case ReceiptId::decimal: return smpp::hex_to_decimal(id).value_or(id);
    case ReceiptId::upper: return upper(id);
    case ReceiptId::lower: return lower(id);
    case ReceiptId::padded: return padded(id);
    case ReceiptId::truncated: return id.substr(0, kTruncatedId);
    case ReceiptId::same:
    case ReceiptId::tlv_only:
    case ReceiptId::text_only: break;
  }
  return id;
}

std::string receipt_text(const smpp::ReceiptFacts& facts, Dialect dialect) {
  const std::string stat = stat_word(facts.state, dialect);
  if (dialect == Dialect::id_and_stat) return "id:" + facts.id + " stat:" + stat;
  const bool is_delivered = facts.state == smpp::MessageState::DELIVERED;
  const std::string separator = dialect == Dialect::commas ? "," : dialect == Dialect::lines ? "\r\n" : " ";
  std::string text = "id:";
  if (dialect == Dialect::upper_case) text = upper(text);
  text += facts.id;
  const auto field = [&](std::string_view name, const std::string& value) {
    const std::string label(name);
    text += separator + (dialect == Dialect::upper_case ? upper(label) : label) + ":" +
            (dialect == Dialect::lower_case ? lower(value) : value);
  };
  if (dialect != Dialect::no_sub) {
    field("sub", "001");
    field("dlvrd", is_delivered ? "001" : "000");
  }
  field("submit date", date(facts.submitted_at, dialect));
  field("done date", date(facts.done_at, dialect));
  field("stat", stat);
  field("err", err_word(facts.err, dialect));
  if (dialect == Dialect::no_text_field) return text;
  field("text",
        facts.text.substr(0, dialect == Dialect::kannel ? kRepeatedByKannel : std::string::npos));
  return text;
}

smpp::DeliverSm shaped_receipt(smpp::ReceiptFacts facts, const ReceiptShape& shape, bool is_intermediate) {
  const bool tlvs = shape.form != ReceiptForm::text;
  const bool text = shape.form != ReceiptForm::tlv;
  smpp::DeliverSm receipt;
  receipt.source = facts.source;
  receipt.destination = facts.destination;
  receipt.esm_class = is_intermediate ? 0x20 : 0x04;
  facts.id = receipt_id(shape.id, facts.id);
  if (tlvs) {
    if (shape.id != ReceiptId::text_only) receipt.tlvs.add_cstring(smpp::tag::receipted_message_id, facts.id);
    receipt.tlvs.add_integer(smpp::tag::message_state, static_cast<std::uint64_t>(facts.state));
  }
  if (text) {
    if (shape.id == ReceiptId::tlv_only) facts.id.clear();
    receipt.short_message = smpp::to_octets(receipt_text(facts, shape.dialect));
  }
  return receipt;
}

smpp::DataSm as_data_sm(const smpp::DeliverSm& pdu) {
  smpp::DataSm data;
  data.service_type = pdu.service_type;
  data.source = pdu.source;
  data.destination = pdu.destination;
  data.esm_class = pdu.esm_class;
  data.registered_delivery = pdu.registered_delivery;
  data.data_coding = pdu.data_coding;
  data.tlvs = pdu.tlvs;
  if (!pdu.short_message.empty()) data.tlvs.add(smpp::tag::message_payload, pdu.short_message);
  return data;
}

smpp::DeliverSm without_tlvs(const smpp::Request& pdu) {
  smpp::DeliverSm plain;
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&pdu)) plain = *deliver;
  if (const auto* data = std::get_if<smpp::DataSm>(&pdu)) {
    plain.service_type = data->service_type;
    plain.source = data->source;
    plain.destination = data->destination;
    plain.esm_class = data->esm_class;
    plain.registered_delivery = data->registered_delivery;
    plain.data_coding = data->data_coding;
    plain.tlvs = data->tlvs;
  }
  const auto payload = plain.tlvs.octets(smpp::tag::message_payload);
  if (payload && plain.short_message.empty()) {
    const std::size_t size = std::min(payload->size(), kMostShort);
    plain.short_message.assign(payload->begin(), payload->begin() + static_cast<std::ptrdiff_t>(size));
  }
  plain.tlvs.clear();
  return plain;
}

}  // namespace smpp_sim
