#include "tools/smpp-sim/ledger.hpp"

#include "tools/smpp-sim/pdu_facts.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;

json::object message_json(const HandsetMessage& message) {
  json::array ids;
  for (const auto& id : message.ids) ids.emplace_back(id);
  return {{"account", message.account},
          {"from", shown(message.from)},
          {"to", shown(message.to)},
          {"text", message.text},
          {"data_coding", message.data_coding},
          {"parts", message.ids.size()},
          {"ids", std::move(ids)},
          {"state", message.state},
          {"off_network", message.waited},
          {"submitted_at", utc_text(message.submitted_at)},
          {"at", utc_text(message.at)}};
}

// Messages of a sender that were submitted after it had acknowledged this person's wish to hear no more. The one that
// confirms the wish is among them.
std::size_t messages_after_stop(const std::vector<HandsetMessage>& messages,
                                const std::vector<std::shared_ptr<HandsetReply>>& replies) {
  std::map<std::string, Wall> stopped;  // by sender
  for (const auto& reply : replies) {
    if (reply->means != "opted_out" || !reply->is_accepted() || !reply->answered_at) continue;
    stopped.try_emplace(reply->to, *reply->answered_at);
  }
  return static_cast<std::size_t>(std::count_if(messages.begin(), messages.end(), [&](const auto& message) {
    const auto found = stopped.find(message.from);
    return found != stopped.end() && message.submitted_at > found->second;
  }));
}

json::object reply_json(const HandsetReply& reply) {
  json::object object{{"id", reply.id},
                      {"from", shown(reply.from)},
                      {"to", shown(reply.to)},
                      {"text", shown(reply.text)},
                      {"parts", reply.parts},
                      {"attempts", reply.attempts},
                      {"sent_at", utc_text(reply.sent_at)},
                      {"accepted", reply.is_accepted()}};
  if (!reply.means.empty()) object["means"] = reply.means;
  if (!reply.kind.empty()) object["kind"] = reply.kind;
  if (!reply.intended.empty()) object["intended"] = reply.intended;
  if (reply.is_answered()) {
    object["status"] = smpp::status_name(reply.status);
    if (reply.answered_at) object["answered_at"] = utc_text(*reply.answered_at);
  }
  return object;
}

template <typename Deque, typename Value>
void keep(Deque& deque, Value value) {
  deque.push_back(std::move(value));
  if (deque.size() > Ledger::kKept) deque.pop_front();
}

// What the people of the ledger wanted and got through: a wish counts once its message was acknowledged.
struct Outcomes {
  std::map<std::string, std::size_t> means;
  std::size_t messaged = 0, replied = 0;
};

}  // namespace

std::string utc_text(Wall at) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(ms % 1000));
  return text;
}

void Ledger::received(HandsetMessage message, bool is_subscriber) {
  ++messages_;
  if (message.state == "DELIVRD") ++delivered_;
  message.number = ++last_number_;
  HandsetMessage told;
  if (when_received) told = message;
  if (is_subscriber) {
    pages_[message.to].messages.push_back(std::move(message));
  } else {
    keep(other_messages_, std::move(message));
  }
  if (when_received) when_received(told);
}

std::shared_ptr<HandsetReply> Ledger::sent(HandsetReply reply, bool is_subscriber) {
  reply.id = ++replies_;
  auto kept = std::make_shared<HandsetReply>(std::move(reply));
  if (is_subscriber) {
    pages_[kept->from].replies.push_back(kept);
  } else {
    keep(other_replies_, kept);
  }
  return kept;
}

void Ledger::is_off_network(const std::string& number) {
  ++counters.off_network;
  ++pages_[number].off_network;
}

void Ledger::clear() {
  counters = Counters{};
  pages_.clear();
  other_messages_.clear();
  other_replies_.clear();
  messages_ = delivered_ = replies_ = 0;
}

std::vector<const HandsetMessage*> Ledger::messages_of(const std::string& number, std::uint64_t after) const {
  std::vector<const HandsetMessage*> found;
  const auto look = [&](const auto& messages) {
    for (const auto& message : messages) {
      // What did not get there is in the ledger, and on no handset.
      if (message.to == number && message.number > after && message.state == "DELIVRD") found.push_back(&message);
    }
  };
  if (const auto page = pages_.find(number); page != pages_.end()) look(page->second.messages);
  look(other_messages_);
  return found;
}

std::string Ledger::to_json(const Subscribers& people) const {
  Outcomes outcomes;
  json::array subscribers;
  static const Page kEmpty;
  for (const auto& person : people.all()) {
    const auto found = pages_.find(person.number());
    const Page& page = found == pages_.end() ? kEmpty : found->second;
    json::array messages, replies;
    for (const auto& message : page.messages) messages.emplace_back(message_json(message));
    std::string wish;
    for (const auto& reply : page.replies) {
      replies.emplace_back(reply_json(*reply));
      if (reply->is_accepted() && !reply->means.empty()) wish = reply->means;
    }
    const bool has_replied =
        std::any_of(page.replies.begin(), page.replies.end(), [](const auto& r) { return r->is_accepted(); });
    if (!page.messages.empty()) ++outcomes.messaged;
    if (has_replied) ++outcomes.replied;
    if (!wish.empty()) ++outcomes.means[wish];
    subscribers.emplace_back(json::object{{"number", person.number()},
                                          {"personality", person.personality()},
                                          {"outcome", wish},
                                          {"off_network", page.off_network},
                                          {"messages_after_stop", messages_after_stop(page.messages, page.replies)},
                                          {"messages", std::move(messages)},
                                          {"replies", std::move(replies)}});
  }
  json::array messages, replies;
  for (const auto& message : other_messages_) messages.emplace_back(message_json(message));
  for (const auto& reply : other_replies_) replies.emplace_back(reply_json(*reply));
  const auto of = [&](const char* means) {
    const auto found = outcomes.means.find(means);
    return found == outcomes.means.end() ? std::size_t{0} : found->second;
  };
  json::object totals{{"subscribers", people.all().size()},
                      {"sent", messages_},
                      {"delivered", delivered_},
                      {"mo", replies_},
                      {"messaged", outcomes.messaged},
                      {"replied", outcomes.replied},
                      {"confirmed", of("confirmed")},
                      {"released", of("released")},
                      {"opted_out", of("opted_out")}};
  const json::object traffic{{"connections", counters.connections},
                             {"binds", counters.binds},
                             {"binds_refused", counters.binds_refused},
                             {"submit_sm", counters.submits},
                             {"submit_sm_accepted", counters.accepted},
                             {"submit_sm_refused", counters.refused},
                             {"receipts", counters.receipts},
                             {"receipts_acknowledged", counters.receipts_answered},
                             {"off_network", counters.off_network},
                             {"deliver_sm", counters.deliver_attempts},
                             {"deliver_sm_answered_later", counters.deliver_temporary}};
  return json::serialize(json::object{{"totals", std::move(totals)},
                                      {"traffic", traffic},
                                      {"subscribers", std::move(subscribers)},
                                      {"messages", std::move(messages)},
                                      {"replies", std::move(replies)}});
}

}  // namespace smpp_sim
