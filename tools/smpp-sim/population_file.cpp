// The personality file: JSON read strictly, so that a misspelt key is told instead of ignored. All mistakes are told at
// once, each with its line and column.
#include "tools/smpp-sim/json_place.hpp"
#include "tools/smpp-sim/subscribers.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;

constexpr std::uint64_t kMaxPeople = 10'000'000;          // of a file
constexpr std::int64_t kMaxNumber = 999'999'999'999'999;  // 15 digits (E.164)
constexpr int kMinutesOfDay = 24 * 60;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

// "22:00-07:00"
std::optional<DailyHours> hours_of(std::string_view text) {
  const auto clock = [](std::string_view part) -> int {
    int hour = 0, minute = 0;
    if (part.size() != 5 || part[2] != ':') return -1;
    const auto [h, no_hour] = std::from_chars(part.data(), part.data() + 2, hour);
    const auto [m, no_minute] = std::from_chars(part.data() + 3, part.data() + 5, minute);
    const bool is_clock = no_hour == std::errc() && h == part.data() + 2 && no_minute == std::errc() &&
                          m == part.data() + 5 && hour >= 0 && minute >= 0 && minute < 60;
    return is_clock && hour * 60 + minute <= kMinutesOfDay ? hour * 60 + minute : -1;
  };
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const int from = clock(text.substr(0, 5)), to = clock(text.substr(6));
  if (from < 0 || to < 0 || from == to || from == kMinutesOfDay) return std::nullopt;
  return DailyHours{from, to};
}

class Reading {
 public:
  Reading(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  std::string errors;

  void population(const json::value& value, Population& into) {
    const auto* object = as_object(value, "", {"first_number", "think_ms", "personalities", "ranges"});
    if (object == nullptr) return;
    if (const auto number = integer(*object, "first_number", "", 1, kMaxNumber)) {
      into.first_number = static_cast<std::uint64_t>(*number);
    }
    if (const auto* think = object->if_contains("think_ms")) think_time(*think, into.think_time, "think_ms");
    if (const auto* list = object->if_contains("personalities")) {
      personalities(*list, into.personalities, "personalities", {});
    }
    if (const auto* list = object->if_contains("ranges")) ranges(*list, into);
    if (errors.empty() && into.personalities.empty() && into.ranges.empty()) {
      fail("", "has neither personalities nor ranges, so nobody would answer");
    }
  }

 private:
  void fail(const std::string& path, std::string_view what, PlaceOf which = PlaceOf::value) {
    const TextPlace place = place_of(text_, path, which);
    const std::string_view named = which == PlaceOf::key ? std::string_view() : std::string_view(path);
    errors += fmt::format("{}{}:{}:{}: {}{}{}", errors.empty() ? "" : "\n", file_, place.line, place.column, named,
                          named.empty() ? "" : " ", what);
  }
  static std::string below(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }
  const json::object* as_object(const json::value& value, const std::string& path,
                                std::initializer_list<std::string_view> known) {
    const auto* object = value.if_object();
    if (object == nullptr) {
      fail(path, "must be an object");
      return nullptr;
    }
    for (const auto& entry : *object) {
      const std::string_view key(entry.key().data(), entry.key().size());
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      fail(below(path, key), fmt::format("unknown key \"{}\" (known: {})", key, fmt::join(known, ", ")), PlaceOf::key);
    }
    return object;
  }
  const json::array* as_list(const json::value& value, const std::string& path, std::string_view of_what) {
    const auto* list = value.if_array();
    if (list == nullptr || list->empty()) {
      fail(path, fmt::format("must be a list of {}", of_what));
      return nullptr;
    }
    return list;
  }
  std::optional<std::int64_t> integer(const json::object& object, const char* key, const std::string& path,
                                      std::int64_t least, std::int64_t most) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64() && value->as_int64() >= least && value->as_int64() <= most) return value->as_int64();
    fail(below(path, key), fmt::format("must be a whole number from {} to {}", least, most));
    return std::nullopt;
  }
  void text(const json::object& object, const char* key, std::string& into, const std::string& path) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return;
    if (!value->is_string()) return fail(below(path, key), "must be a string");
    into = view(value->as_string());
  }
  void probability(const json::object& object, const char* key, double& into, const std::string& path) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return;
    const double number = value->is_number() ? value->to_number<double>() : -1;
    if (!(number >= 0 && number <= 1)) return fail(below(path, key), "must be a number from 0 to 1");
    into = number;
  }
  void texts(const json::object& object, const char* key, std::vector<std::string>& into, const std::string& path) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return;
    const auto* list = as_list(*value, below(path, key), "texts");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (!(*list)[i].is_string()) return fail(fmt::format("{}[{}]", below(path, key), i), "must be a text");
      into.emplace_back(view((*list)[i].as_string()));
    }
  }
  void think_time(const json::value& value, ThinkTime& into, const std::string& path) {
    constexpr std::int64_t most = std::chrono::milliseconds(kMaxThinkTime).count();
    const auto ms = [](const json::value* each) {
      return each != nullptr && each->is_int64() && each->as_int64() >= 0 && each->as_int64() <= most ? each->as_int64()
                                                                                                      : -1;
    };
    const auto set = [&into](ThinkTime::Shape shape, std::int64_t first, std::int64_t second) {
      into = ThinkTime{shape, std::chrono::milliseconds(first), std::chrono::milliseconds(second)};
    };
    constexpr std::string_view forms =
        "must be a number of ms, [least, most], {\"mean\": ms} or {\"mean\": ms, \"deviation\": ms}, up to a day";
    if (value.is_int64() && ms(&value) >= 0) return set(ThinkTime::Shape::uniform, ms(&value), ms(&value));
    if (const auto* pair = value.if_array(); pair != nullptr && pair->size() == 2) {
      const auto least = ms(&(*pair)[0]), longest = ms(&(*pair)[1]);
      if (least >= 0 && longest >= least) return set(ThinkTime::Shape::uniform, least, longest);
    } else if (const auto* object = value.if_object()) {
      const auto mean = ms(object->if_contains("mean")), deviation = ms(object->if_contains("deviation"));
      if (mean >= 0 && object->size() == 1) return set(ThinkTime::Shape::exponential, mean, 0);
      if (mean >= 0 && deviation >= 0 && object->size() == 2) return set(ThinkTime::Shape::normal, mean, deviation);
    }
    fail(path, forms);
  }
  void habit(const json::value& value, Habit& into, const std::string& path) {
    const auto* object =
        as_object(value, path, {"when", "replies", "tapbacks", "means", "at_message", "every", "probability"});
    if (object == nullptr) return;
    text(*object, "when", into.when, path);
    text(*object, "means", into.means, path);
    texts(*object, "replies", into.replies, path);
    texts(*object, "tapbacks", into.tapbacks, path);
    probability(*object, "probability", into.probability, path);
    if (const auto at = integer(*object, "at_message", path, 1, 1'000'000))
      into.at_message = static_cast<std::size_t>(*at);
    if (const auto* every = object->if_contains("every")) {
      if (!every->is_bool()) return fail(below(path, "every"), "must be true or false");
      into.every = every->as_bool();
    }
    if (object->contains("replies") == object->contains("tapbacks")) fail(path, "must have either replies or tapbacks");
    if (into.every && into.at_message != 0) fail(path, "must have only one of every and at_message");
  }
  void off_network(const json::object& object, Personality& into, const std::string& path) {
    std::vector<std::string> all;
    texts(object, "off_network", all, path);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto hours = hours_of(all[i]);
      if (!hours) {
        fail(fmt::format("{}[{}]", below(path, "off_network"), i), "must be hours of the UTC day: \"22:00-07:00\"");
        continue;
      }
      into.off_network.push_back(*hours);
    }
  }
  void personality(const json::value& value, Personality& into, const std::string& path) {
    const auto* object =
        as_object(value, path, {"name", "share", "habits", "reply_probability", "typos", "think_ms", "off_network"});
    if (object == nullptr) return;
    text(*object, "name", into.name, path);
    if (const auto share = integer(*object, "share", path, 1, 1'000'000)) into.share = static_cast<std::size_t>(*share);
    probability(*object, "reply_probability", into.reply_probability, path);
    probability(*object, "typos", into.typos, path);
    off_network(*object, into, path);
    if (const auto* think = object->if_contains("think_ms")) {
      think_time(*think, into.think_time.emplace(), below(path, "think_ms"));
    }
    const auto* habits = object->if_contains("habits");
    if (habits == nullptr) return;
    const std::string at = below(path, "habits");
    if (!habits->is_array()) return fail(at, "must be a list");
    if (habits->as_array().size() > Subscriber::kMaxHabits) return fail(at, "has more than 64 habits");
    for (std::size_t i = 0; i < habits->as_array().size(); ++i) {
      habit(habits->as_array()[i], into.habits.emplace_back(), fmt::format("{}[{}]", at, i));
    }
  }
  // `by_name`: those that a name may stand for.
  void personalities(const json::value& value, std::vector<Personality>& into, const std::string& path,
                     const std::vector<Personality>& by_name) {
    const auto* list = as_list(value, path, "personalities");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = fmt::format("{}[{}]", path, i);
      const auto* name = (*list)[i].if_string();
      if (name == nullptr) {
        personality((*list)[i], into.emplace_back(), at);
        continue;
      }
      const auto found =
          std::find_if(by_name.begin(), by_name.end(), [&](const auto& p) { return p.name == view(*name); });
      if (found == by_name.end()) {
        fail(at, fmt::format("\"{}\" is no personality of this file", view(*name)));
      } else {
        into.push_back(*found);
      }
    }
  }
  void ranges(const json::value& value, Population& population) {
    const auto* list = as_list(value, "ranges", "number ranges");
    if (list == nullptr) return;
    std::uint64_t people = 0;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string path = fmt::format("ranges[{}]", i);
      const auto* object = as_object((*list)[i], path, {"first_number", "count", "personalities"});
      if (object == nullptr) continue;
      NumberRange range;
      const auto first = integer(*object, "first_number", path, 1, kMaxNumber);
      const auto count = integer(*object, "count", path, 1, kMaxPeople);
      for (const char* const key : {"first_number", "count", "personalities"}) {
        if (!object->contains(key)) fail(path, fmt::format("has no {}", key));
      }
      if (const auto* each = object->if_contains("personalities")) {
        personalities(*each, range.personalities, below(path, "personalities"), population.personalities);
      }
      if (!first || !count) continue;
      range.first_number = static_cast<std::uint64_t>(*first);
      range.count = static_cast<std::size_t>(*count);
      for (const auto& other : population.ranges) {
        if (range.first_number < other.first_number + other.count &&
            other.first_number < range.first_number + range.count) {
          fail(path, fmt::format("has numbers that the range from {} has too", other.first_number));
        }
      }
      if ((people += range.count) > kMaxPeople) fail(path, fmt::format("makes more than {} people", kMaxPeople));
      population.ranges.push_back(std::move(range));
    }
  }

  std::string_view text_;
  const std::string& file_;
};

}  // namespace

std::optional<Population> parse_population(std::string_view text, const std::string& file, std::string& error) {
  boost::system::error_code failed;
  json::stream_parser parser;
  const std::size_t consumed = parser.write_some(text.data(), text.size(), failed);
  const auto rest = text.substr(std::min(consumed, text.size()));
  const auto more = rest.find_first_not_of(" \t\r\n");
  if (!failed && more != std::string_view::npos) failed = json::error::extra_data;
  if (!failed) parser.finish(failed);
  if (failed) {
    const TextPlace place = place_at(text, consumed);
    error = fmt::format("{}:{}:{}: {}", file, place.line, place.column, failed.message());
    return std::nullopt;
  }
  Population people;
  Reading reading(text, file);
  reading.population(parser.release(), people);
  if (reading.errors.empty()) return people;
  error = std::move(reading.errors);
  return std::nullopt;
}

}  // namespace smpp_sim
