#include "test/sim/plan.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace sim {
namespace {

using namespace std::chrono_literals;

const std::string kCheckup = R"(
[campaign]
name = "checkup"
sender = "80800"
message = "Hi {first_name|there}, ref {ref}: reply YES or NO."
window = "3h"
[campaign.fields]
ref = "text"
[[rule]]
keyword = ["YES", "Y"]
do = [ { reply = "Confirmed, {ref}." }, { notify = "crm", event = "appointment.confirmed" }, { close = "confirmed" } ]
[[rule]]
keyword = "NO"
do = [ { reply = "Released, {ref}." }, { notify = "crm", event = "appointment.released" }, { close = "released" } ]
[[rule]]
keyword = "MORE"
do = [ { notify = "crm", event = "asked.first" }, { reply = "LONG_REPLY" }, { set = { asked = "yes" } }, { notify = "crm", event = "asked.second" } ]
[[rule]]
otherwise = true
do = [ { reply = "Please reply YES or NO." }, { notify = "crm", event = "unclear" } ]
)";

const std::string kService = R"(
[campaign]
name = "service"
sender = "80800"
message = "Your car is due, ref {ref}. Reply BOOK or NO."
window = "2h"
[campaign.fields]
ref = "text"
[[rule]]
keyword = "BOOK"
do = [ { reply = "Booked, {ref}." }, { notify = "crm", event = "service.booked" }, { close = "booked" } ]
[[rule]]
keyword = "NO"
do = [ { notify = "crm", event = "service.declined" }, { close = "declined" } ]
)";

const std::string kNews = R"(
[campaign]
name = "news"
sender = "80900"
message = "News {ref}: reply MORE for details."
window = "1h"
[campaign.fields]
ref = "text"
[[rule]]
keyword = "MORE"
do = [ { reply = "Details of {ref}." }, { reply = "And there is a second page of {ref}." }, { notify = "crm", event = "news.more" } ]
)";

core::engine::AccountSettings make_account(Random& random, std::string id) {
  core::engine::AccountSettings account;
  account.id = std::move(id);
  constexpr std::array<double, 4> kRates{0, 8, 20, 120};
  account.rate = kRates[random.index(kRates.size())];
  account.doubt_policy = random.chance(0.5) ? core::engine::DoubtPolicy::resend_once : core::engine::DoubtPolicy::hold;
  return account;
}

core::engine::SenderSettings make_sender(std::string number, std::vector<std::string> accounts, double rate) {
  core::engine::SenderSettings sender;
  sender.number = std::move(number);
  sender.accounts = std::move(accounts);
  sender.rate = rate;
  sender.stop_reply = "You are out.";
  sender.start_reply = "Welcome back.";
  sender.help_reply = "Ask at the desk.";
  return sender;
}

void make_timers(Plan& plan) {
  plan.esme_timers.session_init = plan.smsc_timers.session_init = 5s;
  plan.esme_timers.enquire_link = 6s;
  plan.esme_timers.enquire_link_response = 4s;
  plan.esme_timers.response = 8s;
  plan.esme_timers.pdu_read = 5s;
  plan.esme_timers.unbind = plan.smsc_timers.unbind = 3s;
  plan.smsc_timers.enquire_link = 9s;
  plan.smsc_timers.enquire_link_response = 4s;
  plan.smsc_timers.response = 12s;
  plan.smsc_timers.pdu_read = 5s;
}

}  // namespace

const core::engine::AccountSettings& Plan::account(std::string_view id) const {
  return *std::ranges::find(settings.accounts, id, &core::engine::AccountSettings::id);
}

const LinePlan& Plan::line(std::string_view account, std::uint32_t slot) const {
  return *std::ranges::find_if(lines, [&](const LinePlan& line) { return line.account == account && line.slot == slot; });
}

Plan make_plan(Random& random) {
  Plan plan;
  plan.settings.accounts = {make_account(random, "a"), make_account(random, "b")};
  plan.settings.senders = {make_sender(kMainSender, {"a", "b"}, 0), make_sender(kNewsSender, {"b"}, random.chance(0.3) ? 10 : 0)};
  if (random.chance(0.5)) plan.settings.routes = {{"4477009000", "b"}};
  plan.settings.endpoints = {{kEndpoint, 1 + static_cast<std::uint32_t>(random.below(6)), {2s, 10s, 60s, 300s, 1800s}}};
  plan.settings.validity = std::chrono::hours{1};
  constexpr std::array<std::uint32_t, 3> kWindows{2, 8, 20};
  const std::uint32_t window = kWindows[random.index(kWindows.size())];
  plan.lines = {{"a", 0, window, smpp::BindType::transceiver}, {"a", 1, window, smpp::BindType::transceiver}};
  if (random.chance(0.3)) plan.lines.pop_back();
  if (random.chance(0.3)) {
    plan.lines.push_back({"b", 0, 40, smpp::BindType::transmitter});
    plan.lines.push_back({"b", 1, 40, smpp::BindType::receiver});
  } else {
    plan.lines.push_back({"b", 0, 40, smpp::BindType::transceiver});
  }
  for (int i = 0; i < 36; ++i) {
    char number[16];
    std::snprintf(number, sizeof number, "447700900%03d", i * 7);
    plan.people.push_back({number, random.chance(0.6) ? "a" : "b"});
  }
  for (const auto& account : plan.settings.accounts) {
    if (random.chance(0.3)) plan.radix_accounts.push_back(account.id);
  }
  if (random.chance(0.5)) plan.carrier_rate = 6 + static_cast<double>(random.below(20));
  make_timers(plan);
  return plan;
}

std::shared_ptr<const rules::Program> make_program() {
  std::string checkup = kCheckup;
  const std::string_view placeholder = "LONG_REPLY";
  checkup.replace(checkup.find(placeholder), placeholder.size(), kLongReply);
  const std::vector<rules::Source> sources{{"checkup.toml", checkup}, {"service.toml", kService}, {"news.toml", kNews}};
  rules::Compiled compiled = rules::compile(sources, {{kMainSender, kNewsSender}, {kEndpoint}});
  for (const rules::Mistake& mistake : compiled.mistakes) std::fprintf(stderr, "%s\n", mistake.to_string().c_str());
  if (!compiled.program) std::exit(1);
  return compiled.program;
}

Effects effects_of(std::string_view campaign, std::string_view text) {
  const std::string word = rules::normalise(text);
  if (campaign == "checkup") {
    if (word == "yes" || word == "y") return {1, {"appointment.confirmed"}};
    if (word == "no") return {1, {"appointment.released"}};
    if (word == "more") return {1, {"asked.first", "asked.second"}};
    return {1, {"unclear"}};
  }
  if (campaign == "service") {
    if (word == "book") return {1, {"service.booked"}};
    if (word == "no") return {0, {"service.declined"}};
    return {};
  }
  if (word == "more") return {2, {"news.more"}};
  return {};
}

}  // namespace sim
