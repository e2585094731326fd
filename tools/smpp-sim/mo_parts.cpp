#include "tools/smpp-sim/mo_parts.hpp"

#include "smpp/codec.hpp"
#include "smpp/gsm7.hpp"
#include "smpp/pdu_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace smpp_sim {
namespace {

constexpr std::uint8_t kUdhi = 0x40;         // of esm_class
constexpr std::size_t kMaxOctets = 254;      // of short_message (v3.4 4.6.1)
constexpr std::size_t kMaxPayload = 64'000;  // of message_payload: the PDU stays below what peers accept (P2)
constexpr std::size_t kMostListed = 1000;    // parts asked for by number: a short list must not become gigabytes
constexpr std::size_t kMaxParts = 255;       // an octet of the header
constexpr std::size_t kConcatenation8 = 6;   // the smallest header of a part, its length octet included

// TON and NPI as most SMSCs send them: digits of full length are international, short ones abbreviated (P116).
smpp::Address address_of(const std::string& text) {
  const std::string addr = !text.empty() && text.front() == '+' ? text.substr(1) : text;
  bool digits = !addr.empty();
  for (const char c : addr) digits = digits && std::isdigit(static_cast<unsigned char>(c)) != 0;
  if (!digits) return {5, 0, addr};
  if (addr.size() < 7) return {3, 0, addr};
  return {1, 1, addr};
}

void put16(smpp::Octets& out, std::uint32_t value) {
  out.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
  out.push_back(static_cast<std::byte>(value & 0xFF));
}

// UTF-16BE of checked UTF-8.
smpp::Octets ucs2_of(std::string_view utf8) {
  smpp::Octets octets;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) point = point << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    i += length;
    if (point < 0x10000) {
      put16(octets, point);
    } else {
      put16(octets, 0xD800 + ((point - 0x10000) >> 10));
      put16(octets, 0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return octets;
}

// One octet a character, for Latin-1; absent where a character is beyond it.
std::optional<smpp::Octets> latin1_of(std::string_view utf8) {
  const smpp::Octets units = ucs2_of(utf8);
  smpp::Octets octets;
  for (std::size_t i = 0; i < units.size(); i += 2) {
    if (units[i] != std::byte{0}) return std::nullopt;
    octets.push_back(units[i + 1]);
  }
  return octets;
}

// The whole message before it is cut: septets one per octet, characters, or octets.
struct Whole {
  smpp::Octets octets;
  smpp::Unit unit = smpp::Unit::septet;
  std::uint8_t data_coding = 0;
  bool is_packed = false;
};

std::optional<Whole> septets_of(const MoText& mo, bool allow_ucs2, std::string& error) {
  smpp::EncodeOptions options;
  options.long_mode = smpp::LongMode::payload;  // in one piece: it is cut here
  options.allow_ucs2 = allow_ucs2;
  options.max_parts = kMaxParts;
  auto encoded = smpp::encode_text(mo.text, options);
  if (!encoded) {
    error = "text: " + std::string(smpp::message(encoded.error()));
    return std::nullopt;
  }
  auto& part = encoded->parts.front();
  const auto payload = part.tlvs.octets(smpp::tag::message_payload);
  Whole whole;
  whole.octets = payload ? smpp::Octets(payload->begin(), payload->end()) : std::move(part.short_message);
  whole.unit = encoded->unit;
  whole.data_coding = encoded->data_coding;
  return whole;
}

std::optional<Whole> whole_of(const MoText& mo, std::string& error) {
  Whole whole;
  if (mo.octets) {
    whole.octets = *mo.octets;
    whole.unit = smpp::Unit::octet;
    whole.data_coding = mo.data_coding.value_or(mo.long_mode ? 4 : 0);
    return whole;
  }
  MoAlphabet alphabet = mo.alphabet;
  if (alphabet == MoAlphabet::automatic && mo.data_coding) {
    switch (*mo.data_coding) {
      case 0: alphabet = MoAlphabet::gsm7; break;
      case 1:
      case 3: alphabet = MoAlphabet::latin1; break;
      case 8: alphabet = MoAlphabet::ucs2; break;
      default:
        error = "data_coding: 0, 1, 3 and 8 choose an alphabet; with others say which, or give hex octets";
        return std::nullopt;
    }
  }
  if (!smpp::is_valid_utf8(mo.text)) {
    error = "text: not valid UTF-8";
    return std::nullopt;
  }
  std::optional<Whole> made;
  if (alphabet == MoAlphabet::latin1) {
    auto octets = latin1_of(mo.text);
    if (!octets) {
      error = "text: a character is not in Latin-1";
      return std::nullopt;
    }
    made = Whole{std::move(*octets), smpp::Unit::octet, 3, false};
  } else if (alphabet == MoAlphabet::ucs2) {
    made = Whole{ucs2_of(mo.text), smpp::Unit::utf16, 8, false};
  } else {
    made = septets_of(mo, alphabet == MoAlphabet::automatic, error);
    if (made) made->is_packed = alphabet == MoAlphabet::gsm7_packed;
  }
  if (made && mo.data_coding) made->data_coding = *mo.data_coding;
  return made;
}

// Pieces of at most `capacity` units that end neither inside an escape nor inside a surrogate pair.
std::vector<smpp::Octets> cut(const Whole& whole, std::size_t capacity) {
  const std::size_t width = whole.unit == smpp::Unit::utf16 ? 2 : 1;
  std::vector<smpp::Octets> pieces;
  for (std::size_t at = 0; at < whole.octets.size();) {
    std::size_t end = std::min(whole.octets.size(), at + capacity * width);
    if (end < whole.octets.size()) {
      const auto last = std::to_integer<unsigned>(whole.octets[end - width]);
      const bool is_escape = whole.unit == smpp::Unit::septet && last == smpp::kEscape;
      const bool is_high_surrogate = whole.unit == smpp::Unit::utf16 && (last & 0xFC) == 0xD8;
      if (is_escape || is_high_surrogate) end -= width;
    }
    pieces.emplace_back(whole.octets.begin() + static_cast<std::ptrdiff_t>(at),
                        whole.octets.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  }
  if (pieces.empty()) pieces.emplace_back();
  return pieces;
}

// A user data header of these elements, its length octet first; empty for none (23.040 9.2.3.24).
smpp::Octets header_of(const smpp::Octets& elements) {
  if (elements.empty()) return {};
  smpp::Octets header{static_cast<std::byte>(elements.size())};
  header.insert(header.end(), elements.begin(), elements.end());
  return header;
}

smpp::Octets port_element(const MoPorts& ports) {
  smpp::Octets element{std::byte{0x05}, std::byte{0x04}};
  put16(element, ports.destination);
  put16(element, ports.source);
  return element;
}

smpp::Octets concatenation_element(bool wide, std::uint16_t reference, std::size_t total, std::size_t number) {
  smpp::Octets element{wide ? std::byte{0x08} : std::byte{0x00}, wide ? std::byte{0x04} : std::byte{0x03}};
  if (wide) element.push_back(static_cast<std::byte>(reference >> 8));
  element.push_back(static_cast<std::byte>(reference & 0xFF));
  element.push_back(static_cast<std::byte>(total));
  element.push_back(static_cast<std::byte>(number));
  return element;
}

smpp::Octets body_of(const Whole& whole, const smpp::Octets& header, const smpp::Octets& piece) {
  smpp::Octets body = header;
  const smpp::Octets content =
      whole.is_packed ? smpp::gsm7_pack(piece, header.empty() ? 0 : smpp::gsm7_fill_bits(header.size())) : piece;
  body.insert(body.end(), content.begin(), content.end());
  return body;
}

smpp::Request request_of(const MoText& mo, const Whole& whole, smpp::Octets body, bool has_header, smpp::Tlvs tlvs,
                         bool in_payload) {
  const auto esm_class = static_cast<std::uint8_t>(mo.esm_class | (has_header ? kUdhi : 0));
  for (const auto& tlv : mo.tlvs) tlvs.add(tlv.tag, tlv.value);
  if (mo.data_sm) {
    smpp::DataSm pdu;
    pdu.source = address_of(mo.from);
    pdu.destination = address_of(mo.to);
    pdu.esm_class = esm_class;
    pdu.data_coding = whole.data_coding;
    pdu.tlvs = std::move(tlvs);
    pdu.tlvs.add(smpp::tag::message_payload, std::move(body));
    return pdu;
  }
  smpp::DeliverSm pdu;
  pdu.source = address_of(mo.from);
  pdu.destination = address_of(mo.to);
  pdu.esm_class = esm_class;
  pdu.data_coding = whole.data_coding;
  pdu.tlvs = std::move(tlvs);
  if (in_payload) {
    pdu.tlvs.add(smpp::tag::message_payload, std::move(body));
  } else {
    pdu.short_message = std::move(body);
  }
  return pdu;
}

smpp::Tlvs port_tlvs(const MoText& mo) {
  smpp::Tlvs tlvs;
  if (!mo.ports) return tlvs;
  tlvs.add_integer(smpp::tag::source_port, mo.ports->source);
  tlvs.add_integer(smpp::tag::dest_port, mo.ports->destination);
  return tlvs;
}

std::vector<smpp::Request> by_payload(const MoText& mo, const Whole& whole, std::string& error) {
  smpp::Octets body = body_of(whole, {}, whole.octets);
  if (body.size() > kMaxPayload) {
    error = fmt::format("text: {} octets, more than a message_payload of {}", body.size(), kMaxPayload);
    return {};
  }
  return {request_of(mo, whole, std::move(body), false, port_tlvs(mo), true)};
}

// Parts that say what they are by SAR TLVs, as long as the SMSC could make them with a header (P108).
std::vector<smpp::Request> by_sar(const MoText& mo, const Whole& whole, std::uint16_t reference) {
  auto pieces = cut(whole, smpp::capacity_of(whole.unit, 0));
  if (pieces.size() > 1) pieces = cut(whole, smpp::capacity_of(whole.unit, kConcatenation8));
  std::vector<smpp::Request> parts;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    smpp::Tlvs tlvs = port_tlvs(mo);
    if (pieces.size() > 1) {
      tlvs.add_integer(smpp::tag::sar_msg_ref_num, reference);
      tlvs.add_integer(smpp::tag::sar_total_segments, pieces.size() & 0xFF);
      tlvs.add_integer(smpp::tag::sar_segment_seqnum, (i + 1) & 0xFF);
    }
    parts.push_back(request_of(mo, whole, body_of(whole, {}, pieces[i]), false, std::move(tlvs), false));
  }
  return parts;
}

std::vector<smpp::Request> by_header(const MoText& mo, const Whole& whole, bool wide, std::uint16_t reference) {
  const smpp::Octets ports = mo.ports ? port_element(*mo.ports) : smpp::Octets{};
  auto pieces = cut(whole, smpp::capacity_of(whole.unit, header_of(ports).size()));
  const bool is_long = pieces.size() > 1;
  const auto elements_of = [&](std::size_t total, std::size_t number) {
    smpp::Octets elements = is_long ? concatenation_element(wide, reference, total, number) : smpp::Octets{};
    elements.insert(elements.end(), ports.begin(), ports.end());
    return header_of(elements);
  };
  if (is_long) pieces = cut(whole, smpp::capacity_of(whole.unit, elements_of(1, 1).size()));
  std::vector<smpp::Request> parts;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const smpp::Octets header = elements_of(pieces.size(), i + 1);
    parts.push_back(request_of(mo, whole, body_of(whole, header, pieces[i]), !header.empty(), {}, false));
  }
  return parts;
}

// The parts that were asked for, in that order, some twice, some never.
std::vector<smpp::Request> chosen(const MoText& mo, std::vector<smpp::Request> all, std::string& error) {
  if (all.size() > kMaxParts) {
    error = fmt::format("text: {} parts, more than {}; long_mode payload takes it", all.size(), kMaxParts);
    return {};
  }
  if (mo.parts.empty()) return all;
  std::vector<smpp::Request> some;
  for (const unsigned number : mo.parts) {
    if (number == 0 || number > all.size()) {
      error = fmt::format("parts: {}, but the message has {}", number, all.size());
      return {};
    }
    some.push_back(all[number - 1]);
  }
  return some;
}

std::vector<smpp::Request> parts_of(const MoText& mo, std::uint16_t reference, std::string& error) {
  auto whole = whole_of(mo, error);
  if (!whole) return {};
  reference = mo.reference.value_or(reference);
  // Octets as they are: they may bring a header of their own.
  if (mo.octets && !mo.long_mode && !mo.ports && (whole->octets.size() <= kMaxOctets || (mo.esm_class & kUdhi) != 0)) {
    if (whole->octets.size() > kMaxOctets) error = "hex: more than 254 octets with a header of their own";
    if (!error.empty()) return {};
    return chosen(mo, {request_of(mo, *whole, whole->octets, false, {}, false)}, error);
  }
  switch (mo.long_mode.value_or(smpp::LongMode::udh8)) {
    case smpp::LongMode::payload: return chosen(mo, by_payload(mo, *whole, error), error);
    case smpp::LongMode::sar: return chosen(mo, by_sar(mo, *whole, reference), error);
    case smpp::LongMode::udh16: return chosen(mo, by_header(mo, *whole, true, reference), error);
    default: return chosen(mo, by_header(mo, *whole, false, reference), error);
  }
}

}  // namespace

std::vector<smpp::Request> make_mo(const MoText& mo, std::uint16_t reference, std::string& error) {
  std::vector<smpp::Request> parts = parts_of(mo, reference, error);
  // What no PDU can hold is told to whoever asked for it; the ESME never sees it.
  for (const smpp::Request& part : parts) {
    smpp::Octets octets;
    if (const auto done = smpp::append(octets, part, 1); !done) {
      error = smpp::message(done.error());
      return {};
    }
  }
  return parts;
}

std::optional<MoAlphabet> alphabet_of(std::string_view name) {
  if (name == "auto") return MoAlphabet::automatic;
  if (name == "gsm7") return MoAlphabet::gsm7;
  if (name == "gsm7-packed") return MoAlphabet::gsm7_packed;
  if (name == "latin1") return MoAlphabet::latin1;
  if (name == "ucs2") return MoAlphabet::ucs2;
  return std::nullopt;
}

std::optional<smpp::LongMode> long_mode_of(std::string_view name) {
  if (name == "udh8") return smpp::LongMode::udh8;
  if (name == "udh16") return smpp::LongMode::udh16;
  if (name == "sar") return smpp::LongMode::sar;
  if (name == "payload") return smpp::LongMode::payload;
  return std::nullopt;
}

namespace {

template <typename Number>
bool read_number(std::string_view text, Number& into, int base = 10) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into, base);
  return failed == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::optional<std::vector<unsigned>> part_list_of(std::string_view text) {
  std::vector<unsigned> parts;
  for (;;) {
    const auto comma = text.find(',');
    unsigned number = 0;
    if (!read_number(text.substr(0, comma), number) || number == 0 || number > kMaxParts) return std::nullopt;
    parts.push_back(number);
    if (parts.size() > kMostListed) return std::nullopt;
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::optional<MoPorts> ports_of(std::string_view text) {
  const auto colon = text.find(':');
  MoPorts ports;
  if (!read_number(text.substr(0, colon), ports.destination)) return std::nullopt;
  if (colon != std::string_view::npos && !read_number(text.substr(colon + 1), ports.source)) return std::nullopt;
  return ports;
}

std::optional<smpp::Tlv> tlv_of(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const auto name = text.substr(0, equals);
  smpp::Tlv tlv;
  if (name.substr(0, 2) == "0x") {
    if (!read_number(name.substr(2), tlv.tag, 16)) return std::nullopt;
  } else if (const auto* known = smpp::describe_tlv(name)) {
    tlv.tag = known->tag;
  } else {
    return std::nullopt;
  }
  auto value = smpp::from_hex(text.substr(equals + 1));
  if (!value) return std::nullopt;
  tlv.value = std::move(*value);
  return tlv;
}

std::string receipt_text_of(std::string_view message_id) {
  return fmt::format("id:{} sub:001 dlvrd:001 submit date:0000000000 done date:0000000000 stat:DELIVRD err:000 text:",
                     message_id);
}

}  // namespace smpp_sim
