#include "core/engine/event_body.hpp"
#include "core/web/show.hpp"
#include "core/web/totals.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/status.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace core::web {
namespace {

namespace json = boost::json;
using engine::rfc3339;
using storage::show_id;

http::Response ok(const json::value& body) {
  http::Response response;
  response.body = json::serialize(body);
  return response;
}

void put_time(json::object& into, std::string_view name, storage::WallTime time) {
  if (time != storage::WallTime{}) into[name] = rfc3339(time);
}
void put_id(json::object& into, std::string_view name, std::string_view prefix, storage::Id id) {
  if (id != 0) into[name] = show_id(prefix, id);
}
void put_text(json::object& into, std::string_view name, std::string_view text) {
  if (!text.empty()) into[name] = text;
}

json::object fields_of(const storage::Fields& fields) {
  json::object object;
  for (const auto& [name, value] : fields) object[name] = value;
  return object;
}

json::object segment_of(const storage::Segment& segment) {
  json::object object;
  object["state"] = storage::to_string(segment.state);
  put_text(object, "smsc_message_id", segment.smsc_message_id);
  if (segment.answered_at != storage::WallTime{}) object["status"] = smpp::status_name(static_cast<smpp::command_status>(segment.status));
  put_text(object, "receipt", segment.receipt);
  put_time(object, "submitted_at", segment.submitted_at);
  put_time(object, "answered_at", segment.answered_at);
  put_time(object, "receipt_at", segment.receipt_at);
  return object;
}

json::object message_of(const storage::Message& message) {
  json::object object;
  object["id"] = show_id("msg_", message.id);
  object["to"] = message.to;
  object["from"] = message.sender;
  object["text"] = message.text;
  object["state"] = storage::to_string(message.state);
  object["class"] = storage::to_string(message.message_class);
  put_text(object, "campaign", message.campaign);
  put_text(object, "account", message.account);
  put_text(object, "tariff", message.tariff);
  put_id(object, "conversation", "cnv_", message.conversation);
  put_id(object, "launch", "lch_", message.launch);
  put_id(object, "cause", "in_", message.cause);
  object["attempt"] = message.attempt;
  put_time(object, "created_at", message.created_at);
  put_time(object, "not_before", message.not_before);
  put_time(object, "valid_until", message.valid_until);
  json::array segments;
  for (const auto& segment : message.segments) segments.push_back(segment_of(segment));
  object["segments"] = std::move(segments);
  json::array history;
  for (const auto& step : message.history) {
    json::object line{{"state", storage::to_string(step.state)}};
    put_time(line, "at", step.at);
    put_text(line, "detail", step.detail);
    history.push_back(std::move(line));
  }
  object["history"] = std::move(history);
  return object;
}

json::object inbound_of(const storage::Inbound& inbound) {
  json::object object;
  object["id"] = show_id("in_", inbound.id);
  object["from"] = inbound.from;
  object["to"] = inbound.to;
  object["text"] = inbound.text;
  object["state"] = storage::to_string(inbound.state);
  put_text(object, "account", inbound.account);
  put_id(object, "conversation", "cnv_", inbound.conversation);
  put_text(object, "confidence", inbound.confidence);
  put_text(object, "reason", inbound.reason);
  put_time(object, "received_at", inbound.received_at);
  json::array candidates;
  for (const auto& candidate : inbound.candidates) {
    candidates.push_back(json::object{{"conversation", show_id("cnv_", candidate.conversation)}, {"campaign", candidate.campaign}, {"why", candidate.why}});
  }
  if (!candidates.empty()) object["candidates"] = std::move(candidates);
  if (!inbound.fields.empty()) object["fields"] = fields_of(inbound.fields);
  put_text(object, "pdu", smpp::to_hex(inbound.raw));
  if (!inbound.trace.empty()) object["trace"] = json::array(inbound.trace.begin(), inbound.trace.end());
  return object;
}

json::object conversation_of(const storage::Conversation& conversation) {
  json::object object;
  object["id"] = show_id("cnv_", conversation.id);
  object["number"] = conversation.number;
  object["campaign"] = conversation.campaign;
  object["sender"] = conversation.sender;
  object["state"] = storage::to_string(conversation.state);
  put_text(object, "step", conversation.step);
  put_text(object, "outcome", conversation.outcome);
  object["fields"] = fields_of(conversation.fields);
  put_time(object, "opens_at", conversation.opens_at);
  put_time(object, "expires_at", conversation.expires_at);
  put_time(object, "closed_at", conversation.closed_at);
  put_id(object, "launch", "lch_", conversation.launch);
  put_id(object, "last_message", "msg_", conversation.last_message);
  return object;
}

}  // namespace

http::Response show(const storage::Message& message) { return ok(message_of(message)); }

http::Response show(const std::vector<storage::Message>& messages) {
  json::array list;
  for (const auto& message : messages) list.push_back(message_of(message));
  return ok(json::object{{"messages", std::move(list)}});
}

http::Response show(const std::vector<ConversationView>& conversations, std::uint32_t limit) {
  json::array list;
  for (const auto& view : conversations) {
    json::object one = conversation_of(view.conversation);
    if (view.replies) one["replies"] = *view.replies;
    list.push_back(std::move(one));
  }
  json::object body{{"conversations", std::move(list)}};
  if (conversations.size() >= limit && !conversations.empty()) {
    body["next"] = show_id("cnv_", conversations.back().conversation.id);  // ?before=
  }
  return ok(body);
}

std::uint64_t count_replies(const storage::Conversation& conversation, const std::vector<storage::Reports::Entry>& chain) {
  std::uint64_t count = 0;
  for (const auto& entry : chain) {
    if (!entry.inbound || entry.inbound->to != conversation.sender) continue;
    const storage::Inbound& inbound = *entry.inbound;
    // A STOP belongs to no conversation but ends it: it is a reply all the same.
    const bool during = inbound.received_at >= conversation.opens_at &&
                        (conversation.closed_at == storage::WallTime{} || inbound.received_at <= conversation.closed_at);
    count += inbound.conversation == conversation.id || (inbound.conversation == 0 && during);
  }
  return count;
}

http::Response show(const storage::Contact& contact, const std::vector<storage::Reports::Entry>& chain) {
  json::object body;
  body["number"] = contact.number;
  body["fields"] = fields_of(contact.fields);
  json::array consent;
  for (const auto& one : contact.consent) {
    json::object scope{{"sender", one.sender}, {"suppressed", one.suppressed}};
    put_time(scope, "changed_at", one.changed_at);
    put_id(scope, "cause", "in_", one.cause);
    consent.push_back(std::move(scope));
  }
  body["consent"] = std::move(consent);
  json::array exchange;
  for (const auto& entry : chain) {
    if (entry.message) exchange.push_back(json::object{{"message", message_of(*entry.message)}});
    if (entry.inbound) exchange.push_back(json::object{{"inbound", inbound_of(*entry.inbound)}});
  }
  body["exchange"] = std::move(exchange);
  return ok(body);
}

http::Response show(const std::string& campaign, const storage::Totals& totals, const std::vector<storage::Launch>& launches) {
  json::array list;
  for (const auto& launch : launches) {
    json::object one{{"id", show_id("lch_", launch.id)}, {"state", storage::to_string(launch.state)}, {"recipients", launch.recipients},
                     {"taken", launch.cursor}, {"sent", launch.sent}, {"suppressed", launch.suppressed}, {"refused", launch.refused}};
    put_time(one, "created_at", launch.created_at);
    put_time(one, "launched_at", launch.launched_at);
    put_time(one, "done_at", launch.done_at);
    list.push_back(std::move(one));
  }
  return ok(json::object{{"campaign", campaign}, {"totals", totals_of(totals)}, {"launches", std::move(list)}});
}

}  // namespace core::web
