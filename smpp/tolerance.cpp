// The names under which accepted deviations are counted (P19), and what the letter of v5.0 answers to them.
#include "smpp/codec.hpp"

namespace smpp {

std::string_view name_of(tolerance kind) {
  switch (kind) {
    case tolerance::sequence_number_range: return "sequence_number_range";
    case tolerance::request_with_status: return "request_with_status";
    case tolerance::body_ignored: return "body_ignored";
    case tolerance::response_without_body: return "response_without_body";
    case tolerance::response_without_message_id: return "response_without_message_id";
    case tolerance::response_body_ignored: return "response_body_ignored";
    case tolerance::unterminated_cstring: return "unterminated_cstring";
    case tolerance::overlong_cstring: return "overlong_cstring";
    case tolerance::time_length: return "time_length";
    case tolerance::stray_octets: return "stray_octets";
    case tolerance::tlv_wrong_length: return "tlv_wrong_length";
    case tolerance::short_message_cut: return "short_message_cut";
    case tolerance::tlv_overrun: return "tlv_overrun";
  }
  return "unknown";
}

command_status strict_status(tolerance kind) {
  switch (kind) {
    case tolerance::overlong_cstring:
    case tolerance::tlv_wrong_length: return command_status::ESME_RINVTLVLEN;
    case tolerance::time_length: return command_status::ESME_RINVEXPIRY;
    case tolerance::stray_octets:
    case tolerance::tlv_overrun: return command_status::ESME_RINVTLVSTREAM;
    case tolerance::short_message_cut: return command_status::ESME_RINVMSGLEN;
    case tolerance::sequence_number_range:
    case tolerance::request_with_status: return command_status::ESME_RUNKNOWNERR;
    default: return command_status::ESME_RINVCMDLEN;
  }
}

}  // namespace smpp
