#include "tools/smpp-sim/option_table.hpp"

#include "tools/smpp-sim/deliver.hpp"
#include "tools/smpp-sim/profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace smpp_sim {
namespace {

constexpr std::uint64_t kMostNumber = 1'000'000'000;

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t most = kMostNumber) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

template <class Number>
std::string put_number(Number& into, std::string_view value, std::uint64_t least, std::uint64_t most) {
  const auto parsed = number(value, most);
  if (!parsed || *parsed < least) return fmt::format("must be a number from {} to {}", least, most);
  into = static_cast<Number>(*parsed);
  return {};
}

std::string put_millis(Millis& into, std::string_view value) {
  const auto parsed = parse_millis(value);
  if (!parsed) return "must be ms, or a time such as 5s; at most a day";
  into = *parsed;
  return {};
}

std::string put_text(std::string& into, std::string_view value) {
  if (value.empty()) return "must not be empty";
  into = value;
  return {};
}

std::string put_flag(bool& into, std::string_view value) {
  if (value != "yes" && value != "no") return "must be yes or no";
  into = value == "yes";
  return {};
}

std::string put_status(smpp::command_status& into, std::string_view value) {
  const auto status = smpp::status_of(value);
  if (!status) return "no such status; write for instance ESME_RTHROTTLED or 0x58";
  into = *status;
  return {};
}

struct Word {
  std::string_view name, value;
};

// "name=b listen=127.0.0.1:2776": words with white space between.
std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(word.size());
    const std::size_t equals = word.find('=');
    const bool has_value = equals != std::string_view::npos;
    words.push_back({word.substr(0, equals), has_value ? word.substr(equals + 1) : std::string_view()});
  }
}

std::string put_binds(SmscAccount& account, std::string_view value) {
  account.bind_types = 0;
  while (!value.empty()) {
    const std::string_view type = value.substr(0, value.find(','));
    value.remove_prefix(std::min(type.size() + 1, value.size()));
    if (type == "trx") {
      account.bind_types |= static_cast<std::uint32_t>(Trigger::bind_transceiver);
    } else if (type == "tx") {
      account.bind_types |= static_cast<std::uint32_t>(Trigger::bind_transmitter);
    } else if (type == "rx") {
      account.bind_types |= static_cast<std::uint32_t>(Trigger::bind_receiver);
    } else {
      return "bind must be trx, tx, rx or several with commas";
    }
  }
  return account.bind_types == 0 ? "bind must be trx, tx, rx or several with commas" : "";
}

std::string put_version(SmscAccount& account, std::string_view value) {
  if (value == "3.3") account.version = kVersion33;
  if (value == "3.4") account.version = kVersion34;
  if (value == "5.0") account.version = kVersion50;
  return value == "3.3" || value == "3.4" || value == "5.0" ? "" : "version must be 3.3, 3.4 or 5.0";
}

std::string put_account_word(SmscAccount& account, const Word& word) {
  constexpr std::uint64_t kMostBinds = 10'000;
  std::uint64_t rate = 0;
  if (word.name == "bind") return put_binds(account, word.value);
  if (word.name == "max_binds") return put_number(account.max_binds, word.value, 1, kMostBinds);
  if (word.name == "window") return put_number(account.window, word.value, 1, kMostBinds);
  if (word.name == "rate") {
    std::string wrong = put_number(rate, word.value, 1, 1'000'000);
    account.rate = static_cast<double>(rate);
    return wrong;
  }
  if (word.name == "addresses") return account.addresses = Pattern(word.value), std::string();
  if (word.name == "version") return put_version(account, word.value);
  if (word.name == "smsc") return put_text(account.smsc, word.value);
  return "unknown; known are bind, max_binds, window, rate, addresses, version, smsc";
}

std::string put_account(SmscOptions& options, std::string_view value) {
  const std::string_view who = value.substr(0, value.find_first_of(" \t"));
  const std::size_t colon = who.find(':');
  if (colon == std::string_view::npos || colon == 0) return "must begin with system_id:password";
  SmscAccount account;
  account.system_id = who.substr(0, colon);
  account.password = who.substr(colon + 1);
  for (const Word& word : words_of(value.substr(who.size()))) {
    if (std::string wrong = put_account_word(account, word); !wrong.empty())
      return fmt::format("{}={}: {}", word.name, word.value, wrong);
  }
  options.accounts.push_back(std::move(account));
  return {};
}

std::string put_place(SmscOptions& options, std::string_view value) {
  SmscPlace place;
  for (const Word& word : words_of(value)) {
    std::string wrong;
    if (word.name == "name") {
      wrong = put_text(place.name, word.value);
    } else if (word.name == "listen") {
      wrong = put_text(place.listen, word.value);
    } else if (word.name == "tls") {
      wrong = put_flag(place.tls, word.value);
    } else if (word.name == "certificate") {
      wrong = put_text(place.certificate, word.value);
    } else if (word.name == "key") {
      wrong = put_text(place.key, word.value);
    } else if (word.name == "client_ca") {
      wrong = put_text(place.client_ca, word.value);
    } else {
      wrong = "unknown; known are name, listen, tls, certificate, key, client_ca";
    }
    if (!wrong.empty()) return fmt::format("{}={}: {}", word.name, word.value, wrong);
  }
  if (place.name.empty() || place.listen.empty()) return "must have name= and listen=";
  options.places.push_back(std::move(place));
  return {};
}

std::string put_list(SmscOptions& options, std::string_view value) {
  const std::size_t equals = value.find('=');
  if (equals == std::string_view::npos || equals == 0) return "must be NAME=NUMBER,NUMBER";
  NamedList list;
  list.name = value.substr(0, equals);
  for (std::string_view rest = value.substr(equals + 1); !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    if (!one.empty()) list.numbers.emplace_back(one);
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  if (list.numbers.empty()) return "must be NAME=NUMBER,NUMBER";
  options.lists.push_back(std::move(list));
  return {};
}

// "127.0.0.1:3775 smsc:secret"
std::string put_outbind(SmscOptions& options, std::string_view value) {
  OutbindTo to;
  to.address = value.substr(0, value.find_first_of(" \t"));
  const std::size_t begin = value.find_first_not_of(" \t", to.address.size());
  const std::string_view who = begin == std::string_view::npos ? std::string_view() : value.substr(begin);
  to.system_id = who.substr(0, who.find(':'));
  if (to.system_id.size() < who.size()) to.password = who.substr(to.system_id.size() + 1);
  if (to.address.find(':') == std::string::npos) return "must begin with host:port";
  options.outbinds.push_back(std::move(to));
  return {};
}

std::string put_rule(SmscOptions& options, std::string_view value) {
  RuleMistake mistake;
  auto rule = parse_rule(value, mistake);
  if (!rule) return fmt::format("column {}: {}", mistake.column, mistake.what);
  options.rules.push_back(std::move(*rule));
  return {};
}

std::string put_trace(SmscOptions& options, std::string_view value) {
  if (value != "human" && value != "json") return "must be human or json";
  options.trace.json = value == "json";
  return {};
}

constexpr std::array kOptions{
    SmscOption{"listen", "HOST:PORT", "127.0.0.1:2775", false, "where the SMSC listens",
               [](SmscOptions& o, std::string_view v) { return put_text(o.listen, v); }},
    SmscOption{"control", "HOST:PORT", "127.0.0.1:2780", false, "where the control HTTP listens; port 0 picks one",
               [](SmscOptions& o, std::string_view v) { return put_text(o.control, v); }},
    SmscOption{"account", "ACCOUNT", "", true,
               "system_id:password, then bind=trx,tx,rx max_binds=2 window=10 rate=100 addresses=80800,4477* "
               "version=3.3|3.4|5.0 smsc=NAME as wanted; without one an SMSC takes any bind",
               put_account},
    SmscOption{"smsc", "SMSC", "", true,
               "a further SMSC: name=b listen=127.0.0.1:2776 tls=yes certificate=FILE key=FILE client_ca=FILE",
               put_place},
    SmscOption{"when", "RULE", "", true, "a rule: to=4479* status=ESME_RSUBMITFAIL; its words stand below", put_rule},
    SmscOption{"profile", "NAME", "healthy", false, "rules by name: healthy, flaky, throttling, slow, dead, capped, melrose, smppsim",
               [](SmscOptions& o, std::string_view v) {
                 if (find_profile(v) == nullptr) return "no such profile; known are " + profile_names();
                 return put_text(o.profile, v);
               }},
    SmscOption{"strict", "", "", false, "what departs from SMPP v5.0 is refused as it says",
               [](SmscOptions& o, std::string_view v) { return put_flag(o.strict, v); }},
    SmscOption{"window", "N", "10", false, "unanswered deliver_sm on each bind",
               [](SmscOptions& o, std::string_view v) { return put_number(o.window, v, 1, 10'000); }},
    SmscOption{"receipt-delay", "TIME", "1s", false, "from acceptance to the handset and its receipt",
               [](SmscOptions& o, std::string_view v) { return put_millis(o.behaviour.receipt_delay, v); }},
    SmscOption{"receipt-stat", "WORD", "DELIVRD", false, "what becomes of messages: DELIVRD, UNDELIV, EXPIRED, REJECTD ...",
               [](SmscOptions& o, std::string_view v) {
                 if (!message_state_of(v)) return std::string("no such word in a receipt");
                 return put_text(o.behaviour.receipt_stat, v);
               }},
    SmscOption{"response-delay", "TIME", "0ms", false, "before the response to a submit",
               [](SmscOptions& o, std::string_view v) { return put_millis(o.behaviour.response_delay, v); }},
    SmscOption{"throttle", "N", "0", false, "submits a second and account, above it ESME_RTHROTTLED; 0: no limit",
               [](SmscOptions& o, std::string_view v) { return put_number(o.behaviour.throttle, v, 0, 1'000'000); }},
    SmscOption{"refuse", "STATUS", "", false, "refuse every bind with this status, such as ESME_RINVPASWD",
               [](SmscOptions& o, std::string_view v) { return put_status(o.behaviour.bind_status, v); }},
    SmscOption{"submit-status", "STATUS", "", false, "answer every submit with this status",
               [](SmscOptions& o, std::string_view v) { return put_status(o.behaviour.submit_status, v); }},
    SmscOption{"redeliver-after", "TIME", "1s", false, "until a temporarily refused deliver_sm comes again",
               [](SmscOptions& o, std::string_view v) { return put_millis(o.redeliver_after, v); }},
    SmscOption{"max-attempts", "N", "1000", false, "offers of a deliver_sm that is refused temporarily, then it is given up",
               [](SmscOptions& o, std::string_view v) { return put_number(o.max_attempts, v, 1, 1'000'000); }},
    SmscOption{"list", "NAME=NUMBERS", "", true, "a distribution list for submit_multi: friends=447700900001,447700900002",
               put_list},
    SmscOption{"outbind", "HOST:PORT [ID:PASSWORD]", "", true, "connect to an ESME at start and send outbind", put_outbind},
    SmscOption{"subscribers", "N", "", false, "how many simulated people answer, or demo for 20",
               [](SmscOptions& o, std::string_view v) { return put_text(o.subscribers, v); }},
    SmscOption{"subscribers-file", "FILE", "", false, "their personalities, JSON",
               [](SmscOptions& o, std::string_view v) { return put_text(o.subscribers_file, v); }},
    SmscOption{"seed", "N", "1", false, "of all that is drawn by lot",
               [](SmscOptions& o, std::string_view v) {
                 return put_number(o.seed, v, 0, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
               }},
    SmscOption{"pcap", "FILE", "", false, "a capture for Wireshark and tshark",
               [](SmscOptions& o, std::string_view v) { return put_text(o.pcap, v); }},
    SmscOption{"tls", "", "", false, "clients must speak TLS 1.2 or 1.3",
               [](SmscOptions& o, std::string_view v) { return put_flag(o.tls, v); }},
    SmscOption{"certificate", "FILE", "", false, "its certificate, PEM; none: one is made for localhost",
               [](SmscOptions& o, std::string_view v) { return put_text(o.certificate, v); }},
    SmscOption{"key", "FILE", "", false, "its private key, PEM",
               [](SmscOptions& o, std::string_view v) { return put_text(o.key, v); }},
    SmscOption{"client-ca", "FILE", "", false, "PEM; clients must show a certificate of this authority",
               [](SmscOptions& o, std::string_view v) { return put_text(o.client_ca, v); }},
    SmscOption{"quiet", "", "", false, "no line per PDU",
               [](SmscOptions& o, std::string_view v) { return put_flag(o.quiet, v); }},
    SmscOption{"trace", "human|json", "human", false, "a readable line per PDU, or one JSON object per PDU", put_trace},
    SmscOption{"hex", "", "", false, "the octets of each PDU too",
               [](SmscOptions& o, std::string_view v) { return put_flag(o.trace.hex, v); }},
    SmscOption{"config", "FILE", "", true, "options from a file: `name = value` a line, as here but without dashes",
               [](SmscOptions&, std::string_view) { return std::string("a file cannot name another one"); }},
};

std::string wrong_tls(const std::string& what, bool tls, const std::string& certificate, const std::string& key,
                      const std::string& client_ca) {
  if (!tls && !(certificate.empty() && key.empty() && client_ca.empty()))
    return what + ": certificate, key and client_ca are for TLS only: add tls";
  if (certificate.empty() != key.empty()) return what + ": certificate and key go together";
  return {};
}

// What no value alone shows.
void check_together(const SmscOptions& options, std::vector<std::string>& mistakes) {
  const auto add = [&](std::string mistake) {
    if (!mistake.empty()) mistakes.push_back(std::move(mistake));
  };
  add(wrong_tls("--tls", options.tls, options.certificate, options.key, options.client_ca));
  for (auto place = options.places.begin(); place != options.places.end(); ++place) {
    add(wrong_tls("--smsc name=" + place->name, place->tls, place->certificate, place->key, place->client_ca));
    const bool twice = std::any_of(options.places.begin(), place, [&](const auto& o) { return o.name == place->name; });
    if (twice) add("--smsc name=" + place->name + ": there is one of this name already");
  }
  for (auto account = options.accounts.begin(); account != options.accounts.end(); ++account) {
    const std::string what = "--account " + account->system_id;
    const bool known = account->smsc.empty() || std::any_of(options.places.begin(), options.places.end(),
                                                            [&](const auto& p) { return p.name == account->smsc; });
    if (!known) add(what + ": smsc=" + account->smsc + ": there is no --smsc of this name");
    const bool twice = std::any_of(options.accounts.begin(), account, [&](const auto& other) {
      return other.system_id == account->system_id && other.smsc == account->smsc;
    });
    if (twice) add(what + ": this system_id is there already on the same SMSC");
  }
}

void put_all(const std::vector<Given>& given, SmscOptions& into, std::vector<std::string>& mistakes) {
  for (const Given& one : given) {
    const SmscOption* option = find_option(one.name);
    if (option == nullptr || option->name == "config") continue;
    RuleMistake mistake;
    if (one.column != 0 && option->name == "when" && !parse_rule(one.value, mistake)) {
      mistakes.push_back(fmt::format("{}{}: when: {}", one.where, one.column + mistake.column - 1, mistake.what));
      continue;
    }
    const std::string wrong = option->put(into, one.value);
    if (wrong.empty()) continue;
    mistakes.push_back(one.column == 0 ? fmt::format("{} {}: {}", one.where, one.value, wrong)
                                       : fmt::format("{}{}: {} {}: {}", one.where, one.column, one.name, one.value, wrong));
  }
}

}  // namespace

std::span<const SmscOption> smsc_options() { return kOptions; }

const SmscOption* find_option(std::string_view name) {
  const auto found = std::find_if(kOptions.begin(), kOptions.end(), [&](const auto& each) { return each.name == name; });
  return found == kOptions.end() ? nullptr : &*found;
}

std::vector<std::string> make_options(const std::vector<Given>& given, const ReadFile& read_file, SmscOptions& into) {
  std::vector<std::string> mistakes;
  std::vector<Given> in_files;
  for (const Given& one : given) {
    if (one.name != "config") continue;
    const auto text = read_file(one.value);
    if (!text) {
      mistakes.push_back("--config " + one.value + ": cannot be read");
      continue;
    }
    for (Given& each : read_config(*text, one.value, mistakes)) in_files.push_back(std::move(each));
  }
  put_all(in_files, into, mistakes);
  std::vector<Rule> later = std::exchange(into.rules, {});
  put_all(given, into, mistakes);
  for (Rule& rule : later) into.rules.push_back(std::move(rule));
  if (const Profile* profile = find_profile(into.profile); profile != nullptr) {
    RuleMistake none;
    for (const std::string_view line : profile->lines) into.rules.push_back(*parse_rule(line, none));
  }
  check_together(into, mistakes);
  return mistakes;
}

}  // namespace smpp_sim
