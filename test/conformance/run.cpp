#include "test/conformance/run.hpp"

#include "test/conformance/event_text.hpp"

#include "smpp/session_states.hpp"
#include "smpp/status.hpp"

#include <algorithm>
#include <utility>

namespace conformance {
namespace {

using smpp_sim::script::build;
using smpp_sim::script::compare;
using smpp_sim::script::parse_duration;
using smpp_sim::script::parse_number;

bool set_bind(const Word& word, smpp::BindSettings& bind) {
  if (word.name == "interface_version") return parse_number(word.value, bind.interface_version);
  if (word.name == "system_id") return bind.system_id = word.value, true;
  if (word.name == "addr_ton") return parse_number(word.value, bind.addr_ton);
  if (word.name == "addr_npi") return parse_number(word.value, bind.addr_npi);
  if (word.name == "address_range") return bind.address_range = word.value, true;
  if (word.name == "password") return bind.password = word.value, true;
  if (word.name != "bind") return false;
  if (word.value == "transmitter") return bind.type = smpp::BindType::transmitter, true;
  if (word.value == "receiver") return bind.type = smpp::BindType::receiver, true;
  return word.value == "transceiver";
}

}  // namespace

const Step* memory_only(const Script& script) {
  for (const Step& step : script.steps) {
    if (step.verb == Verb::block || step.verb == Verb::unblock || step.verb == Verb::write) return &step;
  }
  return nullptr;
}

std::string Run::run(const Script& script) {
  for (const Step& step : script.steps) {
    if (step.verb == Verb::expect && step.what == "acknowledged") ignore_acknowledged_ = false;
  }
  for (const Step& one : script.steps) {
    const bool says = one.verb == Verb::send || one.verb == Verb::release;
    if (says && started_ && line_->has_closed()) {
      cut_short_at_ = one.line;
      break;
    }
    const std::string wrong = step(one);
    if (!wrong.empty()) return std::to_string(one.line) + ": " + wrong;
  }
  const std::string wrong = at_end();
  return wrong.empty() ? wrong : "at the end: " + wrong;
}

std::string Run::step(const Step& step) {
  if (step.verb == Verb::role || step.verb == Verb::set) return apply_settings(step);
  if (!started_) {
    started_ = true;
    line_->start(smpp::Session(settings_));
    if (std::string wrong = settle(); !wrong.empty()) return wrong;
  }
  switch (step.verb) {
    case Verb::expect_pdu: return peer_.check(step);
    case Verb::expect: return expect(step);
    case Verb::send:
    case Verb::hold:
    case Verb::release:
    case Verb::chunk: return speak(step);
    case Verb::advance: {
      bool ok = false;
      const auto time = parse_duration(step.what, ok);
      return ok ? advance(time) : "advance needs a time such as 10s";
    }
    case Verb::close: line_->close(step.what == "reset"); return settle();
    default: break;
  }
  if (std::string wrong = owner(step); !wrong.empty()) return wrong;
  return settle();
}

std::string Run::speak(const Step& step) {
  std::vector<smpp::Octets> pieces;
  if (std::string wrong = peer_.speak(step, pieces); !wrong.empty()) return wrong;
  for (const smpp::Octets& piece : pieces) {
    line_->deliver(piece);
    if (std::string wrong = settle(); !wrong.empty()) return wrong;
  }
  return {};
}

std::string Run::owner(const Step& step) {
  switch (step.verb) {
    case Verb::request: return request(step);
    case Verb::respond: return respond(step);
    case Verb::revoke: {
      smpp::Token token = 0;
      if (!parse_number(step.what, token)) return "revoke needs a token";
      const bool revoked = line_->session().revoke(token);
      const bool too_late = step.find("too_late") != nullptr;
      return revoked != too_late ? "" : revoked ? "it was revoked" : "it was too late to revoke";
    }
    case Verb::unbind: line_->session().unbind(line_->now()); return {};
    case Verb::bind: {
      smpp::BindSettings bind = settings_.bind;
      for (const Word& word : step.words) {
        if (!set_bind(word, bind)) return "cannot bind with " + word.name + "=" + word.value;
      }
      line_->session().bind(bind, line_->now());
      return {};
    }
    case Verb::block: return line_->block(true) ? "" : "this line cannot block";
    case Verb::unblock: return line_->block(false) ? "" : "this line cannot block";
    case Verb::write: {
      std::size_t octets = 0;
      if (!parse_number(step.what, octets)) return "write needs a number of octets";
      return line_->write(octets, peer_) ? "" : "this line takes everything";
    }
    default: return "this verb is not known here";
  }
}

std::string Run::apply_settings(const Step& step) {
  if (started_) return "settings come before everything else";
  if (step.verb == Verb::role) {
    if (step.what != "esme" && step.what != "smsc") return "role is esme or smsc";
    settings_.role = step.what == "smsc" ? smpp::Role::smsc : smpp::Role::esme;
    return {};
  }
  for (const Word& word : step.words) {
    bool ok = false;
    for (const smpp::TimerName& timer : smpp::kTimerNames) {
      if (timer.name == word.name) settings_.timers.*timer.timer = parse_duration(word.value, ok);
    }
    if (word.name == "window") ok = parse_number(word.value, settings_.window);
    if (word.name == "max_unanswered_incoming") ok = parse_number(word.value, settings_.max_unanswered_incoming);
    if (word.name == "first_sequence_number") ok = parse_number(word.value, settings_.first_sequence_number);
    if (word.name == "highest_sequence_number") ok = parse_number(word.value, settings_.highest_sequence_number);
    if (word.name == "max_command_length") ok = parse_number(word.value, settings_.max_command_length);
    if (word.name == "epoch") ok = parse_number(word.value, settings_.epoch);
    if (word.name == "busy_status") {
      const auto status = smpp::status_of(word.value);
      if ((ok = status.has_value())) settings_.busy_status = *status;
    }
    if (word.name == "await_outbind") settings_.await_outbind = ok = word.value == "yes";
    if (word.name == "strict") settings_.strict = ok = word.value == "yes";
    ok = ok || set_bind(word, settings_.bind);
    if (!ok) return "cannot set " + word.name + "=" + word.value;
  }
  return {};
}

// Time stops at every deadline on the way, as a loop with a timer would.
std::string Run::advance(std::chrono::milliseconds time) {
  const smpp::Now end = line_->now() + time;
  for (auto next = line_->session().next_deadline(); next && *next <= end; next = line_->session().next_deadline()) {
    line_->advance(*next);
    if (std::string wrong = settle(); !wrong.empty()) return wrong;
    if (line_->session().next_deadline() == next) break;
  }
  line_->advance(end);
  return settle();
}

std::string Run::settle() {
  std::deque<smpp::Event> events;
  std::string wrong = line_->settle(peer_, events);
  for (smpp::Event& event : events) {
    if (const auto* received = std::get_if<smpp::Received>(&event)) unanswered_.push_back(received->incoming);
    if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) unanswered_.push_back(bind->incoming);
    if (ignore_acknowledged_ && std::holds_alternative<smpp::Acknowledged>(event)) continue;
    events_.push_back(std::move(event));
  }
  return wrong;
}

std::string Run::request(const Step& step) {
  smpp::Pdu pdu;
  if (std::string wrong = build(step, pdu); !wrong.empty()) return wrong;
  smpp::Token token = next_token_;
  if (const Word* word = step.find("token"); word && !parse_number(word->value, token)) return "token is a number";
  next_token_ = token + 1;
  std::string done = "not a request";
  std::visit(
      [&]<class Body>(const Body& body) {
        if constexpr (std::is_constructible_v<smpp::Request, Body>) {
          const auto accepted = line_->session().request(smpp::Request(body), token, line_->now());
          done = accepted ? "" : smpp::message(accepted.error());
        }
      },
      pdu.body);
  const Word* refused = step.find("refused");
  if (!refused) return done.empty() ? done : "the session refused it: " + done;
  for (const auto code :
       {smpp::errc::not_bound, smpp::errc::window_full, smpp::errc::not_in_this_version, smpp::errc::unencodable}) {
    if (error_name(code) == refused->value) {
      return done.ends_with(smpp::message(code)) ? "" : "it was " + (done.empty() ? "accepted" : "refused: " + done);
    }
  }
  return "unknown reason \"" + refused->value + '"';
}

std::string Run::respond(const Step& step) {
  smpp::Pdu pdu;
  if (std::string wrong = build(step, pdu); !wrong.empty()) return wrong;
  smpp::Incoming incoming{settings_.epoch, 0};
  if (const Word* word = step.find("to")) {
    if (!parse_number(word->value, incoming.number)) return "to is the number of a received request";
    std::erase(unanswered_, incoming);
  } else {
    if (unanswered_.empty()) return "nothing received is unanswered";
    incoming = unanswered_.front();
    unanswered_.pop_front();
  }
  const Word* epoch = step.find("epoch");
  if (epoch && !parse_number(epoch->value, incoming.epoch)) return "epoch is a number";
  std::visit(
      [&]<class Body>(const Body& body) {
        if constexpr (std::is_constructible_v<decltype(smpp::Response::body), Body>) {
          line_->session().respond(incoming, smpp::Response{pdu.status, body});
        }
      },
      pdu.body);
  return {};
}

std::string Run::expect(const Step& step) {
  if (step.what == "state") {
    // Over TCP the connection is gone as soon as the session wants it to be.
    const smpp::State state = line_->has_closed() ? smpp::State::unbound : line_->session().state();
    const std::string got(smpp::name_of(state));
    return !step.words.empty() && step.words.front().name == got ? "" : "the state is " + got;
  }
  if (step.what == "slots") {
    const std::string got = std::to_string(line_->session().free_slots());
    return !step.words.empty() && step.words.front().name == got ? "" : got + " slots are free";
  }
  if (step.what == "wants_close") {
    const bool wanted = step.find("no") == nullptr;
    return line_->session().wants_close() == wanted ? "" : wanted ? "it does not want to close" : "it wants to close";
  }
  return expect_event(step);
}

std::string Run::expect_event(const Step& step) {
  if (step.what == "nothing") return events_.empty() ? "" : "the session told " + event_text(events_.front());
  if (events_.empty()) return "no event";
  const smpp::Event event = std::move(events_.front());
  events_.pop_front();
  const EventView view = view_of(event);
  if (view.name != step.what) return "the session told " + event_text(event);
  for (const Word& word : step.words) {
    if (word.name == "reason") {
      if (view.reason.find(word.value) == std::string::npos) return "the reason is \"" + view.reason + '"';
      continue;
    }
    if (!word.has_value) {  // the command of the PDU
      if (!view.pdu || smpp::command_name(view.pdu->id()) != word.name) return "the session told " + event_text(event);
      continue;
    }
    const auto fact = view.facts.find(word.name);
    if (fact != view.facts.end()) {
      if (fact->second != word.value) return word.name + " is " + fact->second + ": " + event_text(event);
      continue;
    }
    if (!view.pdu) return "a " + view.name + " has no " + word.name;
    Step one = step;
    one.words = {word};
    if (std::string wrong = compare(*view.pdu, one, 0); !wrong.empty()) return wrong + ": " + event_text(event);
  }
  return {};
}

// Nothing may have happened that the script does not tell.
std::string Run::at_end() {
  if (!events_.empty()) return "the session also told " + event_text(events_.front());
  return peer_.next() ? peer_.check_nothing() : "";
}

}  // namespace conformance
