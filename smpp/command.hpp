// command_id (SMPP v5.0 4.7.5). All commands are known by name; which of them have their fields described is pdu.hpp's
// matter. Values without a name are legal and are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smpp {

enum class command_id : std::uint32_t {
  bind_receiver = 0x00000001,
  bind_transmitter = 0x00000002,
  query_sm = 0x00000003,
  submit_sm = 0x00000004,
  deliver_sm = 0x00000005,
  unbind = 0x00000006,
  replace_sm = 0x00000007,
  cancel_sm = 0x00000008,
  bind_transceiver = 0x00000009,
  outbind = 0x0000000B,
  enquire_link = 0x00000015,
  submit_multi = 0x00000021,
  alert_notification = 0x00000102,
  data_sm = 0x00000103,
  broadcast_sm = 0x00000111,
  query_broadcast_sm = 0x00000112,
  cancel_broadcast_sm = 0x00000113,
  generic_nack = 0x80000000,
  bind_receiver_resp = 0x80000001,
  bind_transmitter_resp = 0x80000002,
  query_sm_resp = 0x80000003,
  submit_sm_resp = 0x80000004,
  deliver_sm_resp = 0x80000005,
  unbind_resp = 0x80000006,
  replace_sm_resp = 0x80000007,
  cancel_sm_resp = 0x80000008,
  bind_transceiver_resp = 0x80000009,
  enquire_link_resp = 0x80000015,
  submit_multi_resp = 0x80000021,
  data_sm_resp = 0x80000103,
  broadcast_sm_resp = 0x80000111,
  query_broadcast_sm_resp = 0x80000112,
  cancel_broadcast_sm_resp = 0x80000113,
};

inline constexpr std::uint32_t kResponseBit = 0x80000000U;

[[nodiscard]] constexpr bool is_response(command_id id) { return (static_cast<std::uint32_t>(id) & kResponseBit) != 0; }
[[nodiscard]] constexpr command_id response_to(command_id request) {
  return static_cast<command_id>(static_cast<std::uint32_t>(request) | kResponseBit);
}
// alert_notification and outbind have no response (v5.0 4.1.1.7, 4.1.3).
[[nodiscard]] constexpr bool is_answered(command_id request) {
  return !is_response(request) && request != command_id::alert_notification && request != command_id::outbind;
}

[[nodiscard]] bool is_known(command_id id);
// "submit_sm"; a value without a name is "0x00010200".
[[nodiscard]] std::string command_name(command_id id);
[[nodiscard]] std::optional<command_id> command_of(std::string_view name);

}  // namespace smpp
