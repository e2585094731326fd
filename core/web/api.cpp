#include "core/web/api.hpp"

#include "core/web/import_sink.hpp"
#include "core/web/read_request.hpp"
#include "core/web/show.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace core::web {
namespace {

using Segments = std::vector<std::string>;

constexpr std::uint32_t kCountedPage = 100;       // conversations of a list that has `replies`
constexpr std::uint32_t kCountedExchange = 64;   // of the newest of a person's exchange

// One request on its way: who asks, and the parts of the path that stand for "*".
struct Asked {
  http::Request request;
  Caller caller;
  Segments names;
};
using Answer = std::function<void(http::Response)>;

struct Desk;                                     // the functions below work on it
using Serve = void (*)(Desk&, Asked, Answer);

struct Route {
  std::string_view method;
  std::string_view pattern;                      // "/api/v1/messages/*"
  std::optional<Role> role;                      // absent: open to everybody
  Serve serve;                                   // null: streamed, see open_sink
};

struct Desk {
  std::shared_ptr<const Ports> ports;

  void ask(engine::Input input, Answer answer) const {
    const auto shared = std::make_shared<Answer>(std::move(answer));
    if (ports->ask(std::move(input), [shared](engine::Answered answered) { (*shared)(show(answered)); })) return;
    http::Response busy = ports->open() ? http::problem(429, "busy", "too much is waiting; try again in a moment")
                                        : http::problem(503, "stopping", "the service is stopping");
    busy.headers.emplace_back("Retry-After", "1");
    (*shared)(std::move(busy));
  }
  // `read`: an input, or the problem that it is.
  template <class T>
  void ask(Read<T> read, Answer answer) const {
    if (auto* problem = std::get_if<http::Response>(&read)) return answer(std::move(*problem));
    ask(engine::Input(std::get<T>(std::move(read))), std::move(answer));
  }
  void report(Ports::Question question, Answer answer) const {
    const auto shared = std::make_shared<Answer>(std::move(answer));
    if (ports->report(std::move(question), [shared](http::Response response) { (*shared)(std::move(response)); })) return;
    http::Response busy = http::problem(503, "busy", "too many questions are waiting; try again in a moment");
    busy.headers.emplace_back("Retry-After", "1");
    (*shared)(std::move(busy));
  }
};

http::Response plain(unsigned status, std::string text) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

// The id in the path, or the answer that there is no such thing.
storage::Id message_id(const Asked& asked, const Answer& answer) {
  const storage::Id id = storage::parse_id("msg_", asked.names.at(0));
  if (id == 0) answer(http::problem(404, "unknown message", "\"" + asked.names.at(0) + "\" is not a message's id", "id"));
  return id;
}

std::uint32_t limit_of(const http::Request& request, std::uint32_t fallback) {
  const std::string text = request.query_value("limit").value_or("");
  std::uint32_t limit = fallback;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return limit < 1 || limit > 1000 ? fallback : limit;
}

// ---- the routes -------------------------------------------------------------------------------------------------
void live(Desk&, Asked, Answer answer) { answer(plain(200, "live\n")); }

void ready(Desk& desk, Asked, Answer answer) {
  const std::string why_not = desk.ports->status().not_ready();
  answer(why_not.empty() ? plain(200, "ready\n") : plain(503, why_not + "\n"));
}

void metrics(Desk& desk, Asked, Answer answer) {
  http::Response response = plain(200, desk.ports->metrics());
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  answer(std::move(response));
}

void status(Desk& desk, Asked, Answer answer) {
  const auto question = [now = desk.ports->status()](storage::Reports& reports) { return show(now, reports.totals("")); };
  desk.report(question, std::move(answer));
}

void send_message(Desk& desk, Asked asked, Answer answer) { desk.ask(read_send(asked.request, asked.caller), std::move(answer)); }

void get_message(Desk& desk, Asked asked, Answer answer) {
  const storage::Id id = message_id(asked, answer);
  if (id == 0) return;
  const auto question = [id](storage::Reports& reports) {
    const auto message = reports.message(id);
    return message ? show(*message) : http::problem(404, "unknown message", "no message has this id", "id");
  };
  desk.report(question, std::move(answer));
}

void list_messages(Desk& desk, Asked asked, Answer answer) {
  if (asked.request.query_value("state") != "in_doubt") {
    return answer(http::problem(400, "bad state", "the list that is kept is ?state=in_doubt", "state"));
  }
  const auto question = [limit = limit_of(asked.request, 100)](storage::Reports& reports) { return show(reports.in_doubt(limit)); };
  desk.report(question, std::move(answer));
}

void cancel_message(Desk& desk, Asked asked, Answer answer) {
  const storage::Id id = message_id(asked, answer);
  if (id != 0) desk.ask(engine::CancelMessage{0, id}, std::move(answer));
}

void settle_message(Desk& desk, Asked asked, Answer answer) {
  const storage::Id id = message_id(asked, answer);
  if (id != 0) desk.ask(read_settle(asked.request, id), std::move(answer));
}

void launch(Desk& desk, Asked asked, Answer answer) {
  desk.ask(read_launch(asked.request, asked.caller, asked.names.at(0)), std::move(answer));
}

void campaign(Desk& desk, Asked asked, Answer answer) {
  const auto question = [name = asked.names.at(0)](storage::Reports& reports) {
    return show(name, reports.totals(name), reports.launches(name));
  };
  desk.report(question, std::move(answer));
}

void conversations(Desk& desk, Asked asked, Answer answer) {
  auto read = read_filter(asked.request);
  if (auto* problem = std::get_if<http::Response>(&read)) return answer(std::move(*problem));
  const auto question = [filter = std::get<storage::ConversationFilter>(read)](storage::Reports& reports) {
    std::vector<ConversationView> views;
    for (auto& conversation : reports.conversations(filter)) views.push_back({std::move(conversation), std::nullopt});
    // Counting reads each person's exchange: a page for people has it, a long list does not.
    for (auto& view : views) {
      if (filter.limit <= kCountedPage) view.replies = count_replies(view.conversation, reports.chain(view.conversation.number, kCountedExchange));
    }
    return show(views, filter.limit);
  };
  desk.report(question, std::move(answer));
}

void contact(Desk& desk, Asked asked, Answer answer) {
  std::string number = asked.names.at(0);
  if (!number.empty() && number.front() == '+') number.erase(0, 1);
  const auto question = [number, limit = limit_of(asked.request, 100)](storage::Reports& reports) {
    const auto person = reports.contact(number);
    return person ? show(*person, reports.chain(number, limit)) : http::problem(404, "unknown number", "nothing was ever exchanged with it", "number");
  };
  desk.report(question, std::move(answer));
}

void explain(Desk& desk, Asked asked, Answer answer) { desk.ask(read_explain(asked.request), std::move(answer)); }

constexpr std::array kRoutes{
    Route{"GET", "/livez", std::nullopt, live},
    Route{"GET", "/readyz", std::nullopt, ready},
    Route{"GET", "/metrics", std::nullopt, metrics},     // figures only: no number, no text
    Route{"GET", "/api/v1/status", Role::view, status},
    Route{"POST", "/api/v1/messages", Role::operate, send_message},
    Route{"GET", "/api/v1/messages", Role::view, list_messages},
    Route{"GET", "/api/v1/messages/*", Role::view, get_message},
    Route{"POST", "/api/v1/messages/*/cancel", Role::operate, cancel_message},
    Route{"POST", "/api/v1/messages/*/settle", Role::operate, settle_message},
    Route{"POST", "/api/v1/campaigns/*/recipients", Role::operate, nullptr},
    Route{"POST", "/api/v1/campaigns/*/launch", Role::operate, launch},
    Route{"GET", "/api/v1/campaigns/*", Role::view, campaign},
    Route{"GET", "/api/v1/conversations", Role::view, conversations},
    Route{"GET", "/api/v1/contacts/*", Role::view, contact},
    Route{"POST", "/api/v1/explain", Role::view, explain},
};

// True: the path is the pattern's; `names` are what stands for "*".
bool matches(std::string_view pattern, const Segments& segments, Segments& names) {
  names.clear();
  std::size_t at = 0;
  for (pattern.remove_prefix(1); ; ++at) {
    const std::size_t slash = pattern.find('/');
    const std::string_view part = pattern.substr(0, slash);
    if (at >= segments.size()) return false;
    if (part == "*" && !segments[at].empty()) names.push_back(segments[at]);
    else if (part != segments[at]) return false;
    if (slash == std::string_view::npos) return at + 1 == segments.size();
    pattern.remove_prefix(slash + 1);
  }
}

}  // namespace

struct Api::Impl : std::enable_shared_from_this<Api::Impl> {
  Impl(Ports given, Tokens known) : desk{std::make_shared<const Ports>(std::move(given))}, tokens(std::move(known)) {}

  struct Admitted { const Route* route = nullptr; Caller caller; Segments names; };
  // The route and who asks, or the refusal.
  std::variant<Admitted, http::Response> admit(const http::Request& request);
  std::optional<http::Response> refuse(const Route& route, const http::Request& request, Caller& caller);
  void audit(std::string_view caller, const http::Request& request, unsigned status) const {
    if (desk.ports->audit) desk.ports->audit(caller, request, status);
  }

  Desk desk;
  Tokens tokens;
};

std::variant<Api::Impl::Admitted, http::Response> Api::Impl::admit(const http::Request& request) {
  Admitted admitted;
  std::string allowed;
  // HEAD is GET without its body, which the server leaves out.
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  for (const Route& route : kRoutes) {
    Segments names;
    if (!matches(route.pattern, request.segments, names)) continue;
    if (route.method != method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    if (auto refusal = refuse(route, request, admitted.caller)) return std::move(*refusal);
    admitted.route = &route;
    admitted.names = std::move(names);
    return admitted;
  }
  if (allowed.empty()) return http::problem(404, "not found", "there is nothing at " + request.path);
  http::Response response = http::problem(405, "method not allowed", request.path + " takes " + allowed);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

std::optional<http::Response> Api::Impl::refuse(const Route& route, const http::Request& request, Caller& caller) {
  if (!route.role) return std::nullopt;
  // A page of another site has no business here, whatever token it got hold of (S4).
  if (request.header("sec-fetch-site") == "cross-site") return http::problem(403, "forbidden", "requests from other sites are refused");
  const auto checked = tokens.check(request.header("authorization"), request.remote, desk.ports->now());
  if (checked.refusal == Refusal::too_many) {
    http::Response response = http::problem(429, "too many failures", "too many wrong tokens; wait a minute");
    response.headers.emplace_back("Retry-After", "60");
    return response;
  }
  if (checked.caller == nullptr) {
    http::Response response = http::problem(401, "unauthorized", checked.refusal == Refusal::missing ? "send Authorization: Bearer <token>" : "the token is not known", "Authorization");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  }
  caller = *checked.caller;
  if (caller.role >= *route.role) return std::nullopt;
  return http::problem(403, "forbidden", "the token \"" + caller.name + "\" has role " + std::string(to_string(caller.role)) + "; this needs " + std::string(to_string(*route.role)));
}

Api::Api(Ports ports, Tokens tokens) : impl_(std::make_shared<Impl>(std::move(ports), std::move(tokens))) {}
Api::~Api() = default;

void Api::handle(http::Request request, http::Reply reply) {
  auto admitted = impl_->admit(request);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) {
    impl_->audit({}, request, refusal->status);
    return reply(std::move(*refusal));
  }
  auto& to = std::get<Impl::Admitted>(admitted);
  if (to.route->serve == nullptr) return reply(http::problem(411, "length required", "send the recipients as the request's body"));
  // Whoever changes something is written down, with how it ended (S15); reading is not.
  const bool noted = to.route->method != "GET" && to.route->role.has_value();
  http::Request head;
  if (noted) head.method = request.method, head.path = request.path, head.remote = request.remote;
  const auto shared = std::make_shared<http::Reply>(std::move(reply));
  auto answer = [impl = impl_, shared, noted, head = std::move(head), caller = to.caller.name](http::Response response) {
    if (noted) impl->audit(caller, head, response.status);
    (*shared)(std::move(response));
  };
  to.route->serve(impl_->desk, {std::move(request), std::move(to.caller), std::move(to.names)}, std::move(answer));
}

std::unique_ptr<http::BodySink> Api::open_sink(const http::Request& head, http::Reply& reply) {
  Segments names;
  if (head.method != "POST" || !matches("/api/v1/campaigns/*/recipients", head.segments, names)) return nullptr;
  if (head.headers.count("content-length") == 0 && head.headers.count("transfer-encoding") == 0) return nullptr;
  auto admitted = impl_->admit(head);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) {
    impl_->audit({}, head, refusal->status);
    reply(std::move(*refusal));
    return nullptr;
  }
  const RowFormat format = format_of(head.header("content-type"));
  if (head.header("content-type").substr(0, 16) == "application/json" && format == RowFormat::unknown) {
    reply(http::problem(415, "unsupported media type", "send JSON lines as application/x-ndjson, or CSV as text/csv", "Content-Type"));
    return nullptr;
  }
  ResumeToken resume;
  if (const auto text = head.query_value("resume"); text && !read_resume(*text, resume)) {
    reply(http::problem(400, "bad resume token", "it is the \"resume\" of an earlier answer", "resume"));
    return nullptr;
  }
  auto key = read_idempotency_key(head);
  if (auto* refusal = std::get_if<http::Response>(&key)) {
    reply(std::move(*refusal));
    return nullptr;
  }
  const std::string& caller = std::get<Impl::Admitted>(admitted).caller.name;
  impl_->audit(caller, head, 100);
  Import import{names.at(0), caller, std::get<std::string>(std::move(key)), format, resume};
  return std::make_unique<ImportSink>(impl_->desk.ports, std::move(import), std::move(reply));
}

http::ServerHooks Api::hooks() {
  http::ServerHooks hooks;
  hooks.handle = [this](http::Request request, http::Reply reply) { handle(std::move(request), std::move(reply)); };
  hooks.open_sink = [this](const http::Request& head, http::Reply& reply) { return open_sink(head, reply); };
  return hooks;
}

std::vector<Api::RouteView> Api::routes() {
  std::vector<RouteView> views;
  for (const Route& route : kRoutes) views.push_back({route.method, route.pattern, route.role ? to_string(*route.role) : "none"});
  return views;
}

}  // namespace core::web
