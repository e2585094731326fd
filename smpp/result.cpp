#include "smpp/result.hpp"

namespace smpp {

std::string_view message(errc code) {
  switch (code) {
    case errc::ok: return "no error";
    case errc::not_bound: return "not permitted in the present state of the session";
    case errc::window_full: return "as many requests as the window holds are unanswered";
    case errc::not_in_this_version: return "the version the session was bound with does not have it";
    case errc::unencodable: return "not of a length the specification permits, or with a NUL inside";
    case errc::incomplete: return "fewer octets than command_length says";
    case errc::bad_command_length: return "impossible command_length";
    case errc::missing_field: return "the PDU ends before this mandatory field";
    case errc::short_message_overrun: return "sm_length says more octets than there are";
    case errc::trailing_octets: return "octets after the last field";
    case errc::bad_number_of_dests: return "no destination";
    case errc::bad_dest_flag: return "neither an SME address nor a distribution list";
    case errc::invalid_utf8: return "the text is not valid UTF-8";
    case errc::empty_text: return "the text is empty";
    case errc::too_many_parts: return "the text needs more parts than permitted";
    case errc::not_in_alphabet: return "the text has a character that the permitted alphabets cannot express";
    case errc::unknown_name: return "no such field";
    case errc::bad_value: return "not a value of this field";
  }
  return "unknown error";
}

std::string message(const Error& error) {
  std::string text(error.where);
  if (!text.empty()) text += ": ";
  return text.append(message(error.code));
}

}  // namespace smpp
