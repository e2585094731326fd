// Imports: rows reach the engine in chunks, reading waits for the disk, and every answer says how to go on.
#include "core/engine/limits.hpp"
#include "core/web/import_sink.hpp"
#include "test/unit/catch.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <optional>

using namespace core::web;
using core::http::Response;
namespace engine = core::engine;
namespace json = boost::json;

namespace {

struct Upload {
  explicit Upload(ResumeToken resume = {}, RowFormat format = RowFormat::csv, const std::string& key = {}) {
    auto ports = std::make_shared<Ports>();
    ports->ask = [this](engine::Input input, Ports::Done then) {
      if (!room) return false;
      chunks.push_back(std::get<engine::AddRecipients>(std::move(input)));
      done = std::move(then);
      return true;
    };
    ports->open = [this] { return open; };
    sink = std::make_unique<ImportSink>(ports, core::web::Import{"checkup", "crm", key, format, resume},
                                        core::http::Reply([this](Response response) { answer = std::move(response); }));
  }
  void send(const std::string& octets) { sink->chunk(octets, [this] { ++resumed; }); }
  // The engine stored the last chunk, all of it but `refused`.
  void stored(std::vector<engine::RefusedRow> refused = {}) {
    const std::size_t added = chunks.back().rows.size() - refused.size();
    total += added;
    std::exchange(done, nullptr)(engine::RecipientsAdded{7, added, total, std::move(refused)});
  }
  json::object body() const { return json::parse(answer->body).as_object(); }

  std::optional<Response> answer;                // first: an import dropped at the end of a test still answers
  std::vector<engine::AddRecipients> chunks;
  Ports::Done done;
  bool room = true, open = true;
  int resumed = 0;
  std::uint64_t total = 0;
  std::unique_ptr<ImportSink> sink;
};

std::string rows(int from, int to) {
  std::string text;
  for (int i = from; i <= to; ++i) text += std::to_string(447700900000 + i) + ",Ann\n";
  return text;
}

}  // namespace

TEST_CASE("rows are stored in chunks, and reading stands still until a chunk is on disk") {
  Upload import;
  import.send("number,first_name\n" + rows(1, 500));
  CHECK(import.resumed == 1);
  CHECK(import.chunks.empty());
  import.send(rows(501, 2100));
  CHECK(import.resumed == 1);
  REQUIRE(import.chunks.size() == 1);
  CHECK(import.chunks[0].rows.size() == engine::kImportChunk);
  CHECK(import.chunks[0].launch == 0);
  import.stored();
  REQUIRE(import.chunks.size() == 2);
  CHECK(import.chunks[1].launch == 7);
  CHECK(import.chunks[1].after == 1000);
  import.stored();
  CHECK(import.resumed == 2);
  import.sink->finished();
  REQUIRE(import.chunks.size() == 3);
  CHECK(import.chunks[2].rows.size() == 100);
  CHECK_FALSE(import.answer);
  import.stored({{2100, "number", "no"}});
  REQUIRE(import.answer);
  CHECK(import.answer->status == 200);
  CHECK(import.body().at("added") == 2099);
  CHECK(import.body().at("refused").at(0).at("line") == 2100);
  CHECK(import.body().at("resume").as_string() == show(ResumeToken{7, 2101, 2099}));
}

TEST_CASE("a resume token goes on behind the line it names") {
  Upload import(ResumeToken{7, 3, 2});
  import.send("number,first_name\n" + rows(1, 4));
  import.sink->finished();
  REQUIRE(import.chunks.size() == 1);
  CHECK(import.chunks[0].launch == 7);
  CHECK(import.chunks[0].after == 2);
  CHECK(import.chunks[0].rows.size() == 2);
  CHECK(import.chunks[0].rows[0].line == 4);
  ResumeToken token;
  CHECK(read_resume(show(ResumeToken{7, 3, 2}), token));
  CHECK((token.launch == 7 && token.line == 3 && token.rows == 2));
  for (const char* bad : {"", "lch_", "1.2.3", "lch_0000000000007.3", "lch_0000000000007.x.2"}) CHECK_FALSE(read_resume(bad, token));
}

TEST_CASE("every chunk carries who sends it and the import's Idempotency-Key") {
  Upload import({}, RowFormat::csv, "may");
  import.send("number,first_name\n" + rows(1, 1000));
  REQUIRE(import.chunks.size() == 1);
  CHECK(import.chunks[0].token == "crm");
  CHECK(import.chunks[0].idempotency_key == "may");
}

TEST_CASE("a full engine ends the import with 429, and what is on disk is named") {
  Upload import;
  import.send("number,first_name\n" + rows(1, 1000));
  import.stored();
  import.room = false;
  import.send(rows(1001, 2000));
  REQUIRE(import.answer);
  CHECK(import.answer->status == 429);
  CHECK(import.body().at("resume").as_string() == show(ResumeToken{7, 1001, 1000}));
  CHECK(import.body().at("added") == 1000);
}

TEST_CASE("an unknown campaign is told once, at the first chunk") {
  Upload import;
  import.send("number,first_name\n" + rows(1, 1000));
  std::exchange(import.done, nullptr)(engine::Problem{404, "unknown campaign", "no campaign is named", "campaign"});
  REQUIRE(import.answer);
  CHECK(import.answer->status == 404);
  CHECK(import.body().at("field") == "campaign");
}

TEST_CASE("rows before something unreadable are stored before it is told") {
  Upload import;
  import.send("number,first_name\n" + rows(1, 1000) + "1,\"never ends");
  import.stored();
  import.sink->finished();
  REQUIRE(import.answer);
  CHECK(import.answer->status == 422);
  CHECK(import.body().at("resume").as_string() == show(ResumeToken{7, 1001, 1000}));
  CHECK(import.body().at("detail").as_string() == "line 1002: a quoted cell does not end");
}

TEST_CASE("nothing usable is 422: an empty body, or only bad rows") {
  Upload empty;
  empty.sink->finished();
  CHECK(empty.answer->status == 422);
  Upload bad({}, RowFormat::json_lines);
  bad.send("{\"nmber\":\"1\"}\n");
  bad.sink->finished();
  REQUIRE(bad.answer);
  CHECK(bad.answer->status == 422);
  CHECK(bad.answer->content_type == "application/problem+json");
  CHECK(bad.body().at("refused_count") == 1);
  CHECK(bad.body().at("refused").at(0).at("field") == "number");
}

TEST_CASE("an answer of the engine after the peer has gone harms nothing and asks no more") {
  Upload import;
  import.send("number,first_name\n" + rows(1, 2500));
  import.sink->broken("the peer closed the connection");
  import.sink.reset();
  import.stored();
  CHECK(import.chunks.size() == 1);
}
