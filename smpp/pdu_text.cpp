#include "smpp/pdu_text.hpp"

#include "smpp/layout.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

namespace smpp {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// An element of a list; pdu_text.hpp has the form.
std::string element_text(const DestAddress& destination) {
  if (const auto* list = std::get_if<DistributionList>(&destination)) return "dl/" + list->dl_name;
  const auto& address = std::get<Address>(destination);
  return std::to_string(address.ton) + '/' + std::to_string(address.npi) + '/' + address.addr;
}
std::string element_text(const UnsuccessSme& sme) {
  return element_text(DestAddress{sme.destination}) + '/' + status_name(sme.error_status_code);
}

template <class Element>
std::string list_text(const std::vector<Element>& list) {
  std::string out;
  for (const Element& element : list) {
    if (&element != &list.front()) out += ',';
    for (const char c : element_text(element)) {
      if (c == ',' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

// Collects name and value of each field of one body.
struct Collector {
  std::vector<FieldText>& out;

  template <class B>
  void add(const CStringField<B>& field, const std::string& value, const std::string& none) {
    out.push_back({std::string(field.name), value, value == none});
  }
  template <class B>
  void add(const TimeField<B>& field, const std::string& value, const std::string& none) {
    out.push_back({std::string(field.name), value, value == none});
  }
  template <class B>
  void add(const IntegerField<B>& field, std::uint8_t value, std::uint8_t none) {
    out.push_back({std::string(field.name), std::to_string(value), value == none});
  }
  template <class B>
  void add(const AddressField<B>& field, const Address& value, const Address&) {
    out.push_back({std::string(field.ton_name), std::to_string(value.ton), value.ton == 0});
    out.push_back({std::string(field.npi_name), std::to_string(value.npi), value.npi == 0});
    out.push_back({std::string(field.name), value.addr, value.addr.empty()});
  }
  template <class B>
  void add(const ShortMessageField<B>& field, const Octets& value, const Octets&) {
    out.push_back({std::string(field.name), to_hex(value), value.empty()});
  }
  template <class B>
  void add(const DestinationsField<B>&, const std::vector<DestAddress>& value, const std::vector<DestAddress>&) {
    out.push_back({"dest_address", list_text(value), value.empty()});
  }
  template <class B>
  void add(const UnsuccessField<B>&, const std::vector<UnsuccessSme>& value, const std::vector<UnsuccessSme>&) {
    out.push_back({"unsuccess_sme", list_text(value), value.empty()});
  }
  template <class B>
  void add(const TlvsField<B>&, const Tlvs& tlvs, const Tlvs&) {
    for (const Tlv& tlv : tlvs) out.push_back({tlv_name(tlv.tag), tlv_text(tlv), false});
  }
};

template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  Integer value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

result<Octets> parse_octets(std::string_view text) {
  if (text.starts_with("0x")) return from_hex(text.substr(2));
  return to_octets(text);
}

// "ton/npi/addr"
std::optional<Address> parse_address(std::string_view text) {
  const std::size_t first = text.find('/');
  const std::size_t second = first == std::string_view::npos ? first : text.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto ton = parse_integer<std::uint8_t>(text.substr(0, first));
  const auto npi = parse_integer<std::uint8_t>(text.substr(first + 1, second - first - 1));
  if (!ton || !npi) return std::nullopt;
  return Address{*ton, *npi, std::string(text.substr(second + 1))};
}

bool parse_element(std::string_view text, DestAddress& destination) {
  if (text.starts_with("dl/")) {
    destination = DistributionList{std::string(text.substr(3))};
    return true;
  }
  auto address = parse_address(text);
  if (address) destination = *std::move(address);
  return address.has_value();
}

bool parse_element(std::string_view text, UnsuccessSme& sme) {
  const std::size_t last = text.rfind('/');
  if (last == std::string_view::npos) return false;
  auto address = parse_address(text.substr(0, last));
  const auto status = status_of(text.substr(last + 1));
  if (!address || !status) return false;
  sme = {*std::move(address), *status};
  return true;
}

template <class Element>
bool parse_list(std::string_view text, std::vector<Element>& list) {
  std::vector<Element> parsed;
  std::string element;
  for (std::size_t at = 0; at <= text.size() && !text.empty(); ++at) {
    if (at == text.size() || text[at] == ',') {
      if (!parse_element(element, parsed.emplace_back())) return false;
      element.clear();
      continue;
    }
    if (text[at] == '\\' && ++at == text.size()) return false;
    element += text[at];
  }
  list = std::move(parsed);
  return true;
}

// Sets the field of that name, if the body has it; `found` tells.
struct Setter {
  std::string_view name, text;
  bool found = false;
  bool bad = false;

  bool is(std::string_view other) {
    if (found || name != other) return false;
    return found = true;
  }
  void put_integer(std::uint8_t& value) {
    const auto parsed = parse_integer<std::uint8_t>(text);
    bad = !parsed;
    if (parsed) value = *parsed;
  }

  template <class B>
  void set(const CStringField<B>& field, std::string& value) {
    if (is(field.name)) value = text;
  }
  template <class B>
  void set(const TimeField<B>& field, std::string& value) {
    if (is(field.name)) value = text;
  }
  template <class B>
  void set(const IntegerField<B>& field, std::uint8_t& value) {
    if (is(field.name)) put_integer(value);
  }
  template <class B>
  void set(const AddressField<B>& field, Address& value) {
    if (is(field.ton_name)) put_integer(value.ton);
    if (is(field.npi_name)) put_integer(value.npi);
    if (is(field.name)) value.addr = text;
  }
  template <class B>
  void set(const ShortMessageField<B>& field, Octets& value) {
    if (!is(field.name)) return;
    auto octets = parse_octets(text);
    bad = !octets;
    if (octets) value = *std::move(octets);
  }
  template <class B>
  void set(const DestinationsField<B>&, std::vector<DestAddress>& value) {
    if (is("dest_address")) bad = !parse_list(text, value);
  }
  template <class B>
  void set(const UnsuccessField<B>&, std::vector<UnsuccessSme>& value) {
    if (is("unsuccess_sme")) bad = !parse_list(text, value);
  }
  template <class B>
  void set(const TlvsField<B>&, Tlvs& tlvs) {
    if (found) return;
    std::optional<std::uint16_t> tag;
    const TlvDescription* row = describe_tlv(name);
    if (row) tag = row->tag;
    if (name.starts_with("tlv_")) tag = parse_integer<std::uint16_t>(name.substr(4));
    if (!tag) return;
    found = true;
    if (row && row->type == TlvType::integer) {
      const auto value = parse_integer<std::uint64_t>(text);
      bad = !value;
      if (value) tlvs.add_integer(*tag, *value);
    } else if (row && row->type == TlvType::cstring) {
      tlvs.add_cstring(*tag, text);
    } else {
      auto octets = parse_octets(text);
      bad = !octets;
      if (octets) tlvs.add(*tag, *std::move(octets));
    }
  }
};

// Quoted where it is printable ASCII, with what could break a line escaped (S28).
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (octet < 0x20 || octet > 0x7E) {
      out += "\\x";
      out += kDigits[octet >> 4];
      out += kDigits[octet & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string printed_short_message(const std::string& digits) {
  const auto octets = from_hex(digits);
  const bool printable = octets && std::all_of(octets->begin(), octets->end(), [](std::byte octet) {
    return octet >= std::byte{0x20} && octet <= std::byte{0x7E};
  });
  return printable ? quoted(view_of(*octets)) : "0x" + digits;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string tlv_name(std::uint16_t tag) {
  if (const TlvDescription* row = describe_tlv(tag)) return std::string(row->name);
  char text[16];
  std::snprintf(text, sizeof text, "tlv_0x%04X", static_cast<unsigned>(tag));
  return text;
}

std::string tlv_text(const Tlv& tlv) {
  const TlvDescription* row = describe_tlv(tlv.tag);
  const Tlvs only{tlv};
  if (row && row->type == TlvType::cstring) return *only.cstring(tlv.tag);
  if (row && row->type == TlvType::integer) {
    if (const auto value = only.integer(tlv.tag)) return std::to_string(*value);
  }
  return to_hex(tlv.value);
}

std::vector<FieldText> fields_of(const Pdu& pdu) {
  std::vector<FieldText> out;
  std::visit(
      [&]<class P>(const P& body) {
        if constexpr (std::is_same_v<P, Unknown>) {
          out.push_back({"body", to_hex(body.body), body.body.empty()});
        } else {
          if (pdu.header_only) return;
          const P none{};
          for_each_field<P>([&](const auto& field) {
            Collector{out}.add(field, body.*field.member, none.*field.member);
          });
        }
      },
      pdu.body);
  return out;
}

Pdu make_pdu(command_id id) {
  Pdu pdu;
  with_described(id, [&]<class P>(std::type_identity<P>) {
    P& body = pdu.body.emplace<P>();
    if constexpr (std::is_same_v<P, Unknown>) body.id = id;
  });
  return pdu;
}

Response make_response(command_id request, command_status status) {
  Response response{status, GenericNack{}};
  with_described(response_to(request), [&]<class P>(std::type_identity<P>) {
    if constexpr (!std::is_same_v<P, Unknown> && requires { response.body.template emplace<P>(); }) response.body.template emplace<P>();
  });
  return response;
}

result<void> set_field(Pdu& pdu, std::string_view name, std::string_view value) {
  if (name == "command_status") {
    const auto status = status_of(value);
    if (!status) return errc::bad_value;
    pdu.status = *status;
    return {};
  }
  if (name == "sequence_number") {
    const auto number = parse_integer<std::uint32_t>(value);
    if (!number) return errc::bad_value;
    pdu.sequence_number = *number;
    return {};
  }
  return std::visit(
      [&]<class P>(P& body) -> result<void> {
        if constexpr (std::is_same_v<P, Unknown>) {
          if (name != "body") return errc::unknown_name;
          auto octets = parse_octets(value);
          if (!octets) return errc::bad_value;
          body.body = *std::move(octets);
          return {};
        } else {
          Setter setter{name, value};
          for_each_field<P>([&](const auto& field) { setter.set(field, body.*field.member); });
          if (!setter.found) return errc::unknown_name;
          if (setter.bad) return errc::bad_value;
          pdu.header_only = false;
          return {};
        }
      },
      pdu.body);
}

std::string to_text(const Pdu& pdu) {
  std::string line = command_name(pdu.id());
  if (pdu.status != command_status::ESME_ROK || is_response(pdu.id())) {
    line += " command_status=" + status_name(pdu.status);
  }
  line += " sequence_number=" + std::to_string(pdu.sequence_number);
  for (const FieldText& field : fields_of(pdu)) {
    if (field.is_default) continue;
    line += ' ' + field.name + '=';
    if (field.name == "short_message" || field.name == "body") {
      line += printed_short_message(field.value);
    } else if (field.name == "password") {
      line += "\"***\"";
    } else {
      line += is_number(field.value) ? field.value : quoted(field.value);
    }
  }
  return line;
}

std::string hex_dump(std::span<const std::byte> octets) {
  std::string out;
  for (std::size_t at = 0; at < octets.size(); at += 16) {
    char offset[24];
    std::snprintf(offset, sizeof offset, "%06zx", at);
    out += offset;
    std::string characters;
    for (std::size_t i = at; i < at + 16; ++i) {
      out += i % 8 == 0 ? "  " : " ";
      if (i >= octets.size()) {
        out += "  ";
        continue;
      }
      const auto octet = std::to_integer<unsigned char>(octets[i]);
      out += kDigits[octet >> 4];
      out += kDigits[octet & 15];
      characters += octet >= 0x20 && octet <= 0x7E ? static_cast<char>(octet) : '.';
    }
    out += "  " + characters + '\n';
  }
  return out;
}

std::string to_hex(std::span<const std::byte> octets) {
  std::string digits;
  digits.reserve(octets.size() * 2);
  for (const std::byte octet : octets) {
    digits += kDigits[std::to_integer<unsigned>(octet) >> 4];
    digits += kDigits[std::to_integer<unsigned>(octet) & 15];
  }
  return digits;
}

result<Octets> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return errc::bad_value;
  Octets octets;
  octets.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value = 0;
    const char* end = digits.data() + i + 2;
    const auto [stop, error] = std::from_chars(digits.data() + i, end, value, 16);
    if (error != std::errc{} || stop != end) return errc::bad_value;
    octets.push_back(static_cast<std::byte>(value));
  }
  return octets;
}

}  // namespace smpp
