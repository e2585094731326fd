// The names under which accepted deviations are counted (P19).
#include "smpp/codec.hpp"

namespace smpp {

std::string_view name_of(tolerance kind) {
  switch (kind) {
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

}  // namespace smpp
