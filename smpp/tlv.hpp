// Optional parameters (SMPP v5.0 4.8): kept in order, with repetitions, octet for octet, known or not (P30, P34).
#pragma once

#include "smpp/octets.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

enum class TlvType : std::uint8_t { integer, cstring, octets };

struct TlvDescription {
  std::uint16_t tag;
  std::string_view name;
  TlvType type;
  std::uint16_t shortest;  // octets of the value
  std::uint16_t longest;
};

// Sorted by tag.
[[nodiscard]] std::span<const TlvDescription> tlv_table();
[[nodiscard]] const TlvDescription* describe_tlv(std::uint16_t tag);  // nullptr: unknown
[[nodiscard]] const TlvDescription* describe_tlv(std::string_view name);

namespace tag {
#define SMPP_TLV(number, name, type, shortest, longest) inline constexpr std::uint16_t name = number;
#include "smpp/tlv_list.inc"
#undef SMPP_TLV
}  // namespace tag

struct Tlv {
  std::uint16_t tag = 0;
  Octets value;
  bool operator==(const Tlv&) const = default;
};

class Tlvs {
 public:
  Tlvs() = default;
  Tlvs(std::initializer_list<Tlv> tlvs) : tlvs_(tlvs) {}

  [[nodiscard]] bool empty() const { return tlvs_.empty(); }
  [[nodiscard]] std::size_t size() const { return tlvs_.size(); }
  [[nodiscard]] auto begin() const { return tlvs_.begin(); }
  [[nodiscard]] auto end() const { return tlvs_.end(); }
  void clear() { tlvs_.clear(); }

  // The first of that tag, or absent.
  [[nodiscard]] const Tlv* find(std::uint16_t tag) const;
  [[nodiscard]] bool contains(std::uint16_t tag) const { return find(tag) != nullptr; }
  // 1 to 8 octets big-endian, whatever length the specification gives (P31).
  [[nodiscard]] std::optional<std::uint64_t> integer(std::uint16_t tag) const;
  // Up to the first NUL or the end, with or without NUL (P31).
  [[nodiscard]] std::optional<std::string> cstring(std::uint16_t tag) const;
  [[nodiscard]] std::optional<std::span<const std::byte>> octets(std::uint16_t tag) const;

  void add(std::uint16_t tag, Octets value);
  // With the length of the table, else 1 octet.
  void add_integer(std::uint16_t tag, std::uint64_t value);
  void add_cstring(std::uint16_t tag, std::string_view value);  // with its NUL

  bool operator==(const Tlvs&) const = default;

 private:
  std::vector<Tlv> tlvs_;
};

// One behind the other as they stand in a PDU. Reading stops at what does not fit.
[[nodiscard]] Octets write_tlvs(const Tlvs& tlvs);
[[nodiscard]] Tlvs read_tlvs(std::span<const std::byte> octets);

}  // namespace smpp
