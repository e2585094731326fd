#include "tools/smpp-sim/pdu_input.hpp"

#include "smpp/codec.hpp"
#include "smpp/framer.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace smpp_sim {
namespace {

constexpr std::uint32_t kLongestPdu = 69'648;  // P2

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_text(std::span<const std::byte> input) {
  for (const std::byte octet : input) {
    const auto c = std::to_integer<unsigned char>(octet);
    if (c > 0x7E || (c < 0x20 && c != '\n' && c != '\r' && c != '\t')) return false;
  }
  return true;
}

std::string cut_into_pdus(std::span<const std::byte> octets, Capture& capture) {
  capture.connections.emplace_back();
  smpp::Framer framer(kLongestPdu);
  framer.append(octets);
  std::span<const std::byte> pdu;
  for (;;) {
    const auto found = framer.next(pdu);
    const std::size_t at = octets.size() - framer.pending();
    if (found == smpp::Framer::Found::lost) {
      const auto foreign = framer.foreign_protocol();
      return foreign.empty()
                 ? fmt::format("octet {}: a command_length of {} is impossible (16 to {})", at, framer.lost_command_length(),
                               kLongestPdu)
                 : fmt::format("not SMPP: this is {}", foreign);
    }
    if (found == smpp::Framer::Found::nothing) {
      if (framer.pending() == 0) return {};
      return fmt::format("octet {}: {} octets of a PDU of {}: it is cut off", at, framer.pending(), framer.pending_length());
    }
    capture.pdus.push_back({capture.pdus.size() + 1, 0, {}, 0, true, smpp::Octets(pdu.begin(), pdu.end())});
  }
}

}  // namespace

std::string read_hex(std::string_view text, smpp::Octets& octets) {
  std::size_t line = 1, column = 1;
  int high = -1;
  for (std::size_t i = 0; i < text.size(); ++i, ++column) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      column = 0;
    }
    const bool prefix = i + 1 < text.size() && (text[i + 1] == 'x' || text[i + 1] == 'X') && (c == '0' || c == '\\');
    if (high < 0 && prefix) {
      ++i;
      ++column;
      continue;
    }
    const bool between = std::isspace(static_cast<unsigned char>(c)) != 0 || c == ':' || c == ',' || c == '-';
    if (between && high < 0) continue;
    const int digit = digit_of(c);
    if (digit < 0 && between) return fmt::format("line {}, column {}: a digit stands alone; two make an octet", line, column);
    if (digit < 0) return fmt::format("line {}, column {}: '{}' is no hexadecimal digit", line, column, c);
    if (high < 0) {
      high = digit;
    } else {
      octets.push_back(static_cast<std::byte>(high << 4 | digit));
      high = -1;
    }
  }
  if (high >= 0) return fmt::format("line {}, column {}: a digit stands alone; two make an octet", line, column - 1);
  return octets.empty() ? "there are no digits" : "";
}

std::string read_pdus(std::span<const std::byte> input, Capture& capture) {
  if (input.empty()) return "there is nothing to read";
  if (is_capture(input)) return read_capture(input, capture);
  if (!is_text(input)) return cut_into_pdus(input, capture);
  smpp::Octets octets;
  if (std::string wrong = read_hex(smpp::view_of(input), octets); !wrong.empty()) return wrong;
  return cut_into_pdus(octets, capture);
}

std::string read_file(const std::string& path, smpp::Octets& octets) {
  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  const std::string name = path == "-" ? "standard input" : path;
  std::error_code no_folder;
  if (path != "-" && std::filesystem::is_directory(path, no_folder)) return name + ": a folder; give a file";
  const std::unique_ptr<std::FILE, Close> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) return name + ": " + std::strerror(errno);
  std::array<std::byte, 65'536> some{};
  while (const std::size_t read = std::fread(some.data(), 1, some.size(), file.get())) {
    octets.insert(octets.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(read));
    if (octets.size() > kMaxCaptureOctets) {
      return fmt::format("{}: more than {} MB; cut it, for example with editcap -c", name, kMaxCaptureOctets >> 20);
    }
  }
  return std::ferror(file.get()) != 0 ? name + ": " + std::strerror(errno) : "";
}

}  // namespace smpp_sim
