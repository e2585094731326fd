#include "core/web/import_sink.hpp"

#include "core/engine/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <utility>

namespace core::web {

namespace json = boost::json;

std::string show(const ResumeToken& token) {
  return storage::show_id("lch_", token.launch) + "." + std::to_string(token.line) + "." + std::to_string(token.rows);
}

bool read_resume(std::string_view text, ResumeToken& into) {
  const std::size_t first = text.find('.'), second = text.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return false;
  into.launch = storage::parse_id("lch_", text.substr(0, first));
  const auto number = [](std::string_view digits, std::uint64_t& value) {
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return failed == std::errc{} && end == digits.data() + digits.size();
  };
  return into.launch != 0 && number(text.substr(first + 1, second - first - 1), into.line) && number(text.substr(second + 1), into.rows);
}

struct ImportSink::State : std::enable_shared_from_this<ImportSink::State> {
  State(std::shared_ptr<const Ports> given, Import what, http::Reply answer)
      : ports(std::move(given)), import(std::move(what)), reader(import.format, import.resume.line), done(import.resume), reply(std::move(answer)) {}

  void go_on();
  void send();
  void stored(std::uint64_t last_line, engine::Answered answered);
  void note_refused(std::vector<engine::RefusedRow> rows);
  void complete();
  void fail(http::Response response);

  std::shared_ptr<const Ports> ports;
  Import import;
  RecipientReader reader;
  ResumeToken done;                              // what is on disk
  http::Reply reply;
  http::Resume resume;
  bool ended = false;                            // the whole body has been read
  bool asking = false;
  bool gone = false;                             // the peer is: what it sent beyond the chunk under way is dropped
  std::uint64_t added = 0, refused_count = 0;
  json::array refused;
};

void ImportSink::State::note_refused(std::vector<engine::RefusedRow> rows) {
  refused_count += rows.size();
  for (const auto& row : rows) {
    if (refused.size() >= kRefusedShown) return;
    refused.push_back(json::object{{"line", row.line}, {"field", row.field}, {"detail", row.why}});
  }
}

// Decides what comes next: a full chunk to store, more octets, or the end.
void ImportSink::State::go_on() {
  if (!reply || asking || gone) return;
  note_refused(reader.take_refused());
  if (reader.ready() >= engine::kImportChunk || (ended && reader.ready() > 0)) return send();
  if (reader.fatal()) {
    const auto& fatal = *reader.fatal();
    return fail(http::problem(422, "unreadable rows", "line " + std::to_string(fatal.line) + ": " + fatal.why, fatal.field));
  }
  if (ended) return complete();
  if (const auto more = std::exchange(resume, nullptr)) more();
}

void ImportSink::State::send() {
  engine::AddRecipients input;
  input.campaign = import.campaign;
  input.token = import.token;
  input.idempotency_key = import.idempotency_key;
  input.rows = reader.take(engine::kImportChunk);
  input.launch = done.launch;
  input.after = done.launch != 0 ? done.rows : 0;
  const std::uint64_t last_line = input.rows.back().line;
  asking = true;
  const bool taken = ports->ask(std::move(input), [self = shared_from_this(), last_line](engine::Answered answered) {
    self->asking = false;
    self->stored(last_line, std::move(answered));
  });
  if (taken) return;
  asking = false;
  const bool stopping = !ports->open();
  http::Response busy = stopping ? http::problem(503, "stopping", "the service is stopping; go on with the resume token when it is back")
                                 : http::problem(429, "busy", "too much is waiting; go on with the resume token in a moment");
  busy.headers.emplace_back("Retry-After", stopping ? "10" : "1");
  fail(std::move(busy));
}

void ImportSink::State::stored(std::uint64_t last_line, engine::Answered answered) {
  if (const auto* problem = std::get_if<engine::Problem>(&answered)) {
    return fail(http::problem(problem->status, problem->title, problem->detail, problem->field));
  }
  auto& result = std::get<engine::RecipientsAdded>(answered);
  done = {result.launch, last_line, result.total};
  added += result.added;
  note_refused(std::move(result.refused));
  go_on();
}

void ImportSink::State::complete() {
  if (done.launch == 0 && refused_count == 0) return fail(http::problem(422, "no recipients", "the body holds no rows", "body"));
  json::object body{{"added", added}, {"total", done.rows}, {"refused_count", refused_count}, {"refused", std::move(refused)}};
  if (done.launch != 0) {
    body["launch"] = storage::show_id("lch_", done.launch);
    body["resume"] = show(done);
  }
  http::Response response;
  // Nothing of a file usable is the caller's fault; some bad rows among good ones are told and not refused as a whole.
  response.status = added == 0 ? 422 : 200;
  if (added == 0) {
    body["type"] = "about:blank";
    body["title"] = "no row could be used";
    body["status"] = 422;
    body["field"] = "recipients";
    response.content_type = "application/problem+json";
  }
  response.body = json::serialize(body);
  reply(std::move(response));
}

// A problem, with what is on disk already and how to go on.
void ImportSink::State::fail(http::Response response) {
  json::value body = json::parse(response.body);
  json::object& object = body.get_object();
  object["added"] = added;
  if (done.launch != 0) object["resume"] = show(done);
  if (refused_count != 0) {
    object["refused_count"] = refused_count;
    object["refused"] = std::move(refused);
  }
  response.body = json::serialize(body);
  reply(std::move(response));
}

ImportSink::ImportSink(std::shared_ptr<const Ports> ports, Import import, http::Reply reply)
    : state_(std::make_shared<State>(std::move(ports), std::move(import), std::move(reply))) {}

ImportSink::~ImportSink() { state_->resume = nullptr; }

void ImportSink::chunk(std::string_view octets, http::Resume resume) {
  const auto state = state_;                     // an answer given below destroys this sink
  state->resume = std::move(resume);
  state->reader.feed(octets);
  state->go_on();
}

void ImportSink::finished() {
  const auto state = state_;
  state->ended = true;
  state->reader.end();
  state->go_on();
}

void ImportSink::broken(std::string_view) { state_->gone = true; }

}  // namespace core::web
