#include "core/engine/event_body.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace core::engine {

namespace json = boost::json;

std::string rfc3339(storage::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int{date.year()}, unsigned{date.month()}, unsigned{date.day()},
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string event_body(const std::string& source, const storage::Event& event, const storage::Contact& contact,
                       const storage::Conversation* conversation, const storage::Inbound* cause) {
  json::object fields, data;
  data["contact"] = "+" + contact.number;
  if (conversation) {
    data["conversation"] = storage::show_id("cnv_", conversation->id);
    data["campaign"] = conversation->campaign;
    data["sender"] = conversation->sender;
    data["step"] = conversation->step;
    for (const auto& [name, value] : conversation->fields) fields[name] = value;
  }
  data["fields"] = std::move(fields);
  if (cause) {
    data["inbound"] = storage::show_id("in_", cause->id);
    data["text"] = cause->text;
    data["to"] = cause->to;
    data["confidence"] = cause->confidence;
    data["reason"] = cause->reason;
  }
  json::object body;
  body["specversion"] = "1.0";
  body["id"] = storage::show_id("evt_", event.id);
  body["source"] = source;
  body["type"] = event.type;
  body["time"] = rfc3339(event.created_at);
  body["datacontenttype"] = "application/json";
  body["data"] = std::move(data);
  return json::serialize(body);
}

}  // namespace core::engine
