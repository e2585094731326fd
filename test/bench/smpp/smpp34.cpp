#include "test/bench/smpp/smpp34.hpp"

#include <array>
#include <cstdint>
#include <cstring>

extern "C" {
#include <libsmpp34/smpp34_structs.h>
}

namespace bench {
namespace {

constexpr std::uint32_t kSubmitSm = 4;

std::uint32_t command_of(std::span<const std::byte> pdu) { return std::to_integer<std::uint32_t>(pdu[7]); }

// `into` is the struct of that command.
int unpack(std::span<const std::byte> pdu, void* into) {
  const auto* octets = reinterpret_cast<const std::uint8_t*>(pdu.data());
  return smpp34_unpack(command_of(pdu), into, octets, static_cast<int>(pdu.size()));
}

submit_sm_t loaded_submit;
deliver_sm_t loaded_deliver;
std::uint32_t loaded = 0;

}  // namespace

bool smpp34_unpack_once(std::span<const std::byte> pdu) {
  if (command_of(pdu) == kSubmitSm) {
    static submit_sm_t into;
    std::memset(&into, 0, sizeof into);
    return unpack(pdu, &into) == 0;
  }
  static deliver_sm_t into;
  std::memset(&into, 0, sizeof into);
  return unpack(pdu, &into) == 0;
}

bool smpp34_load(std::span<const std::byte> pdu) {
  loaded = command_of(pdu);
  loaded_submit = {};
  loaded_deliver = {};
  return (loaded == kSubmitSm ? unpack(pdu, &loaded_submit) : unpack(pdu, &loaded_deliver)) == 0;
}

std::size_t smpp34_pack_loaded() {
  static std::array<std::uint8_t, 2048> out;
  int length = 0;
  void* pdu = loaded == kSubmitSm ? static_cast<void*>(&loaded_submit) : &loaded_deliver;
  if (smpp34_pack(loaded, out.data(), static_cast<int>(out.size()), &length, pdu) != 0) return 0;
  return static_cast<std::size_t>(length);
}

}  // namespace bench
