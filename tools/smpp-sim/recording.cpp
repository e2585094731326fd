#include "tools/smpp-sim/recording.hpp"

#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "tools/smpp-sim/capture.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <charconv>
#include <map>
#include <optional>

namespace smpp_sim {
namespace {

namespace json = boost::json;
using std::chrono::microseconds;

// "2026-01-02T15:30:00.123Z", or the time of day alone.
std::optional<microseconds> time_of(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t digits, int& value) {
    if (at + digits > text.size()) return false;
    const auto [end, wrong] = std::from_chars(text.data() + at, text.data() + at + digits, value);
    return wrong == std::errc{} && end == text.data() + at + digits;
  };
  std::chrono::sys_days day{};
  std::size_t at = 0;
  if (text.size() >= 11 && text[10] == 'T') {
    int year = 0, month = 0, date = 0;
    if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, date)) return std::nullopt;
    day = std::chrono::year(year) / month / date;
    at = 11;
  }
  int hours = 0, minutes = 0, seconds = 0;
  if (!number(at, 2, hours) || !number(at + 3, 2, minutes) || !number(at + 6, 2, seconds)) return std::nullopt;
  microseconds time = day.time_since_epoch() + std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
  std::size_t digits = 0;
  for (at += 8; at + 1 < text.size() && digits < 6 && text[at + 1] >= '0' && text[at + 1] <= '9'; ++at, ++digits) {
    constexpr int kWeights[] = {100'000, 10'000, 1'000, 100, 10, 1};
    time += microseconds((text[at + 1] - '0') * kWeights[digits]);
  }
  return time;
}

// Empty, or what is wrong with the line. Lines without hex (connections, notes) and octets that are
// no PDU say nothing here.
std::string read_line(std::string_view line, std::size_t number, std::map<std::int64_t, std::vector<RecordedPdu>>& found) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error || !value.is_object()) return "not a JSON object";
  const json::object& object = value.as_object();
  const json::value* const hex = object.if_contains("hex");
  if (hex == nullptr || object.contains("fault")) return {};
  const json::value* const direction = object.if_contains("direction");
  const json::value* const at = object.if_contains("at");
  const json::value* const connection = object.if_contains("connection");
  if (!hex->is_string()) return "hex is not text";
  if (direction == nullptr || (*direction != "in" && *direction != "out")) return "direction is neither \"in\" nor \"out\"";
  const auto octets = smpp::from_hex(std::string_view(hex->as_string().data(), hex->as_string().size()));
  if (!octets || octets->size() < smpp::kHeaderLength) return "hex is not the digits of a PDU";
  if (smpp::read_header(*octets).command_length != octets->size()) return "hex is not as long as its command_length says";
  RecordedPdu pdu{number, {}, *direction == "in", *octets};
  if (at != nullptr && at->is_string()) {
    const auto time = time_of(std::string_view(at->as_string().data(), at->as_string().size()));
    if (!time) return "at is not a time such as 2026-01-02T15:30:00.123Z";
    pdu.at = *time;
  } else if (at != nullptr && at->is_number()) {
    pdu.at = microseconds(static_cast<std::int64_t>(at->to_number<double>() * 1e6));
  } else {
    return "at is missing";
  }
  found[connection != nullptr && connection->is_int64() ? connection->as_int64() : 0].push_back(std::move(pdu));
  return {};
}

std::string read_lines(std::string_view text, std::map<std::int64_t, std::vector<RecordedPdu>>& found) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    ++number;
    const bool blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
    const std::string wrong = blank ? "" : read_line(line, number, found);
    if (!wrong.empty()) return fmt::format("line {}: {}", number, wrong);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found.empty() ? "no line has a PDU" : "";
}

}  // namespace

std::string read_recording(std::span<const std::byte> file, std::size_t connection, Recording& recording) {
  std::map<std::int64_t, std::vector<RecordedPdu>> found;
  if (is_capture(file)) {
    Capture capture;
    if (std::string wrong = read_capture(file, capture); !wrong.empty()) return wrong;
    for (CapturedPdu& pdu : capture.pdus) {
      found[static_cast<std::int64_t>(pdu.connection)].push_back({pdu.number, pdu.at, pdu.from_client, std::move(pdu.octets)});
    }
  } else if (std::string wrong = read_lines(smpp::view_of(file), found); !wrong.empty()) {
    return wrong;
  }
  recording.connections = found.size();
  if (connection == 0 || connection > found.size()) return fmt::format("connection {}: there are {}", connection, found.size());
  recording.pdus = std::move(std::next(found.begin(), static_cast<std::ptrdiff_t>(connection) - 1)->second);
  const microseconds first = recording.pdus.front().at;
  for (RecordedPdu& pdu : recording.pdus) pdu.at -= first;
  return {};
}

}  // namespace smpp_sim
