// The API against a pretended node: the role of every route, what requests become, how answers look, what bad input
// is told. No socket, no engine.
#include "core/web/api.hpp"
#include "test/unit/catch.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <deque>

using namespace core::web;
using namespace core::http;
namespace engine = core::engine;
namespace json = boost::json;
using core::Role;
using core::Secret;

namespace {

struct NoReports : storage::Reports {
  std::optional<storage::Message> message(storage::Id id) override {
    if (id != 77) return std::nullopt;
    storage::Message message;
    message.id = 77;
    message.to = "447700900001";
    message.text = "<b>hi</b>";
    message.state = storage::MessageState::accepted;
    message.segments.emplace_back().state = storage::SegmentState::accepted;
    message.history.push_back({storage::MessageState::queued, storage::WallTime{std::chrono::seconds(1)}, "by crm"});
    return message;
  }
  std::optional<storage::Inbound> inbound(storage::Id) override { return std::nullopt; }
  std::optional<storage::Contact> contact(const std::string&) override { return std::nullopt; }
  std::vector<storage::Conversation> conversations(const storage::ConversationFilter& asked) override {
    filter = asked;
    storage::Conversation conversation;
    conversation.id = 5;
    conversation.sender = "80800";
    conversation.opens_at = storage::WallTime{std::chrono::seconds(10)};
    conversation.closed_at = storage::WallTime{std::chrono::seconds(20)};
    conversation.state = storage::ConversationState::opted_out;
    return {conversation};
  }
  std::vector<Entry> chain(const std::string&, std::uint32_t) override {
    const auto inbound = [](int second, storage::Id conversation, std::string to) {
      Entry entry;
      entry.inbound.emplace();
      entry.inbound->received_at = storage::WallTime{std::chrono::seconds(second)};
      entry.inbound->conversation = conversation;
      entry.inbound->to = std::move(to);
      return entry;
    };
    return {inbound(5, 0, "80800"), inbound(12, 5, "80800"), inbound(15, 0, "999"), inbound(20, 0, "80800"), inbound(25, 0, "80800")};
  }
  std::vector<storage::Message> in_doubt(std::uint32_t) override { return {}; }
  std::vector<storage::Launch> launches(const std::string&) override { return {}; }
  storage::Totals totals(const std::string&) override { return {}; }
  storage::ConversationFilter filter;
};

struct Desk {
  Desk()
      : api(ports(), Tokens({{"boss", Role::admin, {Secret::Origin::written, {}, "admin-token"}},
                             {"crm", Role::operate, {Secret::Origin::written, {}, "operate-token"}},
                             {"eye", Role::view, {Secret::Origin::written, {}, "view-token"}}})) {}
  Ports ports() {
    Ports result;
    result.ask = [this](engine::Input input, Ports::Done done) {
      if (!room) return false;
      inputs.push_back(std::move(input));
      waiting.push_back(std::move(done));
      return true;
    };
    result.open = [this] { return open; };
    result.report = [this](Ports::Question question, std::function<void(Response)> then) {
      then(question(reports));
      return true;
    };
    result.status = [this] { return status; };
    result.metrics = [] { return std::string("m 1\n"); };
    result.now = [] { return std::chrono::steady_clock::time_point{std::chrono::hours(1)}; };
    result.audit = [this](std::string_view caller, const Request& request, unsigned code) {
      audited.push_back(std::string(caller) + " " + request.method + " " + request.path + " " + std::to_string(code));
    };
    return result;
  }
  Response ask(std::string method, std::string target, std::string body = {}, std::string token = "admin-token", std::multimap<std::string, std::string, std::less<>> more = {}) {
    Request request;
    request.method = std::move(method);
    REQUIRE(read_target(target, request));
    request.body = std::move(body);
    request.headers = std::move(more);
    request.remote = "127.0.0.1";
    if (!token.empty()) request.headers.emplace("authorization", "Bearer " + token);
    answered.status = 0;
    api.handle(std::move(request), Reply([this](Response response) { answered = std::move(response); }));
    return answered;
  }
  // The engine's answer to the oldest request.
  Response decide(engine::Answered answer) {
    auto done = std::move(waiting.front());
    waiting.pop_front();
    done(std::move(answer));
    return answered;
  }
  // First: a request dropped unanswered, at the end of a test too, still writes here.
  Response answered;
  std::vector<std::string> audited;
  NoReports reports;
  core::net::NodeStatus status;
  std::vector<engine::Input> inputs;
  std::deque<Ports::Done> waiting;
  bool room = true, open = true;
  Api api;
};

std::string text_of(const Response& response, std::string_view member) {
  const json::value body = json::parse(response.body);
  const json::value* found = body.as_object().if_contains(member);
  return found != nullptr && found->is_string() ? std::string(found->get_string().c_str()) : std::string();
}

}  // namespace

TEST_CASE("every route demands its role, and no token opens less than it says (S2)") {
  for (const auto& route : Api::routes()) {
    Desk desk;
    std::string path(route.pattern);
    for (std::size_t star = path.find('*'); star != std::string::npos; star = path.find('*')) path.replace(star, 1, "msg_0000000000001");
    const auto status = [&](const std::string& token) { return desk.ask(std::string(route.method), path, "", token).status; };
    CAPTURE(route.method, route.pattern);
    const bool everybody = route.role == "none", operate = route.role == "operate";
    CHECK((status("") == 401) == !everybody);
    CHECK((status("wrong") == 401) == !everybody);
    CHECK((status("view-token") == 403) == operate);
    CHECK(status("operate-token") != 403);
    CHECK(status("operate-token") != 401);
  }
}

TEST_CASE("a message becomes an input and its acceptance a 202 with its place") {
  Desk desk;
  desk.ask("POST", "/api/v1/messages", R"({"to":"+447700900001","from":"80800","text":"Hello"})", "operate-token", {{"idempotency-key", "k1"}, {"content-type", "application/json; charset=utf-8"}});
  REQUIRE(desk.inputs.size() == 1);
  const auto& input = std::get<engine::SendMessage>(desk.inputs[0]);
  CHECK(input.to == "+447700900001");
  CHECK(input.token == "crm");
  CHECK(input.idempotency_key == "k1");
  CHECK(input.request_hash != 0);
  const Response accepted = desk.decide(engine::MessageAccepted{9, 3, storage::MessageState::queued, false});
  CHECK(accepted.status == 202);
  CHECK(text_of(accepted, "id") == storage::show_id("msg_", 9));
  CHECK(text_of(accepted, "conversation") == storage::show_id("cnv_", 3));
  CHECK(accepted.headers == Headers{{"Location", "/api/v1/messages/" + storage::show_id("msg_", 9)}});
  CHECK(desk.audited == std::vector<std::string>{"crm POST /api/v1/messages 202"});
}

TEST_CASE("a repeated request is told as such, with 200") {
  Desk desk;
  desk.ask("POST", "/api/v1/messages", R"({"to":"1","from":"2","text":"3"})");
  const Response again = desk.decide(engine::MessageAccepted{9, 0, storage::MessageState::delivered, true});
  CHECK(again.status == 200);
  CHECK(text_of(again, "state") == "delivered");
}

TEST_CASE("a message with a campaign needs no text, and its fields are flattened") {
  Desk desk;
  desk.ask("POST", "/api/v1/messages", R"({"to":"447700900001","campaign":"checkup","fields":{"appointment":{"at":"2026-02-03T10:00"},"n":2}})");
  const auto& input = std::get<engine::SendMessage>(desk.inputs.at(0));
  CHECK(input.campaign == "checkup");
  CHECK(input.fields == storage::Fields{{"appointment.at", "2026-02-03T10:00"}, {"n", "2"}});
}

TEST_CASE("bad input is a problem that names the field, and reaches no engine") {
  Desk desk;
  const auto told = [&](const std::string& body, std::multimap<std::string, std::string, std::less<>> headers = {}) {
    const Response response = desk.ask("POST", "/api/v1/messages", body, "operate-token", std::move(headers));
    CHECK(response.content_type == "application/problem+json");
    CHECK(text_of(response, "detail") != "");
    return std::to_string(response.status) + " " + text_of(response, "field");
  };
  CHECK(told("{\"to\": \"+44") == "400 ");
  CHECK(told("[1, 2]") == "400 ");
  CHECK(told("{} {}") == "400 ");
  CHECK(told("\xff") == "400 ");
  CHECK(told(R"({"from":"80800","text":"x"})") == "422 to");
  CHECK(told(R"({"to":447700900001,"from":"80800","text":"x"})") == "422 to");
  CHECK(told(R"({"to":"1","text":"x"})") == "422 from");
  CHECK(told(R"({"to":"1","from":"80800"})") == "422 text");
  CHECK(told(R"({"to":"1","from":"80800","text":"x","txet":"y"})") == "422 txet");
  CHECK(told(R"({"to":"1","from":"80800","text":"x","fields":{"a":"b"}})") == "422 fields");
  CHECK(told(R"({"to":"1","campaign":"c","fields":{"a":[1]}})") == "422 fields.a");
  CHECK(told(R"({"to":"1","from":"80800","text":"x"})", {{"idempotency-key", ""}}) == "400 Idempotency-Key");
  CHECK(told(R"({"to":"1","from":"80800","text":"x"})", {{"idempotency-key", std::string(256, 'k')}}) == "400 Idempotency-Key");
  CHECK(told(R"({"to":"1","from":"80800","text":"x"})", {{"content-type", "text/plain"}}) == "415 Content-Type");
  CHECK(told(std::string(40, '[') + std::string(40, ']')) == "400 ");
  CHECK(desk.inputs.empty());
}

TEST_CASE("what the engine refuses is a problem with its status and field") {
  Desk desk;
  desk.ask("POST", "/api/v1/messages", R"({"to":"nobody","from":"80800","text":"x"})");
  const Response refused = desk.decide(engine::Problem{422, "malformed number", "\"nobody\" is not a number", "to"});
  CHECK(refused.status == 422);
  CHECK(refused.content_type == "application/problem+json");
  CHECK(text_of(refused, "field") == "to");
}

TEST_CASE("too much waiting is 429, stopping is 503") {
  Desk desk;
  desk.room = false;
  CHECK(desk.ask("POST", "/api/v1/campaigns/c/launch").status == 429);
  desk.open = false;
  CHECK(desk.ask("POST", "/api/v1/campaigns/c/launch").status == 503);
}

TEST_CASE("messages are shown with history, by an id that is one") {
  Desk desk;
  const Response found = desk.ask("GET", "/api/v1/messages/" + storage::show_id("msg_", 77), "", "view-token");
  CHECK(found.status == 200);
  const json::value body = json::parse(found.body);
  CHECK(body.at("history").at(0).at("detail") == "by crm");
  CHECK(body.at("history").at(0).at("at") == "1970-01-01T00:00:01.000Z");
  CHECK(body.at("segments").at(0).at("state") == "accepted");
  CHECK(desk.ask("GET", "/api/v1/messages/" + storage::show_id("msg_", 78)).status == 404);
  CHECK(desk.ask("GET", "/api/v1/messages/nonsense").status == 404);
}

TEST_CASE("conversations are filtered, and a STOP counts as a reply to the conversation it ended") {
  Desk desk;
  const Response list = desk.ask("GET", "/api/v1/conversations?number=%2B447700900001&state=open&limit=7", "", "view-token");
  CHECK(desk.reports.filter.number == "447700900001");
  CHECK(desk.reports.filter.state == "open");
  CHECK(desk.reports.filter.limit == 7);
  CHECK(json::parse(list.body).at("conversations").at(0).at("replies") == 2);
  CHECK(text_of(desk.ask("GET", "/api/v1/conversations?limit=0"), "field") == "limit");
  CHECK(text_of(desk.ask("GET", "/api/v1/conversations?before=x"), "field") == "before");
  CHECK(text_of(desk.ask("GET", "/api/v1/conversations?state=odd"), "field") == "state");
  CHECK(text_of(desk.ask("GET", "/api/v1/conversations?sort=up"), "field") == "sort");
}

TEST_CASE("health: live always, ready only when the node is, metrics in text") {
  Desk desk;
  CHECK(desk.ask("GET", "/livez", "", "").status == 200);
  CHECK(desk.ask("GET", "/readyz", "", "").status == 503);
  desk.status.recovered = true;
  CHECK(desk.ask("GET", "/readyz", "", "").status == 200);
  CHECK(desk.ask("HEAD", "/readyz", "", "").status == 200);
  const Response metrics = desk.ask("GET", "/metrics", "", "");
  CHECK(metrics.body == "m 1\n");
  CHECK(metrics.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(json::parse(desk.ask("GET", "/api/v1/status").body).at("ready") == true);
}

TEST_CASE("explain, cancel and settle become inputs") {
  Desk desk;
  desk.ask("POST", "/api/v1/explain", R"({"from":"+447700900001","to":"80800","text":"yes pls"})", "view-token");
  CHECK(std::get<engine::ExplainText>(desk.inputs.at(0)).text == "yes pls");
  engine::Explained explained;
  explained.reply = "Hello";
  explained.reply_coding = "gsm7";
  explained.reply_segments = 1;
  explained.trace = {"rule 1: no"};
  const Response response = desk.decide(explained);
  CHECK(json::parse(response.body).at("reply").at("segments") == 1);
  CHECK(json::parse(response.body).at("trace").at(0) == "rule 1: no");
  desk.ask("POST", "/api/v1/messages/" + storage::show_id("msg_", 4) + "/cancel");
  CHECK(std::get<engine::CancelMessage>(desk.inputs.at(1)).message == 4);
  desk.ask("POST", "/api/v1/messages/" + storage::show_id("msg_", 4) + "/settle", R"({"as":"resend"})");
  CHECK(std::get<engine::SettleDoubt>(desk.inputs.at(2)).resend);
  CHECK(text_of(desk.ask("POST", "/api/v1/messages/" + storage::show_id("msg_", 4) + "/settle", R"({"as":"gone"})"), "field") == "as");
}

TEST_CASE("other paths are 404, other methods 405 with those that are allowed, other sites 403 (S4)") {
  Desk desk;
  CHECK(desk.ask("GET", "/api/v1/nothing").status == 404);
  CHECK(desk.ask("GET", "/api/v1/messages/").status == 404);
  CHECK(desk.ask("GET", "/../etc/passwd").status == 404);
  const Response wrong = desk.ask("DELETE", "/api/v1/messages");
  CHECK(wrong.status == 405);
  CHECK(wrong.headers == Headers{{"Allow", "POST, GET"}});
  CHECK(desk.ask("POST", "/api/v1/campaigns/c/launch", "", "admin-token", {{"sec-fetch-site", "cross-site"}}).status == 403);
  CHECK(desk.inputs.empty());
}
