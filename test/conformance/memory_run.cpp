#include "test/conformance/memory_run.hpp"

#include "smpp/pdu_text.hpp"
#include "smpp/session_states.hpp"
#include "test/conformance/event_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace conformance {
namespace {

// Words of a script line that are not fields of the PDU.
bool is_directive(std::string_view name) {
  for (const std::string_view word : {"as", "for", "to", "token", "epoch", "refused", "length", "without",
                                      "header_only"}) {
    if (name == word) return true;
  }
  return false;
}

std::string_view field_name(const Word& word) {
  return word.name == "status" ? "command_status" : std::string_view(word.name);
}

template <class Integer>
bool parse_number(std::string_view text, Integer& value) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  return error == std::errc{} && stop == end;
}

std::optional<smpp::command_id> command(std::string_view name) {
  if (const auto id = smpp::command_of(name)) return id;
  std::uint32_t number = 0;
  if (!name.starts_with("0x") || !parse_number(name, number)) return std::nullopt;
  return static_cast<smpp::command_id>(number);
}

std::string value_of(const smpp::Pdu& pdu, std::string_view name, bool& found) {
  found = true;
  if (name == "command_status") return smpp::status_name(pdu.status);
  if (name == "sequence_number") return std::to_string(pdu.sequence_number);
  for (const smpp::FieldText& field : smpp::fields_of(pdu)) {
    if (field.name == name) return field.value;
  }
  found = false;
  return {};
}

bool set_bind(const Word& word, smpp::BindSettings& bind) {
  if (word.name == "interface_version") return parse_number(word.value, bind.interface_version);
  if (word.name == "system_id") return bind.system_id = word.value, true;
  if (word.name == "password") return bind.password = word.value, true;
  if (word.name != "bind") return false;
  if (word.value == "transmitter") return bind.type = smpp::BindType::transmitter, true;
  if (word.value == "receiver") return bind.type = smpp::BindType::receiver, true;
  return word.value == "transceiver";
}

}  // namespace

std::string MemoryRun::run(const Script& script) {
  for (const Step& step : script.steps) {
    if (step.verb == Verb::expect && step.what == "acknowledged") ignore_acknowledged_ = false;
  }
  for (const Step& one : script.steps) {
    const std::string wrong = step(one);
    if (!wrong.empty()) return std::to_string(one.line) + ": " + wrong;
  }
  const std::string wrong = at_end();
  return wrong.empty() ? wrong : "at the end: " + wrong;
}

std::string MemoryRun::step(const Step& step) {
  if (step.verb == Verb::role || step.verb == Verb::set) return apply_settings(step);
  if (!session_) start();
  switch (step.verb) {
    case Verb::expect_pdu: return expect_pdu(step);
    case Verb::send: return send(step);
    case Verb::expect: return expect(step);
    case Verb::hold: holding_ = true; return {};
    case Verb::release:
      holding_ = false;
      deliver(std::exchange(held_, {}));
      return {};
    case Verb::chunk: return parse_number(step.what, chunk_) ? "" : "chunk needs a number of octets";
    case Verb::advance: {
      bool ok = false;
      const auto time = parse_duration(step.what, ok);
      if (!ok) return "advance needs a time such as 10s";
      advance(time);
      return {};
    }
    case Verb::close:
      session_->disconnected(
          step.what == "reset" ? std::make_error_code(std::errc::connection_reset) : std::error_code{}, now_);
      settle();
      return {};
    default: return owner(step);
  }
}

std::string MemoryRun::owner(const Step& step) {
  switch (step.verb) {
    case Verb::request: return request(step);
    case Verb::respond: return respond(step);
    case Verb::revoke: {
      smpp::Token token = 0;
      if (!parse_number(step.what, token)) return "revoke needs a token";
      const bool revoked = session_->revoke(token);
      settle();
      const bool too_late = step.find("too_late") != nullptr;
      return revoked != too_late ? "" : revoked ? "it was revoked" : "it was too late to revoke";
    }
    case Verb::unbind: session_->unbind(now_); break;
    case Verb::bind: {
      smpp::BindSettings bind = settings_.bind;
      for (const Word& word : step.words) {
        if (!set_bind(word, bind)) return "cannot bind with " + word.name + "=" + word.value;
      }
      session_->bind(bind, now_);
      break;
    }
    case Verb::block: blocked_ = true; return {};
    case Verb::unblock: blocked_ = false; break;
    case Verb::write: {
      std::size_t octets = 0;
      if (!parse_number(step.what, octets)) return "write needs a number of octets";
      wire_.append(session_->output().first(std::min(octets, session_->output().size())));
      session_->written(octets);
      break;
    }
    default: return "this verb is not known here";
  }
  settle();
  return {};
}

std::string MemoryRun::apply_settings(const Step& step) {
  if (session_) return "settings come before everything else";
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
    if (word.name == "max_command_length") ok = parse_number(word.value, settings_.max_command_length);
    if (word.name == "epoch") ok = parse_number(word.value, settings_.epoch);
    if (word.name == "busy_status") {
      const auto status = smpp::status_of(word.value);
      if ((ok = status.has_value())) settings_.busy_status = *status;
    }
    if (word.name == "await_outbind") settings_.await_outbind = ok = word.value == "yes";
    ok = ok || set_bind(word, settings_.bind);
    if (!ok) return "cannot set " + word.name + "=" + word.value;
  }
  return {};
}

void MemoryRun::start() {
  session_.emplace(settings_);
  session_->connected(now_);
  settle();
}

// Time stops at every deadline on the way, as a loop with a timer would.
void MemoryRun::advance(std::chrono::milliseconds time) {
  const smpp::Now end = now_ + time;
  for (auto next = session_->next_deadline(); next && *next <= end; next = session_->next_deadline()) {
    now_ = std::max(now_, *next);
    session_->tick(now_);
    settle();
    if (session_->next_deadline() == next) break;
  }
  now_ = end;
  session_->tick(now_);
  settle();
}

void MemoryRun::deliver(const smpp::Octets& octets) {
  if (holding_) {
    held_.insert(held_.end(), octets.begin(), octets.end());
    return;
  }
  const std::size_t piece = chunk_ == 0 ? std::max<std::size_t>(octets.size(), 1) : chunk_;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    session_->receive(std::span(octets).subspan(at, std::min(piece, octets.size() - at)), now_);
    settle();
  }
}

// Writes what the socket takes, cuts it into PDUs, collects events.
void MemoryRun::settle() {
  if (!blocked_) {
    while (!session_->output().empty()) {
      wire_.append(session_->output());
      session_->written(session_->output().size());
    }
  }
  std::span<const std::byte> pdu;
  while (wire_.next(pdu) == smpp::Framer::Found::pdu) sent_.emplace_back(pdu.begin(), pdu.end());
  while (auto event = session_->next_event()) {
    if (const auto* received = std::get_if<smpp::Received>(&*event)) unanswered_.push_back(received->incoming);
    if (const auto* bind = std::get_if<smpp::BindRequested>(&*event)) unanswered_.push_back(bind->incoming);
    if (ignore_acknowledged_ && std::holds_alternative<smpp::Acknowledged>(*event)) continue;
    events_.push_back(std::move(*event));
  }
}

std::string MemoryRun::compare(const smpp::Pdu& pdu, const Step& step, std::size_t length) {
  for (const Word& word : step.words) {
    if (word.name == "length" && std::to_string(length) != word.value) {
      return "length " + std::to_string(length) + " instead of " + word.value;
    }
    if (word.name == "header_only" && !pdu.header_only) return "a body, where none was expected";
    if (word.name == "without") {
      bool found = false;
      static_cast<void>(value_of(pdu, word.value, found));
      if (found) return "it has " + word.value;
    }
    if (is_directive(word.name)) continue;
    smpp::Pdu wanted = smpp::make_pdu(pdu.id());
    if (const auto set = smpp::set_field(wanted, field_name(word), word.value); !set) {
      return word.name + ": " + std::string(smpp::message(set.error().code));
    }
    bool found = false, ignored = false;
    const std::string got = value_of(pdu, field_name(word), found);
    const std::string want = value_of(wanted, field_name(word), ignored);
    if (!found) return word.name + " is missing";
    if (got != want) return word.name + " is \"" + got + "\" instead of \"" + want + '"';
  }
  return {};
}

std::string MemoryRun::expect_pdu(const Step& step) {
  if (step.what == "nothing") {
    if (sent_.empty() && wire_.pending() == 0) return {};
    if (sent_.empty()) return "the session sent part of a PDU";
    return "the session sent " + smpp::to_text(smpp::decode(sent_.front()).value().pdu);
  }
  if (sent_.empty()) return "the session sent nothing";
  const smpp::Octets octets = std::move(sent_.front());
  sent_.pop_front();
  if (step.what == "hex") {
    const std::string digits = step.words.empty() ? "" : step.words.front().name;
    const std::string got = smpp::to_hex(octets);
    return got == digits ? "" : "the session sent " + got;
  }
  const auto decoded = smpp::decode(octets);
  if (!decoded) return "the session sent a PDU that cannot be decoded: " + smpp::message(decoded.error());
  const smpp::Pdu& pdu = decoded->pdu;
  const auto id = command(step.what);
  if (!id) return "unknown command \"" + step.what + '"';
  if (pdu.id() != *id) return "the session sent " + smpp::to_text(pdu);
  if (!decoded->tolerances.empty() && step.find("header_only") == nullptr) {
    return "the session sent what has to be tolerated: " + std::string(name_of(decoded->tolerances.front()));
  }
  if (const Word* name = step.find("as")) named_[name->value] = pdu.sequence_number;
  last_sent_[static_cast<std::uint32_t>(pdu.id())] = pdu.sequence_number;
  const std::string wrong = compare(pdu, step, octets.size());
  return wrong.empty() ? wrong : wrong + " in " + smpp::to_text(pdu);
}

std::string MemoryRun::build(const Step& step, smpp::Pdu& pdu) const {
  const auto id = command(step.what);
  if (!id) return "unknown command \"" + step.what + '"';
  pdu = smpp::make_pdu(*id);
  for (const Word& word : step.words) {
    if (is_directive(word.name)) continue;
    if (const auto set = smpp::set_field(pdu, field_name(word), word.value); !set) {
      return word.name + ": " + std::string(smpp::message(set.error().code));
    }
  }
  pdu.header_only = step.find("header_only") != nullptr;
  return {};
}

std::uint32_t MemoryRun::sequence_number_for(const Step& step, smpp::command_id id) {
  if (!smpp::is_response(id)) return ++peer_sequence_number_;
  if (const Word* name = step.find("for")) return named_[name->value];
  return last_sent_[static_cast<std::uint32_t>(id) & ~smpp::kResponseBit];
}

std::string MemoryRun::send(const Step& step) {
  if (step.what == "hex") {
    const auto octets = smpp::from_hex(step.words.empty() ? "" : step.words.front().name);
    if (!octets) return "not hexadecimal digits";
    deliver(*octets);
    return {};
  }
  smpp::Pdu pdu;
  if (std::string wrong = build(step, pdu); !wrong.empty()) return wrong;
  if (!step.find("sequence_number")) pdu.sequence_number = sequence_number_for(step, pdu.id());
  const auto octets = smpp::encode(pdu);
  if (!octets) return smpp::message(octets.error());
  deliver(*octets);
  return {};
}

std::string MemoryRun::request(const Step& step) {
  smpp::Pdu pdu;
  if (std::string wrong = build(step, pdu); !wrong.empty()) return wrong;
  smpp::Token token = next_token_;
  if (const Word* word = step.find("token"); word && !parse_number(word->value, token)) return "token is a number";
  next_token_ = token + 1;
  std::string done = "not a request";
  std::visit(
      [&]<class Body>(const Body& body) {
        if constexpr (std::is_constructible_v<smpp::Request, Body>) {
          const auto accepted = session_->request(smpp::Request(body), token, now_);
          done = accepted ? "" : smpp::message(accepted.error());
        }
      },
      pdu.body);
  settle();
  const Word* refused = step.find("refused");
  if (!refused) return done.empty() ? done : "the session refused it: " + done;
  for (const auto code : {smpp::errc::not_bound, smpp::errc::window_full, smpp::errc::not_in_this_version,
                          smpp::errc::unencodable}) {
    if (error_name(code) == refused->value) {
      return done.ends_with(smpp::message(code)) ? "" : "it was " + (done.empty() ? "accepted" : "refused: " + done);
    }
  }
  return "unknown reason \"" + refused->value + '"';
}

std::string MemoryRun::respond(const Step& step) {
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
          session_->respond(incoming, smpp::Response{pdu.status, body});
        }
      },
      pdu.body);
  settle();
  return {};
}

std::string MemoryRun::expect(const Step& step) {
  if (step.what == "state") {
    const std::string got(smpp::name_of(session_->state()));
    return !step.words.empty() && step.words.front().name == got ? "" : "the state is " + got;
  }
  if (step.what == "slots") {
    const std::string got = std::to_string(session_->free_slots());
    return !step.words.empty() && step.words.front().name == got ? "" : got + " slots are free";
  }
  if (step.what == "wants_close") {
    const bool wanted = step.find("no") == nullptr;
    return session_->wants_close() == wanted ? "" : wanted ? "it does not want to close" : "it wants to close";
  }
  return expect_event(step);
}

std::string MemoryRun::expect_event(const Step& step) {
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
std::string MemoryRun::at_end() {
  if (!events_.empty()) return "the session also told " + event_text(events_.front());
  if (!sent_.empty()) return "the session also sent " + smpp::to_text(smpp::decode(sent_.front()).value().pdu);
  return {};
}

}  // namespace conformance
