// The personality file: JSON read strictly, so that a misspelt key is told instead of ignored.
#include "tools/smpp-sim/subscribers.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;

struct Reading {
  std::string error;

  bool fail(const std::string& where, const std::string& what) {
    if (error.empty()) error = where + ": " + what;
    return false;
  }
  bool known_keys(const json::object& object, std::initializer_list<std::string_view> keys, const std::string& where) {
    for (const auto& entry : object) {
      const std::string_view key(entry.key().data(), entry.key().size());
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        std::string expected;
        for (const auto each : keys) expected += (expected.empty() ? "" : ", ") + std::string(each);
        return fail(where, "unknown key \"" + std::string(key) + "\" (known: " + expected + ")");
      }
    }
    return true;
  }
  bool text(const json::object& object, const char* key, std::string& into, const std::string& where) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return true;
    if (!value->is_string()) return fail(where + "." + key, "must be a string");
    into.assign(value->as_string().data(), value->as_string().size());
    return true;
  }
  bool habit(const json::value& value, Habit& into, const std::string& where) {
    if (!value.is_object()) return fail(where, "must be an object");
    const auto& object = value.as_object();
    if (!known_keys(object, {"when", "replies", "means"}, where)) return false;
    if (!text(object, "when", into.when, where) || !text(object, "means", into.means, where)) return false;
    const auto* replies = object.if_contains("replies");
    if (replies == nullptr || !replies->is_array() || replies->as_array().empty()) {
      return fail(where + ".replies", "must be a list of texts");
    }
    for (const auto& reply : replies->as_array()) {
      if (!reply.is_string()) return fail(where + ".replies", "must be a list of texts");
      into.replies.emplace_back(reply.as_string().data(), reply.as_string().size());
    }
    return true;
  }
  bool personality(const json::value& value, Personality& into, const std::string& where) {
    if (!value.is_object()) return fail(where, "must be an object");
    const auto& object = value.as_object();
    if (!known_keys(object, {"name", "share", "habits"}, where) || !text(object, "name", into.name, where))
      return false;
    if (const auto* share = object.if_contains("share")) {
      if (!share->is_int64() || share->as_int64() < 1 || share->as_int64() > 1'000'000) {
        return fail(where + ".share", "must be a number from 1");
      }
      into.share = static_cast<std::size_t>(share->as_int64());
    }
    const auto* habits = object.if_contains("habits");
    if (habits == nullptr) return true;
    if (!habits->is_array()) return fail(where + ".habits", "must be a list");
    for (std::size_t i = 0; i < habits->as_array().size(); ++i) {
      if (!habit(habits->as_array()[i], into.habits.emplace_back(), where + ".habits[" + std::to_string(i) + "]"))
        return false;
    }
    return true;
  }
  bool think(const json::value& value, Population& into) {
    const auto* pair = value.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_int64() || !(*pair)[1].is_int64() ||
        (*pair)[0].as_int64() < 0 || (*pair)[1].as_int64() < (*pair)[0].as_int64()) {
      return fail("think_ms", "must be [least, most]");
    }
    into.think_min = std::chrono::milliseconds((*pair)[0].as_int64());
    into.think_max = std::chrono::milliseconds((*pair)[1].as_int64());
    return true;
  }
  bool population(const json::value& value, Population& into) {
    if (!value.is_object()) return fail("the file", "must be one JSON object");
    const auto& object = value.as_object();
    if (!known_keys(object, {"first_number", "think_ms", "personalities"}, "the file")) return false;
    if (const auto* first = object.if_contains("first_number")) {
      if (!first->is_int64() || first->as_int64() < 1)
        return fail("first_number", "must be a number in digits, without +");
      into.first_number = static_cast<std::uint64_t>(first->as_int64());
    }
    if (const auto* pause = object.if_contains("think_ms"); pause != nullptr && !think(*pause, into)) return false;
    const auto* list = object.if_contains("personalities");
    if (list == nullptr || !list->is_array() || list->as_array().empty())
      return fail("personalities", "must be a list");
    for (std::size_t i = 0; i < list->as_array().size(); ++i) {
      const std::string where = "personalities[" + std::to_string(i) + "]";
      if (!personality(list->as_array()[i], into.personalities.emplace_back(), where)) return false;
    }
    return true;
  }
};

}  // namespace

std::optional<Population> parse_population(std::string_view text, std::string& error) {
  boost::system::error_code failed;
  json::stream_parser parser;
  const std::size_t consumed = parser.write_some(text.data(), text.size(), failed);
  const auto rest = text.substr(std::min(consumed, text.size()));
  if (!failed && rest.find_first_not_of(" \t\r\n") != std::string_view::npos) failed = json::error::extra_data;
  if (!failed) parser.finish(failed);
  if (failed) {
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(consumed, text.size())), '\n');
    error = "line " + std::to_string(line) + ": " + failed.message();
    return std::nullopt;
  }
  Population people;
  Reading reading;
  if (reading.population(parser.release(), people)) return people;
  error = reading.error;
  return std::nullopt;
}

}  // namespace smpp_sim
