// command_status (SMPP v5.0 4.7.6): every value by name, what each means for a message or a bind, and one line for
// the person who reads that a bind was refused. Values without a name are legal everywhere and are kept (P36).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smpp {

enum class command_status : std::uint32_t {
#define SMPP_STATUS(name, value, cls) name = value,
#define SMPP_STATUS_ALIAS(name, other)
#include "smpp/status_list.inc"
#undef SMPP_STATUS
#undef SMPP_STATUS_ALIAS
};

// What a status in a response asks for; PROTOCOL section 4 says what each class does.
enum class status_class : std::uint8_t {
  ok,         // done
  throttle,   // send again soon and slower; not an attempt
  retry,      // send again later; an attempt
  perm,       // this message has failed
  config,     // this message has failed and so will the next: somebody must change a setting
  bug,        // one of the two sides broke the protocol
  auth,       // the account is refused (P50)
  bindretry,  // the SMSC still holds an earlier session (P49)
};

// "ESME_RTHROTTLED"; a value without a name is "0x0000040A".
[[nodiscard]] std::string status_name(command_status status);
// By name of any version of the specification, case-sensitive, or by number ("0x40A", "1034").
[[nodiscard]] std::optional<command_status> status_of(std::string_view name);

// Of an answer to a message.
[[nodiscard]] status_class class_of(command_status status);
// Of an answer to a bind: what is permanent or unknown there concerns the account (PROTOCOL section 4, last row).
[[nodiscard]] status_class class_of_bind(command_status status);
[[nodiscard]] std::string_view name_of(status_class cls);

// One plain line for a refused bind: "the password is wrong, or longer than this SMSC accepts".
[[nodiscard]] std::string_view likely_cause(command_status status);

}  // namespace smpp
