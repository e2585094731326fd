// Rows out of streams, cut anywhere: what is read, and which line is named when a row is bad.
#include "core/web/recipients.hpp"
#include "test/unit/catch.hpp"

using namespace core::web;

namespace {

struct Outcome {
  std::vector<core::engine::RecipientRow> rows;
  std::vector<core::engine::RefusedRow> refused;
  std::optional<core::engine::RefusedRow> fatal;
};

Outcome read(std::string_view text, RowFormat format = RowFormat::unknown, std::size_t piece = 7, std::uint64_t skip = 0) {
  RecipientReader reader(format, skip);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) reader.feed(text.substr(0, piece));
  reader.end();
  return {reader.take(100'000), reader.take_refused(), reader.fatal()};
}

}  // namespace

TEST_CASE("JSON lines give rows with flattened fields and their line numbers") {
  const Outcome outcome = read(R"({"number": "+447700900001", "first_name": "Ann", "appointment": {"at": "2026-02-03T10:00"}, "visits": 3, "vip": true, "note": null}

{"number":"447700900002","appointment.at":"x"})");
  REQUIRE(outcome.rows.size() == 2);
  CHECK(outcome.rows[0].number == "+447700900001");
  CHECK(outcome.rows[0].fields == storage::Fields{{"appointment.at", "2026-02-03T10:00"}, {"first_name", "Ann"}, {"visits", "3"}, {"vip", "true"}});
  CHECK(outcome.rows[1].line == 3);
  CHECK(outcome.rows[1].fields.at("appointment.at") == "x");
  CHECK(outcome.refused.empty());
}

TEST_CASE("CSV gives rows by its header: quotes, commas, line breaks in cells, CRLF, a byte order mark") {
  const std::string text = "\xef\xbb\xbfnumber, first_name,note\r\n447700900001,Ann,\"said \"\"yes, please\"\"\nand smiled\"\r\n\r\n447700900002,,\r\n";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, text.size()}) {
    const Outcome outcome = read(text, RowFormat::csv, piece);
    REQUIRE(outcome.rows.size() == 2);
    CHECK(outcome.rows[0].line == 2);
    CHECK(outcome.rows[0].fields == storage::Fields{{"first_name", "Ann"}, {"note", "said \"yes, please\"\nand smiled"}});
    CHECK(outcome.rows[1].line == 5);
    CHECK(outcome.rows[1].fields.empty());
  }
}

TEST_CASE("a bad row costs itself and is named by its line and field") {
  const Outcome lines = read("{\"number\":\"1\"}\n{\"number\":\n[1]\n{\"nmber\":\"2\"}\n{\"number\":7}\n{\"number\":\"3\",\"a\":[1]}\n{\"number\":\"4\"}\n");
  CHECK(lines.rows.size() == 2);
  REQUIRE(lines.refused.size() == 5);
  CHECK(lines.refused[0].line == 2);
  CHECK(lines.refused[0].why.find("invalid JSON") == 0);
  CHECK(lines.refused[1].line == 3);
  CHECK(lines.refused[2].field == "number");
  CHECK(lines.refused[3].why == "not a text");
  CHECK(lines.refused[4].field == "a");

  const Outcome csv = read("number,name\n1,Ann,extra\n2\n3,\"x\"y\n4,Bob\n");
  CHECK(csv.rows.size() == 1);
  REQUIRE(csv.refused.size() == 3);
  CHECK(csv.refused[0].line == 2);
  CHECK(csv.refused[0].why == "3 cells, the header has 2");
  CHECK(csv.refused[1].line == 3);
  CHECK(csv.refused[2].why == "text after a closing quote");
}

TEST_CASE("what nobody can read on from is fatal and says so") {
  CHECK(read("name,phone\nAnn,1\n").fatal->field == "number");
  CHECK(read("number,a,a\n").fatal->why == "the column is there twice");
  CHECK(read("number,,a\n").fatal->why == "a column without a name");
  CHECK(read("[{\"number\":\"1\"}]").fatal->why == "one JSON object a line, not a JSON list");
  CHECK(read("number\n\"447", RowFormat::csv).fatal->why == "a quoted cell does not end");
  CHECK(read("number,a\n1,\"" + std::string(2 * kMaxRowOctets, 'x'), RowFormat::csv, 4096).fatal->why.find("is a quote missing?") != std::string::npos);
}

TEST_CASE("a row of endless length is refused without being kept") {
  const Outcome outcome = read("{\"number\":\"1\",\"a\":\"" + std::string(3 * kMaxRowOctets, 'x') + "\"}\n{\"number\":\"2\"}\n", RowFormat::json_lines, 4096);
  CHECK(outcome.rows.size() == 1);
  REQUIRE(outcome.refused.size() == 1);
  CHECK(outcome.refused[0].line == 1);
}

TEST_CASE("deep nesting and endless names are refused, not followed (S9)") {
  std::string deep = "{\"number\":\"1\",\"a\":";
  for (int i = 0; i < 100; ++i) deep += "{\"a\":";
  CHECK(read(deep + "1" + std::string(101, '}') + "\n").refused.size() == 1);
  CHECK(read("{\"number\":\"1\",\"" + std::string(200, 'n') + "\":1}\n").refused[0].why == "the name is too long");
}

TEST_CASE("lines imported before are read over, the header is not") {
  const Outcome csv = read("number,a\n1,x\n2,y\n3,z\n", RowFormat::unknown, 5, 3);
  REQUIRE(csv.rows.size() == 1);
  CHECK(csv.rows[0].number == "3");
  CHECK(csv.rows[0].fields.at("a") == "z");
}

TEST_CASE("the format is the content type's, with or without parameters") {
  CHECK(format_of("text/csv; charset=utf-8") == RowFormat::csv);
  CHECK(format_of("application/x-ndjson") == RowFormat::json_lines);
  CHECK(format_of("") == RowFormat::unknown);
}
