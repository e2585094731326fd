#include "smpp/field_places.hpp"

#include "smpp/codec.hpp"
#include "smpp/layout.hpp"
#include "smpp/pdu_text.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace smpp {
namespace {

// Walks one body. After the first field that is not there nothing more is told apart.
class Walk {
 public:
  Walk(std::span<const std::byte> pdu, std::vector<FieldPlace>& places) : pdu_(pdu), places_(places) {}

  void header(const Header& header) {
    add("command_length", 4, std::to_string(header.command_length));
    add("command_id", 4, command_name(header.id));
    add("command_status", 4, status_name(header.status));
    add("sequence_number", 4, std::to_string(header.sequence_number));
  }

  // An error response may be TLVs alone (P10).
  template <class P>
  void body() {
    if (left() == 0) return;
    for_each_field<P>([&](const auto& field) {
      if (!stopped_) get(field);
    });
  }
  void tlvs() {
    while (left() >= 4 && !stopped_) {
      const auto tag = static_cast<std::uint16_t>(number(at_, 2));
      const std::size_t length = number(at_ + 2, 2);
      if (length > left() - 4) {
        stopped_ = true;
        return;
      }
      const auto value = pdu_.subspan(at_ + 4, length);
      const Tlv tlv{tag, Octets(value.begin(), value.end())};
      add(tlv_name(tag), 4 + length, tlv_text(tlv));
      places_.back().is_tlv = true;
    }
  }
  void rest(std::string_view name) {
    if (left() > 0) add(name, left(), to_hex(pdu_.subspan(at_)));
  }
  [[nodiscard]] std::size_t left() const { return pdu_.size() - at_; }

 private:
  std::size_t number(std::size_t at, std::size_t octets) const {
    std::size_t value = 0;
    for (std::size_t i = 0; i < octets; ++i) value = value << 8 | std::to_integer<std::size_t>(pdu_[at + i]);
    return value;
  }
  void add(std::string_view name, std::size_t length, std::string value) {
    places_.push_back({std::string(name), at_, length, std::move(value), false});
    at_ += length;
  }
  bool has(std::size_t octets) {
    stopped_ = stopped_ || left() < octets;
    return !stopped_;
  }
  void octet(std::string_view name) {
    if (has(1)) add(name, 1, std::to_string(number(at_, 1)));
  }
  void cstring(std::string_view name) {
    if (!has(1)) return;
    const auto* const begin = pdu_.data() + at_;
    const auto* const end = static_cast<const std::byte*>(std::memchr(begin, 0, left()));
    const std::size_t length = end ? static_cast<std::size_t>(end - begin) : left();
    add(name, length + (end ? 1 : 0), to_text(pdu_.subspan(at_, length)));
  }
  void address(std::string_view ton, std::string_view npi, std::string_view addr) {
    octet(ton);
    octet(npi);
    cstring(addr);
  }

  template <class B>
  void get(const CStringField<B>& field) {
    cstring(field.name);
  }
  template <class B>
  void get(const TimeField<B>& field) {
    cstring(field.name);
  }
  template <class B>
  void get(const IntegerField<B>& field) {
    octet(field.name);
  }
  template <class B>
  void get(const AddressField<B>& field) {
    address(field.ton_name, field.npi_name, field.name);
  }
  template <class B>
  void get(const ShortMessageField<B>& field) {
    if (!has(1)) return;
    const std::size_t length = number(at_, 1);
    octet("sm_length");
    if (!has(length)) return;
    if (length > 0) add(field.name, length, to_hex(pdu_.subspan(at_, length)));
  }
  template <class B>
  void get(const DestinationsField<B>&) {
    if (!has(1)) return;
    std::size_t count = number(at_, 1);
    octet("number_of_dests");
    for (; count > 0 && has(1); --count) {
      const auto flag = static_cast<std::uint8_t>(number(at_, 1));
      if (flag != kSmeAddress && flag != kDistributionList) stopped_ = true;
      octet_unless_stopped("dest_flag");
      if (flag == kSmeAddress) address("dest_addr_ton", "dest_addr_npi", "destination_addr");
      if (flag == kDistributionList) cstring("dl_name");
    }
  }
  template <class B>
  void get(const UnsuccessField<B>&) {
    if (!has(1)) return;
    std::size_t count = number(at_, 1);
    octet("no_unsuccess");
    for (; count > 0 && has(1); --count) {
      address("dest_addr_ton", "dest_addr_npi", "destination_addr");
      if (!has(4)) return;
      add("error_status_code", 4, status_name(static_cast<command_status>(number(at_, 4))));
    }
  }
  template <class B>
  void get(const TlvsField<B>&) {
    tlvs();
  }
  void octet_unless_stopped(std::string_view name) {
    if (!stopped_) octet(name);
  }

  std::span<const std::byte> pdu_;
  std::vector<FieldPlace>& places_;
  std::size_t at_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::vector<FieldPlace> places_of(std::span<const std::byte> pdu) {
  std::vector<FieldPlace> places;
  Walk walk(pdu, places);
  if (pdu.size() < kHeaderLength) {
    walk.rest("undecoded");
    return places;
  }
  const Header header = read_header(pdu);
  walk.header(header);
  // Without a message_id, which the codec has to find out by trying (P10).
  bool tlvs_only = false;
  if (const auto decoded = decode(pdu)) {
    tlvs_only = std::ranges::find(decoded->tolerances, tolerance::response_without_message_id) != decoded->tolerances.end();
  }
  with_described(header.id, [&]<class P>(std::type_identity<P>) {
    if constexpr (!std::is_same_v<P, Unknown>) {
      if (tlvs_only) walk.tlvs();
      else walk.body<P>();
    }
  });
  walk.rest(is_known(header.id) ? "undecoded" : "body");
  return places;
}

}  // namespace smpp
