#include "smpp/tlv.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smpp {
namespace {

constexpr std::array kTable{
#define SMPP_TLV(number, name, type, shortest, longest) \
  TlvDescription{number, #name, TlvType::type, shortest, longest},
#include "smpp/tlv_list.inc"
#undef SMPP_TLV
};
static_assert(std::is_sorted(kTable.begin(), kTable.end(),
                             [](const TlvDescription& a, const TlvDescription& b) { return a.tag < b.tag; }));

}  // namespace

std::span<const TlvDescription> tlv_table() { return kTable; }

const TlvDescription* describe_tlv(std::uint16_t tag) {
  const auto row = std::lower_bound(kTable.begin(), kTable.end(), tag,
                                    [](const TlvDescription& left, std::uint16_t right) { return left.tag < right; });
  return row != kTable.end() && row->tag == tag ? &*row : nullptr;
}

const TlvDescription* describe_tlv(std::string_view name) {
  for (const TlvDescription& row : kTable) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

const Tlv* Tlvs::find(std::uint16_t tag) const {
  for (const Tlv& tlv : tlvs_) {
    if (tlv.tag == tag) return &tlv;
  }
  return nullptr;
}

std::optional<std::uint64_t> Tlvs::integer(std::uint16_t tag) const {
  const Tlv* tlv = find(tag);
  if (!tlv || tlv->value.empty() || tlv->value.size() > 8) return std::nullopt;
  std::uint64_t value = 0;
  for (const std::byte octet : tlv->value) value = value << 8 | std::to_integer<std::uint64_t>(octet);
  return value;
}

std::optional<std::string> Tlvs::cstring(std::uint16_t tag) const {
  const Tlv* tlv = find(tag);
  if (!tlv) return std::nullopt;
  const auto end = std::find(tlv->value.begin(), tlv->value.end(), std::byte{0});
  const auto length = static_cast<std::size_t>(end - tlv->value.begin());
  return std::string(view_of(tlv->value).substr(0, length));
}

std::optional<std::span<const std::byte>> Tlvs::octets(std::uint16_t tag) const {
  const Tlv* tlv = find(tag);
  if (!tlv) return std::nullopt;
  return std::span<const std::byte>(tlv->value);
}

void Tlvs::add(std::uint16_t tag, Octets value) { tlvs_.push_back({tag, std::move(value)}); }

void Tlvs::add_integer(std::uint16_t tag, std::uint64_t value) {
  const TlvDescription* row = describe_tlv(tag);
  const std::size_t length = row ? std::clamp<std::size_t>(row->longest, 1, 8) : 1;
  Octets octets(length);
  for (std::size_t i = length; i-- > 0; value >>= 8) octets[i] = static_cast<std::byte>(value & 0xFF);
  add(tag, std::move(octets));
}

Octets write_tlvs(const Tlvs& tlvs) {
  Octets octets;
  const auto put_16 = [&](std::size_t value) {
    octets.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
    octets.push_back(static_cast<std::byte>(value & 0xFF));
  };
  for (const Tlv& tlv : tlvs) {
    put_16(tlv.tag);
    put_16(tlv.value.size());
    octets.insert(octets.end(), tlv.value.begin(), tlv.value.end());
  }
  return octets;
}

Tlvs read_tlvs(std::span<const std::byte> octets) {
  constexpr std::size_t kHead = 4;
  const auto get_16 = [&](std::size_t at) {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(octets[at]) << 8 | std::to_integer<unsigned>(octets[at + 1]));
  };
  Tlvs tlvs;
  while (octets.size() >= kHead) {
    const std::uint16_t tag = get_16(0), length = get_16(2);
    if (octets.size() - kHead < length) break;
    const auto value = octets.subspan(kHead, length);
    tlvs.add(tag, Octets(value.begin(), value.end()));
    octets = octets.subspan(kHead + length);
  }
  return tlvs;
}

void Tlvs::add_cstring(std::uint16_t tag, std::string_view value) {
  Octets octets = to_octets(value);
  octets.push_back(std::byte{0});
  add(tag, std::move(octets));
}

}  // namespace smpp
