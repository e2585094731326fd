#include "smpp/command.hpp"

#include <array>
#include <cstdio>

namespace smpp {
namespace {

struct Row {
  command_id id;
  std::string_view name;
};

// Requests only: a response is its request's name with _resp, except generic_nack.
constexpr std::array kRequests{
    Row{command_id::bind_receiver, "bind_receiver"},
    Row{command_id::bind_transmitter, "bind_transmitter"},
    Row{command_id::query_sm, "query_sm"},
    Row{command_id::submit_sm, "submit_sm"},
    Row{command_id::deliver_sm, "deliver_sm"},
    Row{command_id::unbind, "unbind"},
    Row{command_id::replace_sm, "replace_sm"},
    Row{command_id::cancel_sm, "cancel_sm"},
    Row{command_id::bind_transceiver, "bind_transceiver"},
    Row{command_id::outbind, "outbind"},
    Row{command_id::enquire_link, "enquire_link"},
    Row{command_id::submit_multi, "submit_multi"},
    Row{command_id::alert_notification, "alert_notification"},
    Row{command_id::data_sm, "data_sm"},
    Row{command_id::broadcast_sm, "broadcast_sm"},
    Row{command_id::query_broadcast_sm, "query_broadcast_sm"},
    Row{command_id::cancel_broadcast_sm, "cancel_broadcast_sm"},
};

constexpr std::string_view kResp = "_resp";

const Row* request_of(command_id id) {
  const auto request = static_cast<command_id>(static_cast<std::uint32_t>(id) & ~kResponseBit);
  for (const Row& row : kRequests) {
    if (row.id == request) return is_response(id) && !is_answered(request) ? nullptr : &row;
  }
  return nullptr;
}

}  // namespace

bool is_known(command_id id) { return id == command_id::generic_nack || request_of(id) != nullptr; }

std::string command_name(command_id id) {
  if (id == command_id::generic_nack) return "generic_nack";
  if (const Row* row = request_of(id)) {
    std::string name(row->name);
    if (is_response(id)) name.append(kResp);
    return name;
  }
  char text[16];
  std::snprintf(text, sizeof text, "0x%08X", static_cast<unsigned>(id));
  return text;
}

std::optional<command_id> command_of(std::string_view name) {
  if (name == "generic_nack") return command_id::generic_nack;
  const bool response = name.ends_with(kResp);
  if (response) name.remove_suffix(kResp.size());
  for (const Row& row : kRequests) {
    if (row.name != name) continue;
    if (!response) return row.id;
    if (is_answered(row.id)) return response_to(row.id);
  }
  return std::nullopt;
}

}  // namespace smpp
