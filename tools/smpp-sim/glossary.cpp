#include "tools/smpp-sim/glossary.hpp"

#include "smpp/tlv.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace smpp_sim {
namespace {

struct StatusRow {
  smpp::command_status status;
  StatusGloss gloss;
};
constexpr StatusRow kStatuses[] = {
#define GLOSS(name, meaning, cause, remedy) {smpp::command_status::name, {meaning, cause, remedy}},
#include "tools/smpp-sim/glossary_status.inc"
#undef GLOSS
};

enum class Term { command, tlv, field };
struct TermRow {
  Term term;
  std::string_view name, text;
};
struct ValueRow {
  std::string_view field;
  ValueGloss gloss;
};

constexpr TermRow kTerms[] = {
#define GLOSS_COMMAND(name, text) {Term::command, #name, text},
#define GLOSS_TLV(name, text) {Term::tlv, #name, text},
#define GLOSS_FIELD(name, text) {Term::field, #name, text},
#define GLOSS_VALUE(field, number, text)
#include "tools/smpp-sim/glossary_terms.inc"
#undef GLOSS_COMMAND
#undef GLOSS_TLV
#undef GLOSS_FIELD
#undef GLOSS_VALUE
};
constexpr ValueRow kValues[] = {
#define GLOSS_COMMAND(name, text)
#define GLOSS_TLV(name, text)
#define GLOSS_FIELD(name, text)
#define GLOSS_VALUE(field, number, text) {#field, {number, text}},
#include "tools/smpp-sim/glossary_terms.inc"
#undef GLOSS_COMMAND
#undef GLOSS_TLV
#undef GLOSS_FIELD
#undef GLOSS_VALUE
};

std::string_view find(Term term, std::string_view name) {
  for (const TermRow& row : kTerms) {
    if (row.term == term && row.name == name) return row.text;
  }
  return {};
}

// Several fields share one list of values.
std::string_view list_of(std::string_view field) {
  if (field.ends_with("_ton")) return "ton";
  if (field.ends_with("_npi")) return "npi";
  return field;
}

std::string esm_class_text(std::uint32_t value) {
  constexpr std::pair<std::uint32_t, std::string_view> kCarries[] = {
      {0x04, "delivery receipt"}, {0x08, "delivery acknowledgement of the handset"}, {0x10, "answer of the user"},
      {0x18, "conversation abort"}, {0x20, "intermediate notification"}};
  constexpr std::string_view kModes[] = {"", "datagram mode", "transaction mode", "store and forward"};
  std::string text;
  const auto add = [&](std::string_view part) {
    if (part.empty()) return;
    if (!text.empty()) text += ", ";
    text += part;
  };
  add(kModes[value & 0x03]);
  for (const auto& [bits, words] : kCarries) {
    if ((value & 0x3C) == bits) add(words);
  }
  if ((value & 0x40) != 0) add("UDH");
  if ((value & 0x80) != 0) add("reply path");
  return text;
}

std::string registered_delivery_text(std::uint32_t value) {
  constexpr std::string_view kReceipts[] = {"no receipt", "receipt", "receipt on failure", "receipt on success"};
  std::string text(kReceipts[value & 0x03]);
  if ((value & 0x0C) != 0) text += ", acknowledgement of the user";
  if ((value & 0x10) != 0) text += ", intermediate notifications";
  return text;
}

std::string version_text(std::uint32_t value) {
  if (value == 0x33) return "3.3, no TLVs";
  if (value == 0x34) return "3.4";
  if (value == 0x50) return "5.0";
  if (value == 34) return "3.4 meant, but written in decimal";
  return value == 0 ? "none named" : "";
}

}  // namespace

StatusGloss gloss_of(smpp::command_status status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.gloss;
  }
  const auto value = static_cast<std::uint32_t>(status);
  if (value >= 0x400 && value <= 0x4FF) {
    return {"a status of the SMSC's vendor", "the same number means different things at different carriers",
            "ask the carrier for its list; until then take it as permanent"};
  }
  if (!smpp::status_name(status).starts_with("0x")) {
    return {"reserved by the specification, named by stacks of the Logica lineage", "", "ask the carrier; take it as permanent"};
  }
  return {"reserved by the specification", "", "ask the carrier; take it as permanent"};
}

std::string_view words_of(smpp::status_class cls) {
  switch (cls) {
    case smpp::status_class::ok: return "done";
    case smpp::status_class::throttle: return "send it again soon and slower; does not count as an attempt";
    case smpp::status_class::retry: return "send it again later";
    case smpp::status_class::perm: return "permanent for this message; do not repeat it";
    case smpp::status_class::config: return "permanent, and the next message will fail too until a setting is changed";
    case smpp::status_class::bug: return "one of the two sides broke the protocol";
    case smpp::status_class::auth: return "the account is refused; alarm, and try again slowly";
    case smpp::status_class::bindretry: return "not bound; close and try again after 30 s";
  }
  return "";
}

std::string_view gloss_of_command(std::string_view name) { return find(Term::command, name); }
std::string_view gloss_of_tlv(std::string_view name) { return find(Term::tlv, name); }
std::string_view gloss_of_field(std::string_view name) { return find(Term::field, name); }

std::vector<ValueGloss> values_of(std::string_view field) {
  std::vector<ValueGloss> values;
  for (const ValueRow& row : kValues) {
    if (row.field == list_of(field)) values.push_back(row.gloss);
  }
  return values;
}

std::string meaning_of(std::string_view field, std::string_view value) {
  std::uint32_t number = 0;
  const auto [end, wrong] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (wrong != std::errc{} || end != value.data() + value.size() || number > 255) return {};
  if (field == "esm_class") return esm_class_text(number);
  if (field == "registered_delivery") return registered_delivery_text(number);
  if (field == "interface_version" || field == "sc_interface_version") return version_text(number);
  for (const ValueGloss& gloss : values_of(field)) {
    if (gloss.value == number) return std::string(gloss.text);
  }
  return {};
}

}  // namespace smpp_sim
