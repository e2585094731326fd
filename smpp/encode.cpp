// Encoding: PDUs to octets. Decoding is codec.cpp; both follow from layout.hpp.
#include "smpp/codec.hpp"
#include "smpp/layout.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smpp {
namespace {

constexpr std::size_t kLongestShortMessage = 255;  // what sm_length can say; 254 in v3.4
constexpr std::size_t kLongestLifted = 255;        // of fields whose limit is lifted (P44)
constexpr std::size_t kMostDestinations = 254;     // P23
constexpr std::size_t kMostUnsuccess = 255;        // what no_unsuccess can say

// Writes one body; the first field that does not fit ends it. Octets gather in a small array, since growing the
// output octet by octet is most of the time of an encoding.
class Encoder {
 public:
  explicit Encoder(Octets& out) : out_(out) {}

  template <class P>
  result<void> body(const P& body) {
    for_each_field<P>([&](const auto& field) {
      if (!error_.code) put(field, body.*field.member);
    });
    if (error_.code) return Error{*error_.code, error_.where};
    flush();
    return {};
  }

 private:
  struct {
    std::optional<errc> code;
    std::string_view where;
  } error_;

  void fail(std::string_view where) {
    error_.code = errc::unencodable;
    error_.where = where;
  }
  void flush() {
    out_.insert(out_.end(), gathered_.begin(), gathered_.begin() + static_cast<std::ptrdiff_t>(count_));
    count_ = 0;
  }
  void put_octet(std::uint8_t value) {
    if (count_ == gathered_.size()) flush();
    gathered_[count_++] = static_cast<std::byte>(value);
  }
  void put_16(std::size_t value) {
    put_octet(static_cast<std::uint8_t>(value >> 8 & 0xFF));
    put_octet(static_cast<std::uint8_t>(value & 0xFF));
  }
  void put_octets(std::span<const std::byte> octets) {
    if (octets.size() > gathered_.size() - count_) {
      flush();
      if (octets.size() > gathered_.size()) {
        out_.insert(out_.end(), octets.begin(), octets.end());
        return;
      }
    }
    std::copy(octets.begin(), octets.end(), gathered_.begin() + static_cast<std::ptrdiff_t>(count_));
    count_ += octets.size();
  }
  void put_cstring(std::string_view name, std::string_view value, std::size_t longest) {
    if (value.size() >= longest) return fail(name);
    if (value.size() >= gathered_.size() - count_) flush();
    if (value.size() >= gathered_.size()) return put_long_cstring(name, value);
    // Octet by octet: for what is this short, a call of memchr and one of memcpy take longer.
    std::byte* to = gathered_.data() + count_;
    bool nul = false;
    for (const char c : value) {
      nul = nul || c == '\0';
      *to++ = static_cast<std::byte>(c);
    }
    *to = std::byte{0};
    if (nul) return fail(name);
    count_ += value.size() + 1;
  }
  void put_long_cstring(std::string_view name, std::string_view value) {
    if (value.find('\0') != std::string_view::npos) return fail(name);
    put_octets(octets_of(value));
    put_octet(0);
  }

  template <class B>
  void put(const CStringField<B>& field, const std::string& value) {
    put_cstring(field.name, value, field.limit == Limit::liftable ? kLongestLifted : field.longest);
  }
  template <class B>
  void put(const TimeField<B>& field, const std::string& value) {
    put_cstring(field.name, value, kTimeLength);
  }
  template <class B>
  void put(const IntegerField<B>&, std::uint8_t value) {
    put_octet(value);
  }
  void put_address(std::string_view name, const Address& value, std::size_t longest) {
    put_octet(value.ton);
    put_octet(value.npi);
    put_cstring(name, value.addr, longest);
  }
  template <class B>
  void put(const AddressField<B>& field, const Address& value) {
    put_address(field.name, value, field.longest);
  }
  template <class B>
  void put(const DestinationsField<B>&, const std::vector<DestAddress>& value) {
    if (value.empty() || value.size() > kMostDestinations) return fail("number_of_dests");
    put_octet(static_cast<std::uint8_t>(value.size()));
    for (const DestAddress& destination : value) {
      if (const auto* address = std::get_if<Address>(&destination)) {
        put_octet(kSmeAddress);
        put_address("dest_address", *address, kAddress);
      } else {
        put_octet(kDistributionList);
        put_cstring("dest_address", std::get<DistributionList>(destination).dl_name, kListName);
      }
    }
  }
  template <class B>
  void put(const UnsuccessField<B>&, const std::vector<UnsuccessSme>& value) {
    if (value.size() > kMostUnsuccess) return fail("no_unsuccess");
    put_octet(static_cast<std::uint8_t>(value.size()));
    for (const UnsuccessSme& sme : value) {
      put_address("unsuccess_sme", sme.destination, kAddress);
      const auto status = static_cast<std::uint32_t>(sme.error_status_code);
      put_16(status >> 16);
      put_16(status);
    }
  }
  template <class B>
  void put(const ShortMessageField<B>& field, const Octets& value) {
    if (value.size() > kLongestShortMessage) return fail(field.name);
    put_octet(static_cast<std::uint8_t>(value.size()));
    put_octets(value);
  }
  template <class B>
  void put(const TlvsField<B>&, const Tlvs& tlvs) {
    for (const Tlv& tlv : tlvs) {
      if (tlv.value.size() > 0xFFFF) return fail("tlvs");
      put_16(tlv.tag);
      put_16(tlv.value.size());
      put_octets(tlv.value);
    }
  }

  Octets& out_;
  std::array<std::byte, 512> gathered_;  // a message without message_payload
  std::size_t count_ = 0;
};

template <class Body>
result<void> append_pdu(Octets& out, command_status status, std::uint32_t sequence_number, const Body& body,
                        bool header_only) {
  const std::size_t begin = out.size();
  out.resize(begin + kHeaderLength);
  command_id id{};
  if constexpr (std::is_same_v<Body, Unknown>) {
    id = body.id;
    out.insert(out.end(), body.body.begin(), body.body.end());
  } else {
    id = Layout<Body>::id;
    if (!header_only || !is_response(id)) {
      if (const auto done = Encoder(out).body(body); !done) {
        out.resize(begin);
        return done.error();
      }
    }
  }
  const std::uint32_t words[4] = {static_cast<std::uint32_t>(out.size() - begin), static_cast<std::uint32_t>(id),
                                  static_cast<std::uint32_t>(status), sequence_number};
  std::byte* to = out.data() + begin;
  for (const std::uint32_t word : words) {
    *to++ = static_cast<std::byte>(word >> 24);
    *to++ = static_cast<std::byte>(word >> 16 & 0xFF);
    *to++ = static_cast<std::byte>(word >> 8 & 0xFF);
    *to++ = static_cast<std::byte>(word & 0xFF);
  }
  return {};
}

}  // namespace

result<void> append(Octets& out, const Pdu& pdu) {
  return std::visit(
      [&](const auto& body) { return append_pdu(out, pdu.status, pdu.sequence_number, body, pdu.header_only); },
      pdu.body);
}

result<void> append(Octets& out, const Request& request, std::uint32_t sequence_number) {
  return std::visit(
      [&](const auto& body) { return append_pdu(out, command_status::ESME_ROK, sequence_number, body, false); },
      request);
}

// The specification leaves the body of an error response out; deliver_sm_resp and data_sm_resp keep their single NUL,
// since some SMSCs close the link without it (P28).
result<void> append(Octets& out, const Response& response, std::uint32_t sequence_number) {
  return std::visit(
      [&]<class Body>(const Body& body) {
        bool header_only = false;
        constexpr bool keeps_nul = std::is_same_v<Body, DeliverSmResp> || std::is_same_v<Body, DataSmResp>;
        if constexpr (!keeps_nul && !std::is_same_v<Body, Unknown>) {
          header_only = response.status != command_status::ESME_ROK && body == Body{};
        }
        return append_pdu(out, response.status, sequence_number, body, header_only);
      },
      response.body);
}

result<Octets> encode(const Pdu& pdu) {
  Octets out;
  if (const auto done = append(out, pdu); !done) return done.error();
  return out;
}

}  // namespace smpp
