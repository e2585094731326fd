// Decoding: octets to PDUs, tolerantly. Encoding is encode.cpp; both follow from layout.hpp.
#include "smpp/codec.hpp"

#include "smpp/layout.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace smpp {
namespace {


std::uint32_t big_endian_32(std::span<const std::byte> octets, std::size_t at) {
  return std::to_integer<std::uint32_t>(octets[at]) << 24 | std::to_integer<std::uint32_t>(octets[at + 1]) << 16 |
         std::to_integer<std::uint32_t>(octets[at + 2]) << 8 | std::to_integer<std::uint32_t>(octets[at + 3]);
}

bool is_defined(std::uint16_t tag) { return describe_tlv(tag) || (tag >= 0x1400 && tag <= 0x3FFF); }  // or a vendor's

template <class> constexpr bool kIsShortMessage = false;
template <class B> constexpr bool kIsShortMessage<ShortMessageField<B>> = true;
template <class> constexpr bool kIsUnsuccess = false;
template <class B> constexpr bool kIsUnsuccess<UnsuccessField<B>> = true;

// A broken TLV is dropped since the message is intact without it (P32). Where there is no such message, octets that
// begin like no TLV anybody defined and reach past the PDU are fields that the peer counts otherwise: a broadcast_sm
// sent as query_broadcast_sm (P27), or a list of failed destinations, which would pass for accepted (P23).
template <class P>
constexpr bool kFieldsOnly = std::apply(
    []<class... Field>(const Field&...) {
      return (kIsUnsuccess<Field> || ...) || (!is_response(Layout<P>::id) && !(kIsShortMessage<Field> || ...));
    },
    Layout<P>::fields);

// Reads one body. After the first missing field nothing more is read; the fields so far stay.
class Decoder {
 public:
  Decoder(std::span<const std::byte> octets, std::vector<tolerance>& tolerances, bool accept_short_sm = false)
      : octets_(octets), tolerances_(tolerances), accept_short_sm_(accept_short_sm) {}

  template <class P>
  void body(P& body) {
    fields_only_ = kFieldsOnly<P>;
    for_each_field<P>([&](const auto& field) {
      if (error_.code == errc::ok) get(field, body.*field.member);
    });
    if (error_.code == errc::ok && left() > 0) end_without_tlvs();
  }
  void tlvs_only(Tlvs& tlvs) { get_tlvs(tlvs); }

  [[nodiscard]] const Error& error() const { return error_; }
  [[nodiscard]] bool broken_tlvs() const { return broken_tlvs_; }

 private:
  std::size_t left() const { return octets_.size() - at_; }
  // Once each: thousands of wrong TLVs in one PDU are one deviation, else a hostile PDU is copied for each of them.
  void note(tolerance kind) {
    if (std::find(tolerances_.begin(), tolerances_.end(), kind) == tolerances_.end()) tolerances_.push_back(kind);
  }
  std::span<const std::byte> take(std::size_t count) {
    const auto taken = octets_.subspan(at_, count);
    at_ += count;
    return taken;
  }
  bool require(std::size_t count, std::string_view name) {
    if (left() >= count) return true;
    error_ = {errc::missing_field, name};
    return false;
  }
  std::uint8_t take_octet() { return std::to_integer<std::uint8_t>(take(1)[0]); }
  std::size_t take_16() {
    const auto two = take(2);
    return std::to_integer<std::size_t>(two[0]) << 8 | std::to_integer<std::size_t>(two[1]);
  }

  // Absent field: nothing left at all. Without NUL: what is there (P12).
  void get_cstring(std::string_view name, std::string& value, std::size_t longest) {
    if (!require(1, name)) return;
    const std::byte* const rest = octets_.data() + at_;
    const std::size_t most = left();
    if (*rest == std::byte{0}) {  // most are empty
      value.clear();
      ++at_;
      return;
    }
    const auto* const end = static_cast<const std::byte*>(std::memchr(rest, 0, most));
    const std::size_t length = end ? static_cast<std::size_t>(end - rest) : most;
    value.assign(reinterpret_cast<const char*>(rest), length);
    at_ += length;
    if (end) ++at_;
    else note(tolerance::unterminated_cstring);
    if (length >= longest) note(tolerance::overlong_cstring);
  }

  template <class B>
  void get(const CStringField<B>& field, std::string& value) {
    get_cstring(field.name, value, field.longest);
  }
  template <class B>
  void get(const TimeField<B>& field, std::string& value) {
    get_cstring(field.name, value, octets_.size() + 1);
    if (!value.empty() && value.size() != kTimeLength - 1) note(tolerance::time_length);
  }
  template <class B>
  void get(const IntegerField<B>& field, std::uint8_t& value) {
    if (require(1, field.name)) value = take_octet();
  }
  template <class B>
  void get(const AddressField<B>& field, Address& value) {
    if (!require(1, field.ton_name)) return;
    value.ton = take_octet();
    if (!require(1, field.npi_name)) return;
    value.npi = take_octet();
    get_cstring(field.name, value.addr, field.longest);
  }
  void get_address(std::string_view name, Address& value) {
    if (!require(2, name)) return;
    value.ton = take_octet();
    value.npi = take_octet();
    get_cstring(name, value.addr, kAddress);
  }
  template <class B>
  void get(const DestinationsField<B>&, std::vector<DestAddress>& value) {
    if (!require(1, "number_of_dests")) return;
    const std::size_t count = take_octet();
    if (count == 0) error_ = {errc::bad_number_of_dests, "number_of_dests"};
    while (error_.code == errc::ok && value.size() < count) {
      if (!require(1, "dest_address")) return;
      switch (take_octet()) {
        case kSmeAddress: get_address("dest_address", std::get<Address>(value.emplace_back(Address{}))); break;
        case kDistributionList:
          value.emplace_back(DistributionList{});
          get_cstring("dest_address", std::get<DistributionList>(value.back()).dl_name, kListName);
          break;
        default: error_ = {errc::bad_dest_flag, "dest_address"};
      }
    }
  }
  template <class B>
  void get(const UnsuccessField<B>&, std::vector<UnsuccessSme>& value) {
    if (!require(1, "no_unsuccess")) return;
    const std::size_t count = take_octet();
    while (error_.code == errc::ok && value.size() < count) {
      UnsuccessSme& sme = value.emplace_back();
      get_address("unsuccess_sme", sme.destination);
      if (error_.code != errc::ok || !require(4, "unsuccess_sme")) return;
      sme.error_status_code = static_cast<command_status>(big_endian_32(take(4), 0));
    }
  }
  // Never a read past the PDU, whatever sm_length says (P13).
  template <class B>
  void get(const ShortMessageField<B>& field, Octets& value) {
    if (!require(1, "sm_length")) return;
    std::size_t length = take_octet();
    if (length > left()) {
      if (!accept_short_sm_) {
        error_ = {errc::short_message_overrun, field.name};
        return;
      }
      note(tolerance::short_message_cut);
      length = left();
    }
    const auto octets = take(length);
    value.assign(octets.begin(), octets.end());
  }
  template <class B>
  void get(const TlvsField<B>&, Tlvs& tlvs) {
    get_tlvs(tlvs);
  }

  void get_tlvs(Tlvs& tlvs) {
    while (left() >= 4) {
      const auto tag = static_cast<std::uint16_t>(take_16());
      const std::size_t length = take_16();
      if (length > left()) {
        if (fields_only_ && tlvs.empty() && !is_defined(tag)) {
          error_ = {errc::trailing_octets, {}};
          return;
        }
        note(tolerance::tlv_overrun);
        broken_tlvs_ = true;
        return;
      }
      const auto value = take(length);
      const TlvDescription* row = describe_tlv(tag);
      if (row && (length < row->shortest || length > row->longest)) note(tolerance::tlv_wrong_length);
      tlvs.add(tag, Octets(value.begin(), value.end()));
    }
    if (left() > 0) {
      note(tolerance::stray_octets);
      broken_tlvs_ = true;
      take(left());
    }
  }

  // Up to three octets are what a careless sender leaves over; more of them mean that it counts fields otherwise than
  // we do, and then no field can be trusted (P15).
  void end_without_tlvs() {
    if (broken_tlvs_) return;
    if (left() > 3) {
      error_ = {errc::trailing_octets, {}};
    } else {
      note(tolerance::stray_octets);
    }
  }

  std::span<const std::byte> octets_;
  std::vector<tolerance>& tolerances_;
  bool accept_short_sm_;
  std::size_t at_ = 0;
  Error error_;
  bool broken_tlvs_ = false;
  bool fields_only_ = false;
};

template <class P>
concept HasTlvs = requires(P body) { body.tlvs; };

// An error response may have any body or none; its status is what counts (P10).
template <class P>
void decode_error_response(std::span<const std::byte> octets, P& body, std::vector<tolerance>& tolerances) {
  Decoder decoder(octets, tolerances);
  decoder.body(body);
  if (decoder.error().code == errc::ok && !decoder.broken_tlvs()) return;
  if (octets.size() == 1 && octets[0] == std::byte{0}) return;  // a message_id and nothing else
  if constexpr (HasTlvs<P>) {
    std::vector<tolerance> seen;
    P other;
    Decoder again(octets, seen);
    again.tlvs_only(other.tlvs);
    if (!again.broken_tlvs()) {
      body = std::move(other);
      tolerances = std::move(seen);
      tolerances.push_back(tolerance::response_without_message_id);
      return;
    }
  }
  body = P{};
  tolerances.assign(1, tolerance::response_body_ignored);
}

template <class P>
result<void> decode_body(std::span<const std::byte> octets, P& body, Decoded& decoded, bool accept_short_sm) {
  if constexpr (!Layout<P>::has_body) {
    if (!octets.empty()) decoded.tolerances.push_back(tolerance::body_ignored);
    return {};
  } else {
    if constexpr (is_response(Layout<P>::id)) {
      const bool failed = decoded.pdu.status != command_status::ESME_ROK;
      if (octets.empty()) {
        decoded.pdu.header_only = true;
        if (!failed) decoded.tolerances.push_back(tolerance::response_without_body);
        return {};
      }
      if (failed) {
        decode_error_response(octets, body, decoded.tolerances);
        return {};
      }
    }
    Decoder decoder(octets, decoded.tolerances, accept_short_sm);
    decoder.body(body);
    if (decoder.error().code != errc::ok) return decoder.error();
    return {};
  }
}

}  // namespace

Header read_header(std::span<const std::byte> octets) {
  return {big_endian_32(octets, 0), static_cast<command_id>(big_endian_32(octets, 4)),
          static_cast<command_status>(big_endian_32(octets, 8)), big_endian_32(octets, 12)};
}

namespace {

// emplace() without an argument sets every octet of the body to zero before the members say what they are.
struct Fresh {
  template <class P>
  operator P() const {
    P body;
    return body;
  }
};

Error decode_into(std::span<const std::byte> pdu, Decoded& decoded, bool accept_short_sm) {
  if (pdu.size() < kHeaderLength) return {errc::incomplete};
  const Header header = read_header(pdu);
  if (header.command_length < kHeaderLength) return {errc::bad_command_length};
  if (header.command_length > pdu.size()) return {errc::incomplete};
  const auto octets = pdu.subspan(kHeaderLength, header.command_length - kHeaderLength);

  decoded.pdu.status = header.status;
  decoded.pdu.sequence_number = header.sequence_number;
  if (!is_response(header.id)) {
    if (header.sequence_number == 0 || header.sequence_number > kMaxSequenceNumber) decoded.tolerances.push_back(tolerance::sequence_number_range);
    if (header.status != command_status::ESME_ROK) decoded.tolerances.push_back(tolerance::request_with_status);
  }
  const result<void> done = with_described(header.id, [&]<class P>(std::type_identity<P>) -> result<void> {
    P& body = decoded.pdu.body.emplace<P>(Fresh{});
    if constexpr (std::is_same_v<P, Unknown>) {
      body.id = header.id;
      body.body.assign(octets.begin(), octets.end());
      return {};
    } else {
      return decode_body(octets, body, decoded, accept_short_sm);
    }
  });
  return done ? Error{} : done.error();
}

}  // namespace

// Decoded where it is returned: a move of all bodies' variant costs as much as decoding one.
result<Decoded> decode(std::span<const std::byte> pdu, bool accept_short_sm) {
  result<Decoded> decoded(std::in_place);
  if (const Error error = decode_into(pdu, *decoded, accept_short_sm); error.code != errc::ok) decoded = error;
  return decoded;
}

command_status status_for(errc code) {
  switch (code) {
    case errc::short_message_overrun: return command_status::ESME_RINVMSGLEN;
    case errc::bad_number_of_dests: return command_status::ESME_RINVNUMDESTS;
    case errc::bad_dest_flag: return command_status::ESME_RINVDESTFLAG;
    default: return command_status::ESME_RINVCMDLEN;
  }
}

}  // namespace smpp
