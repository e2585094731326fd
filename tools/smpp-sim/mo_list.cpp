#include "tools/smpp-sim/mo_list.hpp"

#include "tools/smpp-sim/control_request.hpp"
#include "tools/smpp-sim/csv.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace smpp_sim {
namespace {
namespace json = boost::json;

constexpr std::string_view kColumns[] = {
    "from",  "to",        "text",  "hex", "alphabet", "data_coding",   "esm_class",    "long",
    "parts", "reference", "ports", "tlv", "command",  "spoof_receipt", "max_attempts", "account"};
constexpr std::string_view kNumbers[] = {"data_coding", "esm_class", "reference", "max_attempts"};

bool is_number(std::string_view column) {
  return std::find(std::begin(kNumbers), std::end(kNumbers), column) != std::end(kNumbers);
}

class Reading {
 public:
  Reading(const std::string& file, const std::string& from, const std::string& to)
      : file_(file), from_(from), to_(to) {}

  MoList list;

  void fail(TextPlace place, std::string_view what) {
    list.errors.push_back(fmt::format("{}:{}:{}: {}", file_, place.line, place.column, what));
  }
  void add(json::object object, TextPlace place) {
    if (!object.contains("from") && !from_.empty()) object["from"] = from_;
    if (!object.contains("to") && !to_.empty()) object["to"] = to_;
    Body body(object);
    const MoText mo = mo_of(body);
    if (const auto& wrong = body.wrong()) {
      boost::system::error_code failed;
      const auto problem = json::parse(wrong->body, failed);
      return fail(place, failed ? "cannot be sent" : std::string_view(problem.as_object().at("detail").as_string()));
    }
    // Encoding it finds what only the text can tell: parts that are not there, characters the alphabet has not.
    std::string error;
    if (make_mo(mo, 0, error).empty()) return fail(place, error);
    object["wait"] = 0;
    list.bodies.push_back(json::serialize(object));
    list.lines.push_back(place.line);
  }

 private:
  const std::string& file_;
  const std::string& from_;
  const std::string& to_;
};

bool read_header(const std::vector<CsvField>& header, Reading& into) {
  const std::size_t before = into.list.errors.size();
  for (const auto& column : header) {
    if (std::find(std::begin(kColumns), std::end(kColumns), column.value) != std::end(kColumns)) continue;
    into.fail(column.place,
              fmt::format("unknown column \"{}\"; the first line names the columns: from,to,text or any of {}",
                          column.value, fmt::join(kColumns, ", ")));
  }
  return into.list.errors.size() == before;
}

}  // namespace

MoList read_csv(std::string_view text, const std::string& file, const std::string& from, const std::string& to) {
  Reading reading(file, from, to);
  CsvReader csv(text);
  std::optional<CsvError> error;
  const auto header = csv.next(error);
  if (!header && !error) reading.fail({}, "is empty; the first line names the columns: from,to,text");
  bool goes_on = header && read_header(*header, reading);
  while (goes_on) {
    const auto record = csv.next(error);
    if (!record) break;
    if (record->size() != header->size()) {
      reading.fail(record->front().place,
                   fmt::format("{} values, but the first line names {} columns", record->size(), header->size()));
      continue;
    }
    json::object object;
    bool is_fine = true;
    for (std::size_t i = 0; i < record->size(); ++i) {
      const auto& column = (*header)[i].value;
      const auto& value = (*record)[i].value;
      if (value.empty() && column != "text") continue;
      if (!is_number(column)) {
        object[column] = value;
        continue;
      }
      std::int64_t number = 0;
      const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
      is_fine = is_fine && failed == std::errc() && end == value.data() + value.size();
      if (!is_fine) reading.fail((*record)[i].place, fmt::format("{} must be a number, not \"{}\"", column, value));
      object[column] = number;
    }
    if (is_fine) reading.add(std::move(object), record->front().place);
  }
  if (error) reading.fail(error->place, error->what);
  return std::move(reading.list);
}

MoList read_json_lines(std::string_view text, const std::string& file, const std::string& from, const std::string& to) {
  Reading reading(file, from, to);
  TextPlace place;
  for (; !text.empty(); ++place.line) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    boost::system::error_code failed;
    json::stream_parser parser;
    const std::size_t consumed = parser.write_some(line.data(), line.size(), failed);
    if (!failed && line.substr(consumed).find_first_not_of(" \t\r") != std::string_view::npos)
      failed = json::error::extra_data;
    if (!failed) parser.finish(failed);
    if (failed) {
      reading.fail({place.line, consumed + 1}, failed.message());
      continue;
    }
    const json::value value = parser.release();
    const auto* object = value.if_object();
    if (object == nullptr) {
      reading.fail(place, "must be one JSON object a line");
      continue;
    }
    bool is_fine = true;
    for (const auto& entry : *object) {
      const std::string_view key(entry.key().data(), entry.key().size());
      if (std::find(std::begin(kColumns), std::end(kColumns), key) != std::end(kColumns)) continue;
      const auto at = place_of(line, key, PlaceOf::key);
      reading.fail({place.line, at.column},
                   fmt::format("unknown member \"{}\"; known are {}", key, fmt::join(kColumns, ", ")));
      is_fine = false;
    }
    if (is_fine) reading.add(*object, place);
  }
  return std::move(reading.list);
}

}  // namespace smpp_sim
