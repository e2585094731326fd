#include "test/sim/crm.hpp"

#include "test/sim/world.hpp"

namespace sim {

using namespace std::chrono_literals;
using core::engine::WebhookDone;
using core::engine::WebhookOutcome;

void Crm::request(const std::shared_ptr<Node>& from, const core::engine::WebhookRequest& request) {
  const auto* event = from->image().events.find(request.event);
  if (event == nullptr) throw Violation{"committed before told", words("a webhook of event ", request.event, " that is not stored")};
  if (event->body != request.body) throw Violation{"an event keeps its content", words("event ", request.event, " is sent with another body than is stored")};
  world_.schedule.after(world_.random.between(1ms, 30ms), [this, weak = std::weak_ptr(from), request] { arrives(weak.lock(), request); });
}

void Crm::arrives(const std::shared_ptr<Node>& from, const core::engine::WebhookRequest& request) {
  if (!from || from->dead()) return;
  Told& told = told_[request.event];
  if (told.requests++ == 0) {
    told.type = request.type;
    told.body = request.body;
  } else if (told.body != request.body || told.type != request.type) {
    throw Violation{"an event keeps its content", words("event ", request.event, " reached the CRM with two contents")};
  }
  const auto* event = from->image().events.find(request.event);
  if (event->conversation != 0) {
    core::engine::Id& newest = newest_[event->conversation];
    if (request.event < newest) {
      throw Violation{"events of a conversation in order", words("event ", request.event, " came behind ", newest, " of conversation ", event->conversation)};
    }
    newest = request.event;
  }
  world_.log.note("CRM hears", request.event, request.attempt, request.type);
  WebhookDone done{request.event, request.endpoint, WebhookOutcome::delivered, "200", {}};
  Duration delay = world_.random.between(2ms, 40ms);
  if (world_.faults.strikes(Fault::crm_slow)) delay = world_.random.between(500ms, 9s);
  if (world_.faults.strikes(Fault::crm_5xx)) {
    done.outcome = WebhookOutcome::failed;
    done.detail = "503";
    if (world_.faults.strikes(Fault::crm_says_later)) done.retry_after = std::chrono::seconds{20};
  } else if (world_.faults.strikes(Fault::crm_timeout)) {
    done.outcome = WebhookOutcome::failed;
    done.detail = "timed out";
    delay = 15s;
  } else if (world_.faults.strikes(Fault::crm_took_but_timed_out)) {
    told.taken = true;
    done.outcome = WebhookOutcome::failed;
    done.detail = "timed out";
    delay = 15s;
  } else if (world_.faults.strikes(Fault::crm_gone)) {
    told.refused_for_good = true;
    done.outcome = WebhookOutcome::gone;
    done.detail = "410";
  } else {
    told.taken = true;
  }
  world_.schedule.after(delay, [weak = std::weak_ptr(from), done] {
    if (const auto node = weak.lock()) node->offer(done);
  });
}

}  // namespace sim
