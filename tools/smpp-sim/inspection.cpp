#include "tools/smpp-sim/inspection.hpp"

#include "smpp/codec.hpp"
#include "tools/smpp-sim/pdu_facts.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;
using core::http::problem;
using core::http::Reply;
using core::http::Request;
using core::http::Response;

constexpr std::size_t kCatchUp = 128 * 1024;  // octets of the past in one answer; an unsent 512 KiB ends the stream
constexpr std::chrono::seconds kTick{1};

std::string in_event(std::string_view name, std::string_view data, std::uint64_t id = 0) {
  std::string event = id == 0 ? std::string() : fmt::format("id: {}\n", id);
  return event + fmt::format("event: {}\ndata: {}\n\n", name, data);
}

json::object members(const std::map<std::string, std::uint64_t>& counts) {
  json::object object;
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

}  // namespace

Inspection::Inspection(Smsc& smsc, Schedule& schedule) : smsc_(smsc), schedule_(schedule) {
  smsc_.pdus().when_added = [this](const LoggedPdu& pdu) { on_pdu(pdu); };
  smsc_.pdus().when_link = [this](const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) {
    on_link(peer, event, why, at);
  };
  smsc_.tell_received([this](const HandsetMessage& message) { on_message(message); });
}

Inspection::~Inspection() {
  smsc_.pdus().when_added = nullptr;
  smsc_.pdus().when_link = nullptr;
  smsc_.tell_received(nullptr);
}

void Inspection::pdus(const Request& request, Reply reply) {
  Query query(request, {"filters", "limit", "hex"});
  const PduFilter filter = query.filter();
  const auto limit = static_cast<std::size_t>(query.number("limit", 100, 1, kMostListed));
  const bool hex = query.boolean("hex");
  if (query.wrong()) return reply(*query.wrong());
  // With `after` the reader goes on from there; without, it wants the newest. Either way oldest first.
  const PduLog& log = smsc_.pdus();
  std::vector<const LoggedPdu*> found;
  const auto look = [&](const LoggedPdu& pdu) {
    if (filter.fits(pdu)) found.push_back(&pdu);
    return found.size() < limit;
  };
  if (filter.after != 0) {
    for (const auto& pdu : log.all()) {
      if (!look(pdu)) break;
    }
  } else {
    for (auto pdu = log.all().rbegin(); pdu != log.all().rend() && look(*pdu); ++pdu) {}
    std::reverse(found.begin(), found.end());
  }
  std::string list;
  for (const auto* pdu : found) list += (list.empty() ? "" : ",\n") + to_json(*pdu, hex);
  Response response;
  response.body = fmt::format("{{\"count\":{},\"last_id\":{},\"forgotten\":{},\"pdus\":[{}]}}\n", found.size(),
                              log.last_id(), log.forgotten(), list);
  reply(std::move(response));
}

void Inspection::wait(const Request& request, Reply reply) {
  Query query(request, {"filters", "count", "timeout", "hex"});
  auto waiter = std::make_shared<Waiter>();
  waiter->filter = query.filter();
  waiter->count = static_cast<std::size_t>(query.number("count", 1, 1, PduLog::kKept));
  waiter->hex = query.boolean("hex");
  const auto timeout = query.duration("timeout", std::chrono::seconds(10), kLongestWait);
  if (query.wrong()) return reply(*query.wrong());
  waiter->reply = std::move(reply);
  for (const auto& pdu : smsc_.pdus().all()) {
    if (waiter->filter.fits(pdu)) waiter->seen.push_back(pdu.id);
    if (waiter->seen.size() == waiter->count) return answer(*waiter, 200);
  }
  waiters_.push_back(waiter);
  schedule_.after(timeout, [this, alive = std::weak_ptr(alive_), waiter = std::weak_ptr(waiter)] {
    const auto late = waiter.lock();
    if (alive.expired() || !late) return;
    waiters_.remove(late);
    answer(*late, 408);
  });
}

void Inspection::answer(Waiter& waiter, unsigned status) {
  std::string list;
  std::size_t listed = 0;
  for (const auto id : waiter.seen) {
    const auto* pdu = smsc_.pdus().find(id);
    if (pdu == nullptr || listed == kMostListed) continue;
    ++listed;
    list += (list.empty() ? "" : ",\n") + to_json(*pdu, waiter.hex);
  }
  Response response;
  response.status = status;
  std::string why;
  if (status != 200) {
    response.content_type = "application/problem+json";
    why = fmt::format(R"("title":"Not seen in time","status":{},"detail":"{} of {} PDUs were seen",)", status,
                      waiter.seen.size(), waiter.count);
  }
  response.body = fmt::format("{{{}\"count\":{},\"last_id\":{},\"pdus\":[{}]}}\n", why, waiter.seen.size(),
                              smsc_.pdus().last_id(), list);
  waiter.reply(std::move(response));
}

void Inspection::events(const Request& request, Reply reply) {
  Query query(request, {"filters", "rate", "hex"});
  Listener listener;
  listener.filter = query.filter();
  listener.rate = query.number("rate", 0, 1, 1'000'000);
  listener.hex = query.boolean("hex");
  if (query.wrong()) return reply(*query.wrong());
  if (listeners_.size() >= kMaxStreams) {
    return reply(problem(503, "Too many readers", fmt::format("{} read events already; close one", kMaxStreams)));
  }
  // A browser that was cut off says what it saw last.
  const auto last = request.header("last-event-id");
  if (!last.empty()) listener.filter.after = std::strtoull(std::string(last).c_str(), nullptr, 10);
  const bool catches_up = listener.filter.after != 0;
  Response head;
  head.content_type = "text/event-stream";
  head.body = state_event(listener);
  listener.stream = reply.stream(std::move(head));
  if (!listener.stream) return;
  // In steps: a reader is given no more at once than may wait for it, and goes on behind the last it saw.
  if (catches_up) {
    for (const auto& pdu : smsc_.pdus().all()) {
      if (listener.octets > kCatchUp) return listener.stream->end();
      send(listener, pdu);
    }
  }
  listeners_.push_back(std::move(listener));
  start_ticking();
}

void Inspection::start_ticking() {
  if (std::exchange(ticking_, true)) return;
  schedule_.after(kTick, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) tick();
  });
}

std::string Inspection::state_event(const Listener& listener) const {
  std::uint64_t in_second = 0;
  for (const auto& [name, count] : last_rates_) in_second += count;
  const Counters& n = smsc_.ledger().counters;
  return in_event("state", json::serialize(json::object{{"binds", smsc_.binds()},
                                                        {"receivers", smsc_.receivers()},
                                                        {"owed", smsc_.owed()},
                                                        {"submit_sm", n.submits},
                                                        {"submit_sm_refused", n.refused},
                                                        {"deliver_sm", n.deliver_attempts},
                                                        {"pdus_per_second", in_second},
                                                        {"per_second", members(last_rates_)},
                                                        {"skipped", listener.skipped}}));
}

// Once a second: what a page shows beside the PDUs, and for a quiet line the sign that it still is one.
void Inspection::tick() {
  ticking_ = false;
  last_rates_ = std::exchange(rates_, {});
  listeners_.remove_if([](const Listener& each) { return !each.stream->is_open(); });
  for (auto& each : listeners_) {
    each.stream->write(state_event(each));
    each.sent = each.skipped = 0;
  }
  if (!listeners_.empty()) start_ticking();
}

void Inspection::send(Listener& listener, const LoggedPdu& pdu) {
  if (!listener.stream->is_open() || !listener.filter.fits(pdu)) return;
  if (listener.rate != 0 && listener.sent >= listener.rate) {
    ++listener.skipped;
    return;
  }
  ++listener.sent;
  const std::string event = in_event("pdu", to_json(pdu, listener.hex), pdu.id);
  listener.octets += event.size();
  listener.stream->write(event);
}

void Inspection::on_pdu(const LoggedPdu& pdu) {
  if (!listeners_.empty()) {
    if (pdu.fault.empty()) ++rates_[smpp::command_name(smpp::read_header(pdu.octets).id)];
    for (auto& each : listeners_) send(each, pdu);
  }
  for (auto each = waiters_.begin(); each != waiters_.end();) {
    Waiter& waiter = **each;
    if (waiter.filter.fits(pdu)) waiter.seen.push_back(pdu.id);
    if (waiter.seen.size() < waiter.count) {
      ++each;
      continue;
    }
    const auto done = *each;
    each = waiters_.erase(each);
    answer(*done, 200);
  }
}

void Inspection::on_link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) {
  if (listeners_.empty()) return;
  constexpr std::string_view names[] = {"connected", "refused", "closed"};
  const std::string data =
      json::serialize(json::object{{"at", utc_text(at)},
                                   {"connection", peer.connection},
                                   {"link", names[static_cast<std::size_t>(event)]},
                                   {"remote", fmt::format("{}:{}", peer.remote_address, peer.remote_port)},
                                   {"tls", peer.tls},
                                   {"why", why}});
  for (auto& each : listeners_) each.stream->write(in_event("link", data));
}

core::http::Response Inspection::messages_response(const std::string& number, std::uint64_t after) const {
  json::array list;
  std::uint64_t last = after;
  for (const auto* message : smsc_.ledger().messages_of(number, after)) {
    last = std::max(last, message->number);
    list.emplace_back(json::object{{"number", message->number},
                                   {"from", shown(message->from)},
                                   {"to", shown(message->to)},
                                   {"text", message->text},
                                   {"state", message->state},
                                   {"at", utc_text(message->at)}});
  }
  return ok({{"messages", std::move(list)}, {"last", last}});
}

// Answers when the handset has something new, or with nothing at the end of the time.
void Inspection::messages(const Request& request, Reply reply) {
  Query query(request, {"number", "after", "timeout"});
  std::string number = query.text("number");
  if (!number.empty() && number.front() == '+') number.erase(0, 1);
  const auto after = query.number("after", 0, 0, ~std::uint64_t{0});
  const auto timeout = query.duration("timeout", std::chrono::seconds(0), kLongestWait);
  if (number.empty()) query.fail("number", "is missing: whose messages?");
  if (query.wrong()) return reply(*query.wrong());
  if (timeout.count() == 0 || !smsc_.ledger().messages_of(number, after).empty()) {
    return reply(messages_response(number, after));
  }
  auto waiter = std::make_shared<PhoneWaiter>();
  waiter->number = number;
  waiter->after = after;
  waiter->reply = std::move(reply);
  phones_.push_back(waiter);
  schedule_.after(timeout, [this, alive = std::weak_ptr(alive_), waiter = std::weak_ptr(waiter)] {
    const auto late = waiter.lock();
    if (alive.expired() || !late) return;
    phones_.remove(late);
    late->reply(messages_response(late->number, late->after));
  });
}

void Inspection::on_message(const HandsetMessage& message) {
  for (auto each = phones_.begin(); each != phones_.end();) {
    if ((*each)->number != message.to) {
      ++each;
      continue;
    }
    const auto done = *each;
    each = phones_.erase(each);
    done->reply(messages_response(done->number, done->after));
  }
}

}  // namespace smpp_sim
