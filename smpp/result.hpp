// A value or the reason why there is none; and the one list of reasons of this folder.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace smpp {

enum class errc : std::uint8_t {
  ok = 0,
  // Session
  not_bound,              // this request is not permitted in the session's present state and role
  window_full,            // as many requests as the window holds are unanswered
  not_in_this_version,    // the session's version has no such command, or no TLVs (there) (P20, P21)
  unencodable,            // a field is longer than the specification permits, or a list has too few or too many
  // codec
  incomplete,             // fewer octets than command_length says
  bad_command_length,     // command_length below 16 or above the limit: the stream has lost its framing (P3)
  missing_field,          // the PDU ends before a mandatory field (P17)
  short_message_overrun,  // sm_length says more octets than there are (P13)
  trailing_octets,        // more than 3 octets after the last field, which are no TLVs either (P15, P23, P27)
  bad_number_of_dests,    // submit_multi to nobody
  bad_dest_flag,          // neither an SME address nor a distribution list
  // text
  invalid_utf8,
  empty_text,
  too_many_parts,         // P106
  not_in_alphabet,        // a character the permitted alphabets cannot express
  // text form of PDUs
  unknown_name,
  bad_value,
};

// One plain line, without trailing full stop.
[[nodiscard]] std::string_view message(errc code);

struct Error {
  errc code = errc::ok;
  std::string_view where = {};  // the field, of static lifetime; empty where there is none
  operator errc() const { return code; }
  friend bool operator==(const Error& left, errc right) { return left.code == right; }
};

// "password: not of a length the specification permits"
[[nodiscard]] std::string message(const Error& error);

[[noreturn]] inline void bad_result_access(std::string_view reason) {
  std::fprintf(stderr, "smpp: value of a failed result taken: %.*s\n", static_cast<int>(reason.size()), reason.data());
  std::abort();
}

// Taking the value of a failed result, or the error of a good one, aborts: it is a broken invariant of the caller.
template <class T>
class [[nodiscard]] result {
 public:
  explicit result(std::in_place_t) : state_(std::in_place_index<0>) {}  // a T to be filled in, without a move
  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  result(Error error) : state_(std::in_place_index<1>, error) {}
  result(errc code) : state_(std::in_place_index<1>, Error{code, {}}) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  [[nodiscard]] T& value() & { return require(), *std::get_if<0>(&state_); }
  [[nodiscard]] const T& value() const& { return require(), *std::get_if<0>(&state_); }
  [[nodiscard]] T&& value() && { return require(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] Error error() const {
    if (has_value()) bad_result_access("there is no error");
    return *std::get_if<1>(&state_);
  }

 private:
  void require() const {
    if (!has_value()) bad_result_access(message(std::get_if<1>(&state_)->code));
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  result(Error error) : error_(error) {}
  result(errc code) : error_(Error{code, {}}) {}

  [[nodiscard]] bool has_value() const { return !error_; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] Error error() const {
    if (has_value()) bad_result_access("there is no error");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace smpp
