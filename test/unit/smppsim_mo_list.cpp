// The lists of `smpp-sim mo`: what becomes of a CSV file and of JSON lines, and where their mistakes are.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/csv.hpp"
#include "tools/smpp-sim/mo_list.hpp"
#include "tools/smpp-sim/tools.hpp"

using namespace smpp_sim;

namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  return all;
}
MoList csv(std::string_view text, const std::string& to = {}) { return read_csv(text, "people.csv", {}, to); }
MoList json_lines(std::string_view text) { return read_json_lines(text, "in", {}, "80800"); }

}  // namespace

TEST_CASE("a CSV file becomes messages, with quotes, commas and line ends inside values") {
  const auto list =
      csv("\xEF\xBB\xBF"
          "from,to,text\r\n447700900001,80800,YES\r\n447700900002,80800,\"a, \"\"b\"\"\nc\"\n\n447700900003,80800,\n");
  CHECK(joined(list.errors) == "people.csv:6:1: text: the text is empty\n");
  CHECK(joined(list.bodies) == R"({"from":"447700900001","to":"80800","text":"YES","wait":0})"
                               "\n"
                               R"({"from":"447700900002","to":"80800","text":"a, \"b\"\nc","wait":0})"
                               "\n");
  CHECK(list.lines == std::vector<std::size_t>{2, 3});
}

TEST_CASE("columns beside the text are those of POST /mo, and --to stands in for a missing column") {
  const auto list = csv("from,text,data_coding,long,parts\n1,hé,8,,\n2,hi,,udh16,1\n", "80800");
  CHECK(joined(list.errors) == "");
  CHECK(joined(list.bodies) == R"({"from":"1","text":"hé","data_coding":8,"to":"80800","wait":0})"
                               "\n"
                               R"({"from":"2","text":"hi","long":"udh16","parts":"1","to":"80800","wait":0})"
                               "\n");
}

TEST_CASE("each mistake of a CSV file has its place") {
  CHECK(csv("").errors.size() == 1);
  CHECK(joined(csv("from,number,text\n1,2,3\n").errors).rfind("people.csv:1:6: unknown column \"number\"", 0) == 0);
  CHECK(joined(csv("from,to,text\n1,2\n3,4,x,y\n").errors) ==
        "people.csv:2:1: 2 values, but the first line names 3 columns\n"
        "people.csv:3:1: 4 values, but the first line names 3 columns\n");
  CHECK(joined(csv("from,to,text\n1,2,\"x\"y\n").errors) ==
        "people.csv:2:8: something behind the closing quotation mark\n");
  CHECK(joined(csv("from,to,text\n1,2,\"xy\n\n").errors) == "people.csv:2:5: a quotation mark that is never closed\n");
  CHECK(joined(csv("from,to,text\n1,2,x\"y\n").errors).rfind("people.csv:2:6: a quotation mark inside", 0) == 0);
  CHECK(joined(csv("from,to,text,data_coding\n1,2,x,eight\n,2,x,\n1,2,hi,9\n").errors) ==
        "people.csv:2:7: data_coding must be a number, not \"eight\"\n"
        "people.csv:3:1: from: is missing\n"
        "people.csv:4:1: data_coding: 0, 1, 3 and 8 choose an alphabet; with others say which, or give hex octets\n");
}

TEST_CASE("JSON lines become messages, and each mistake has its place") {
  const auto good =
      json_lines("{\"from\":\"1\",\"text\":\"a\"}\n\n  {\"from\":\"2\",\"text\":\"b\",\"tlv\":[\"0x1401=00\"]}");
  CHECK(joined(good.errors) == "");
  CHECK(good.lines == std::vector<std::size_t>{1, 3});
  CHECK(good.bodies[1] == R"({"from":"2","text":"b","tlv":["0x1401=00"],"to":"80800","wait":0})");
  const auto bad = json_lines(
      "{\"from\":\"1\",\"text\":}\n[]\n{\"from\":\"1\", "
      "\"txt\":\"a\"}\n{\"text\":\"a\"}\n{\"from\":\"1\",\"text\":\"a\"} x");
  REQUIRE(bad.errors.size() == 5);
  CHECK(bad.errors[0].rfind("in:1:", 0) == 0);
  CHECK(bad.errors[1] == "in:2:1: must be one JSON object a line");
  CHECK(bad.errors[2].rfind("in:3:14: unknown member \"txt\"", 0) == 0);
  CHECK(bad.errors[3] == "in:4:1: from: is missing");
  CHECK(bad.errors[4].rfind("in:5:", 0) == 0);
}

TEST_CASE("a rate is a number in a time") {
  CHECK(rate_of("50/s") == 50.0);
  CHECK(rate_of("600/m") == 10.0);
  CHECK(rate_of("0.5") == 0.5);
  for (const char* bad : {"", "0", "-1/s", "50/h", "x", "5 /s", "1e99"}) CHECK_FALSE(rate_of(bad));
}
