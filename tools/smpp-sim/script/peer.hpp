// The peer of the session under test, as a script describes it: the octets of its `>` lines, and what its `<` lines
// demand of the PDUs that come back. No IO: whoever runs the script moves the octets.
#pragma once

#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/pdu.hpp"
#include "tools/smpp-sim/script/script.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim::script {

// Decimal, or hexadecimal with 0x. False when the text is not one whole number.
template <class Integer>
[[nodiscard]] bool parse_number(std::string_view text, Integer& value) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  return error == std::errc{} && stop == end;
}

// By name, or 0x00000022 for one that has none.
[[nodiscard]] std::optional<smpp::command_id> command(std::string_view name);

// Each returns empty, or what is wrong.
[[nodiscard]] std::string build(const Step& step, smpp::Pdu& pdu);  // the PDU that the line's words make
[[nodiscard]] std::string compare(const smpp::Pdu& pdu, const Step& step, std::size_t length);  // only the fields named

// Mistakes that can be told before the script is run: unknown commands, fields and values. "7:12: ..."; empty: none.
[[nodiscard]] std::vector<std::string> mistakes_of(const Script& script);

[[nodiscard]] bool is_bind(smpp::command_id id);
// `< bind` asks for any of the three.
[[nodiscard]] bool is_asked_for(const Step& step, smpp::command_id id);
// Of a word within= or after=; absent: the step has none.
[[nodiscard]] std::optional<std::chrono::milliseconds> duration_of(const Step& step, std::string_view name);

class Peer {
 public:
  // Octets that the session under test has sent.
  void hear(std::span<const std::byte> octets);
  // The oldest PDU that no `<` line has asked for; nullptr: none.
  [[nodiscard]] const smpp::Octets* next() const { return heard_.empty() ? nullptr : &heard_.front(); }
  smpp::Octets take();
  // `<`: takes the next PDU. Empty when it is what the line demands, else what came instead.
  [[nodiscard]] std::string check(const Step& step);
  [[nodiscard]] std::string check(const Step& step, const smpp::Octets& octets);
  // `< nothing`, and the end of every script.
  [[nodiscard]] std::string check_nothing() const;

  // `>`, chunk, hold, release: the pieces in which octets go out now. Empty, or what is wrong with the line.
  [[nodiscard]] std::string speak(const Step& step, std::vector<smpp::Octets>& pieces);

 private:
  [[nodiscard]] std::string say(const Step& step, smpp::Octets& octets);
  [[nodiscard]] std::uint32_t sequence_number_for(const Step& step, smpp::command_id id);
  void cut(const smpp::Octets& octets, std::vector<smpp::Octets>& pieces) const;

  smpp::Framer framer_{0xFFFFFFFF};
  std::deque<smpp::Octets> heard_;
  std::map<std::string, std::uint32_t> named_;         // as=
  std::map<std::uint32_t, std::uint32_t> last_heard_;  // command -> sequence_number the session used last
  smpp::command_id last_bind_ = smpp::command_id::bind_transceiver;
  std::uint32_t sequence_number_ = 0;
  std::size_t chunk_ = 0;
  bool holding_ = false;
  smpp::Octets held_;
};

}  // namespace smpp_sim::script
