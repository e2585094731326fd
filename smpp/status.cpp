#include "smpp/status.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace smpp {
namespace {

struct Row {
  command_status status;
  std::string_view name;
  status_class cls;
};

constexpr auto kRows = [] {
  std::array rows{
#define SMPP_STATUS(name, value, cls) Row{command_status::name, #name, status_class::cls},
#define SMPP_STATUS_ALIAS(name, other)
#include "smpp/status_list.inc"
#undef SMPP_STATUS
#undef SMPP_STATUS_ALIAS
  };
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.status < b.status; });
  return rows;
}();

struct Alias {
  std::string_view name;
  command_status status;
};

constexpr std::array kAliases{
#define SMPP_STATUS(name, value, cls)
#define SMPP_STATUS_ALIAS(name, other) Alias{#name, command_status::other},
#include "smpp/status_list.inc"
#undef SMPP_STATUS
#undef SMPP_STATUS_ALIAS
};

constexpr command_status kAccountExpired{0x5A};  // reserved by the specification, seen in jsmpp#153

const Row* find(command_status status) {
  const auto row = std::lower_bound(kRows.begin(), kRows.end(), status,
                                    [](const Row& left, command_status right) { return left.status < right; });
  return row != kRows.end() && row->status == status ? &*row : nullptr;
}

}  // namespace

std::string status_name(command_status status) {
  if (const Row* row = find(status)) return std::string(row->name);
  char text[16];
  std::snprintf(text, sizeof text, "0x%08X", static_cast<unsigned>(status));
  return text;
}

std::optional<command_status> status_of(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.status;
  }
  for (const Alias& alias : kAliases) {
    if (alias.name == name) return alias.status;
  }
  const int base = name.starts_with("0x") ? 16 : 10;
  if (base == 16) name.remove_prefix(2);
  std::uint32_t value = 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return static_cast<command_status>(value);
}

status_class class_of(command_status status) {
  const Row* row = find(status);
  return row ? row->cls : status_class::perm;
}

status_class class_of_bind(command_status status) {
  const status_class cls = class_of(status);
  return cls == status_class::perm || cls == status_class::config ? status_class::auth : cls;
}

std::string_view name_of(status_class cls) {
  switch (cls) {
    case status_class::ok: return "ok";
    case status_class::throttle: return "throttle";
    case status_class::retry: return "retry";
    case status_class::perm: return "perm";
    case status_class::config: return "config";
    case status_class::bug: return "bug";
    case status_class::auth: return "auth";
    case status_class::bindretry: return "bindretry";
  }
  return "perm";
}

std::string_view likely_cause(command_status status) {
  switch (status) {
    case command_status::ESME_ROK: return "not refused";
    case command_status::ESME_RINVCMDLEN: return "it could not read our bind: a field is longer than it accepts";
    case command_status::ESME_RINVCMDID: return "it does not know this kind of bind; try bind = \"pair\"";
    case command_status::ESME_RINVBNDSTS: return "this account may not bind in this way; try bind = \"pair\"";
    case command_status::ESME_RALYBND:
      return "it still holds an earlier session of ours, another client uses this account, or all its binds are in use";
    case command_status::ESME_RSYSERR: return "the SMSC has a fault of its own";
    case command_status::ESME_RBINDFAIL:
      return "wrong system_id or password, our address is not admitted, or too many binds";
    case command_status::ESME_RINVPASWD: return "the password is wrong, or longer than it accepts";
    case command_status::ESME_RINVSYSID: return "the system_id is unknown to it, or longer than it accepts";
    case command_status::ESME_RINVSYSTYP: return "the system_type is missing or not the one it expects";
    case command_status::ESME_RMSGQFUL:
    case command_status::ESME_RTHROTTLED: return "we bind too often for it";
    case command_status::ESME_RPROHIBITED: return "the account is barred";
    default: break;
  }
  if (status == kAccountExpired) return "the account has expired";
  return "this SMSC gives the status a meaning of its own; ask the carrier";
}

}  // namespace smpp
