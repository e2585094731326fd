#include "tools/smpp-sim/script/peer.hpp"

#include "smpp/pdu_text.hpp"
#include "smpp/status.hpp"

#include <algorithm>
#include <utility>

namespace smpp_sim::script {
namespace {

// Words of a script line that are not fields of the PDU.
bool is_directive(std::string_view name) {
  for (const std::string_view word :
       {"as", "for", "to", "token", "epoch", "refused", "length", "without", "header_only", "within", "after"}) {
    if (name == word) return true;
  }
  return false;
}

std::string_view field_name(const Word& word) {
  return word.name == "status" ? "command_status" : std::string_view(word.name);
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

std::string text_of(const smpp::Octets& octets) {
  const auto decoded = smpp::decode(octets);
  return decoded ? smpp::to_text(decoded->pdu) : smpp::to_hex(octets);
}

}  // namespace

std::optional<smpp::command_id> command(std::string_view name) {
  if (const auto id = smpp::command_of(name)) return id;
  std::uint32_t number = 0;
  if (!name.starts_with("0x") || !parse_number(name, number)) return std::nullopt;
  return static_cast<smpp::command_id>(number);
}

bool is_bind(smpp::command_id id) {
  return id == smpp::command_id::bind_transceiver || id == smpp::command_id::bind_transmitter ||
         id == smpp::command_id::bind_receiver;
}

bool is_asked_for(const Step& step, smpp::command_id id) {
  if (step.what == "bind") return is_bind(id);
  return step.what == "hex" || command(step.what) == id;
}

std::optional<std::chrono::milliseconds> duration_of(const Step& step, std::string_view name) {
  const Word* word = step.find(name);
  if (word == nullptr) return std::nullopt;
  bool ok = false;
  const auto time = parse_duration(word->value, ok);
  return ok ? std::optional(time) : std::nullopt;
}

namespace {
bool is_list(const Step& step) { return step.verb == Verb::serve || step.verb == Verb::ignore; }
}  // namespace

std::vector<std::string> mistakes_of(const Script& script) {
  std::vector<std::string> mistakes;
  for (const Step& step : script.steps) {
    const auto mistake = [&](std::size_t column, const std::string& what) {
      mistakes.push_back(std::to_string(step.line) + ':' + std::to_string(column) + ": " + what);
    };
    if (is_list(step) && step.what != "all" && !command(step.what)) mistake(step.column, "unknown command \"" + step.what + '"');
    for (const Word& word : step.words) {
      const bool is_time = word.name == "within" || word.name == "after";
      if (is_time && !duration_of(step, word.name)) mistake(word.column, word.name + " needs a time such as 2s or 500ms");
      if (is_list(step) && !command(word.name)) mistake(word.column, "unknown command \"" + word.name + '"');
    }
    const bool has_pdu = step.verb == Verb::expect_pdu || step.verb == Verb::send;
    if (!has_pdu || step.what == "hex" || step.what == "nothing") continue;
    const auto id = step.what == "bind" ? smpp::command_id::bind_transceiver
                    : step.what == "bind_resp" ? smpp::command_id::bind_transceiver_resp
                                               : command(step.what).value_or(smpp::command_id{});
    if (id == smpp::command_id{}) {
      mistake(step.column, "unknown command \"" + step.what + '"');
      continue;
    }
    smpp::Pdu pdu = smpp::make_pdu(id);
    for (const Word& word : step.words) {
      if (is_directive(word.name)) continue;
      const auto set = smpp::set_field(pdu, field_name(word), word.value);
      if (!set) mistake(word.column, word.name + '=' + word.value + ": " + std::string(smpp::message(set.error().code)));
    }
  }
  return mistakes;
}

std::string build(const Step& step, smpp::Pdu& pdu) {
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

std::string compare(const smpp::Pdu& pdu, const Step& step, std::size_t length) {
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

void Peer::hear(std::span<const std::byte> octets) {
  framer_.append(octets);
  std::span<const std::byte> pdu;
  while (framer_.next(pdu) == smpp::Framer::Found::pdu) heard_.emplace_back(pdu.begin(), pdu.end());
}

smpp::Octets Peer::take() {
  smpp::Octets octets = std::move(heard_.front());
  heard_.pop_front();
  return octets;
}

std::string Peer::check_nothing() const {
  if (!heard_.empty()) return "the session sent " + text_of(heard_.front());
  return framer_.pending() == 0 ? "" : "the session sent part of a PDU";
}

std::string Peer::check(const Step& step) {
  if (step.what == "nothing") return check_nothing();
  if (heard_.empty()) return "the session sent nothing";
  return check(step, take());
}

std::string Peer::check(const Step& step, const smpp::Octets& octets) {
  if (step.what == "hex") {
    const std::string digits = step.words.empty() ? "" : step.words.front().name;
    const std::string got = smpp::to_hex(octets);
    return got == digits ? "" : "the session sent " + got;
  }
  const auto decoded = smpp::decode(octets);
  if (!decoded) return "the session sent a PDU that cannot be decoded: " + smpp::message(decoded.error());
  const smpp::Pdu& pdu = decoded->pdu;
  if (step.what != "bind" && !command(step.what)) return "unknown command \"" + step.what + '"';
  if (!is_asked_for(step, pdu.id())) return "the session sent " + smpp::to_text(pdu);
  if (is_bind(pdu.id())) last_bind_ = pdu.id();
  if (!decoded->tolerances.empty() && step.find("header_only") == nullptr) {
    return "the session sent what has to be tolerated: " + std::string(name_of(decoded->tolerances.front()));
  }
  if (const Word* name = step.find("as")) named_[name->value] = pdu.sequence_number;
  last_heard_[static_cast<std::uint32_t>(pdu.id())] = pdu.sequence_number;
  const std::string wrong = compare(pdu, step, octets.size());
  return wrong.empty() ? wrong : wrong + " in " + smpp::to_text(pdu);
}

std::string Peer::speak(const Step& step, std::vector<smpp::Octets>& pieces) {
  switch (step.verb) {
    case Verb::hold: holding_ = true; return {};
    case Verb::release:
      holding_ = false;
      cut(std::exchange(held_, {}), pieces);
      return {};
    case Verb::chunk: return parse_number(step.what, chunk_) ? "" : "chunk needs a number of octets";
    default: break;
  }
  smpp::Octets octets;
  if (std::string wrong = say(step, octets); !wrong.empty()) return wrong;
  if (holding_) {
    held_.insert(held_.end(), octets.begin(), octets.end());
  } else {
    cut(octets, pieces);
  }
  return {};
}

std::string Peer::say(const Step& step, smpp::Octets& octets) {
  if (step.what == "hex") {
    const auto given = smpp::from_hex(step.words.empty() ? "" : step.words.front().name);
    if (!given) return "not hexadecimal digits";
    octets = *given;
    return {};
  }
  smpp::Pdu pdu;
  Step said = step;
  if (step.what == "bind_resp") said.what = smpp::command_name(smpp::response_to(last_bind_));
  if (std::string wrong = build(said, pdu); !wrong.empty()) return wrong;
  if (!step.find("sequence_number")) pdu.sequence_number = sequence_number_for(step, pdu.id());
  const auto encoded = smpp::encode(pdu);
  if (!encoded) return smpp::message(encoded.error());
  octets = *encoded;
  return {};
}

std::uint32_t Peer::sequence_number_for(const Step& step, smpp::command_id id) {
  if (!smpp::is_response(id)) return ++sequence_number_;
  if (const Word* name = step.find("for")) return named_[name->value];
  return last_heard_[static_cast<std::uint32_t>(id) & ~smpp::kResponseBit];
}

void Peer::cut(const smpp::Octets& octets, std::vector<smpp::Octets>& pieces) const {
  const std::size_t piece = chunk_ == 0 ? std::max<std::size_t>(octets.size(), 1) : chunk_;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    const auto part = std::span(octets).subspan(at, std::min(piece, octets.size() - at));
    pieces.emplace_back(part.begin(), part.end());
  }
}

}  // namespace smpp_sim::script
