// Webhooks: an event row is the only way to tell the CRM; per conversation and endpoint one at a time, in order.
#include "core/engine/event_body.hpp"
#include "core/engine/pass.hpp"

#include <algorithm>

namespace core::engine {

using storage::Event;
using storage::EventState;

void Pass::emit(const storage::Contact& person, storage::Conversation* c, const std::string& endpoint, const std::string& type,
                const storage::Inbound* cause) {
  Event event;
  event.id = next_id();
  event.endpoint = endpoint;
  event.conversation = c ? c->id : 0;
  event.type = type;
  event.created_at = event.due = now_.wall;
  event.body = event_body(settings_.source, event, person, c, cause);
  if (c) {
    auto tail = std::ranges::find(c->event_tails, endpoint, &storage::EventTail::endpoint);
    if (tail == c->event_tails.end()) tail = c->event_tails.insert(tail, {endpoint, 0});
    if (tail->event != 0) {
      if (missing(set_.events, tail->event, want_.events)) return;
      const auto earlier = set_.events.read(tail->event);
      if (earlier && (earlier->state == EventState::due || earlier->state == EventState::blocked)) {
        event.state = EventState::blocked;
        event.after = tail->event;
      }
    }
    tail->event = event.id;
  }
  if (event.state == EventState::due) new_events_.insert(event.id);
  const Id id = event.id;
  set_.events.insert(id, std::move(event));
}

void Pass::on(const WebhookDone& input) {
  EndpointWindow& window = memory.endpoints[input.endpoint];
  window.in_flight.erase(input.event);
  const auto read = set_.events.read(input.event);
  if (missing(set_.events, input.event, want_.events) || !read || read->state != EventState::due) return;
  const auto follower = set_.events_after.find(input.event);
  if (follower == set_.events_after.end()) {
    want_.events_after.insert(input.event);
    return;
  }
  Event& event = set_.events.write(input.event);
  ++event.attempt;
  ++figures.webhooks;
  bool finished = true;
  if (input.outcome == WebhookOutcome::delivered) {
    event.state = EventState::delivered;
    event.last_error.clear();
  } else {
    ++figures.webhook_failures;
    event.last_error = input.detail;
    const auto endpoint = std::ranges::find(settings_.endpoints, input.endpoint, &EndpointSettings::name);
    const bool own = endpoint != settings_.endpoints.end() && !endpoint->schedule.empty();
    const std::span<const std::chrono::seconds> schedule = own ? std::span<const std::chrono::seconds>(endpoint->schedule)
                                                               : std::span<const std::chrono::seconds>(kWebhookSchedule);
    if (input.outcome == WebhookOutcome::gone || event.attempt > schedule.size()) {
      event.state = EventState::dead;
    } else {
      finished = false;
      const auto base = std::chrono::duration_cast<std::chrono::milliseconds>(schedule[event.attempt - 1]);
      // ±20 %: a thousand events that failed together must not come back together.
      const auto jitter = static_cast<std::int64_t>(random() % 401) - 200;
      event.due = now_.wall + base + base * jitter / 1000;
      if (input.retry_after) event.due = std::max(event.due, now_.wall + *input.retry_after);
      window.next_due = std::min(window.next_due.value_or(event.due), event.due);
    }
  }
  // A dead event does not hold up its conversation for ever; what follows it is told in its order. It may have been made
  // in this very turn, which the store knows nothing of.
  Id following = follower->second;
  set_.events.for_each_changed([&](Id id, const Event*, const Event* after) {
    if (following == 0 && after && after->after == input.event && after->state == EventState::blocked) following = id;
  });
  if (finished && following != 0 && set_.events.read(following)) {
    Event& next = set_.events.write(following);
    if (next.state == EventState::blocked) {
      next.state = EventState::due;
      next.due = now_.wall;
      new_events_.insert(next.id);
    }
  }
}

void Pass::pump_events() {
  for (const EndpointSettings& endpoint : settings_.endpoints) {
    EndpointWindow& window = memory.endpoints[endpoint.name];
    const bool due = window.backlog || (window.next_due && *window.next_due <= now_.wall);
    if (due && window.in_flight.size() < endpoint.concurrency) {
      const auto scan = set_.due_events.find(endpoint.name);
      if (scan == set_.due_events.end()) {
        want_.due_events[endpoint.name] = {now_.wall, kEventsPerTurn};
        continue;
      }
      window.backlog = !scan->second.complete;
      window.next_due = scan->second.next_due;
      // The scan knows the store; what failed in this very turn waits for its new time.
      set_.events.for_each_changed([&](Id, const Event*, const Event* after) {
        const bool waits = after && after->endpoint == endpoint.name && after->state == EventState::due && after->due > now_.wall;
        if (waits) window.next_due = std::min(window.next_due.value_or(after->due), after->due);
      });
      for (const Id id : scan->second.found) {
        const auto read = set_.events.read(id);
        if (!read || read->state != EventState::due || read->due > now_.wall) continue;
        send_event(set_.events.write(id), window);
      }
    }
    for (const Id id : new_events_) {
      const auto read = set_.events.read(id);
      if (read && read->endpoint == endpoint.name) send_event(set_.events.write(id), window);
    }
    // With no room for another request its time may come and go: the answer that makes room begins the next turn.
    if (window.next_due && window.in_flight.size() < endpoint.concurrency) at(*window.next_due);
  }
}

// In flight is not a state of the row: a crash leaves it due, and the same id goes out again (I7, F19).
void Pass::send_event(Event& event, EndpointWindow& window) {
  if (window.in_flight.contains(event.id)) return;
  const auto endpoint = std::ranges::find(settings_.endpoints, event.endpoint, &EndpointSettings::name);
  if (endpoint == settings_.endpoints.end()) return;
  if (window.in_flight.size() >= endpoint->concurrency) {
    window.backlog = true;
    return;
  }
  window.in_flight.insert(event.id);
  releases.webhooks.push_back({event.id, event.endpoint, event.type, event.body, event.attempt + 1});
}

}  // namespace core::engine
