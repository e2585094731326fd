// smpp-sim: the command line. The only place of the simulator where a clock is read.
#include "smpp/status.hpp"
#include "tools/smpp-sim/deliver.hpp"
#include "tools/smpp-sim/options.hpp"
#include "tools/smpp-sim/run.hpp"
#include "tools/smpp-sim/serve.hpp"
#include "tools/smpp-sim/sink.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace {
using namespace smpp_sim;

constexpr int kUsage = 2;

// What CLI11 fills before it is checked and converted.
struct SmscArguments {
  SmscOptions options;
  std::vector<std::string> accounts;
  std::string refuse, submit_status, trace = "line";
  std::uint64_t response_delay_ms = 0, receipt_delay_ms = 1000, redeliver_after_ms = 1000;
};

Clocks the_clocks() {
  Clocks clocks;
  clocks.steady = [] { return std::chrono::steady_clock::now(); };
  clocks.wall = [] { return std::chrono::system_clock::now(); };
  return clocks;
}

void add_smsc_options(CLI::App& app, SmscArguments& into) {
  SmscOptions& options = into.options;
  app.add_option("--listen", options.listen, "SMSC address, host:port")->capture_default_str();
  app.add_option("--control", options.control, "control HTTP address, host:port; port 0 picks one")
      ->capture_default_str();
  app.add_option("--account", into.accounts, "system_id:password, repeatable; none: any bind is accepted");
  app.add_option("--window", options.window, "unanswered deliver_sm on each bind")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--receipt-delay", into.receipt_delay_ms, "ms from acceptance to the handset and its receipt")
      ->capture_default_str();
  app.add_option("--receipt-stat", options.behaviour.receipt_stat, "DELIVRD, UNDELIV, EXPIRED, REJECTD ...")
      ->capture_default_str();
  app.add_option("--response-delay", into.response_delay_ms, "ms before submit_sm_resp")->capture_default_str();
  app.add_option("--throttle", options.behaviour.throttle,
                 "submits a second and account, above it ESME_RTHROTTLED; 0: no limit")
      ->capture_default_str();
  app.add_option("--refuse", into.refuse, "refuse every bind with this status, e.g. ESME_RINVPASWD");
  app.add_option("--submit-status", into.submit_status, "answer every submit with this status");
  app.add_option("--redeliver-after", into.redeliver_after_ms, "ms until a temporarily refused deliver_sm comes again")
      ->capture_default_str();
  app.add_option("--subscribers", options.subscribers, "how many simulated people answer, or demo for 20");
  app.add_option("--subscribers-file", options.subscribers_file, "their personalities, JSON");
  app.add_option("--seed", options.seed, "who answers what, and after how long")->capture_default_str();
  app.add_option("--pcap", options.pcap, "capture for Wireshark and tshark");
  CLI::Option* const tls = app.add_flag("--tls", options.tls, "clients must speak TLS 1.2 or 1.3");
  CLI::Option* const certificate =
      app.add_option("--certificate", options.certificate, "its certificate, PEM; none: one is made for localhost")
          ->needs(tls);
  CLI::Option* const key = app.add_option("--key", options.key, "its private key, PEM")->needs(certificate);
  certificate->needs(key);
  app.add_option("--client-ca", options.client_ca, "PEM; clients must show a certificate of this authority")->needs(tls);
  app.add_flag("-q,--quiet", options.quiet, "no line per PDU");
  app.add_option("--trace", into.trace, "line: a readable line per PDU; json: one JSON object per PDU")
      ->capture_default_str()
      ->check(CLI::IsMember({"line", "json"}));
  app.add_flag("--hex", options.trace.hex, "the octets of each PDU too");
}

// Empty, or what is wrong.
std::string convert(SmscArguments& from) {
  SmscOptions& options = from.options;
  for (const auto& account : from.accounts) {
    const auto colon = account.find(':');
    if (colon == std::string::npos || colon == 0) return "--account " + account + ": must be system_id:password";
    options.accounts.push_back({account.substr(0, colon), account.substr(colon + 1)});
    for (std::size_t i = 0; i + 1 < options.accounts.size(); ++i) {
      if (options.accounts[i].system_id == options.accounts.back().system_id)
        return "--account " + account + ": this system_id is there already";
    }
  }
  const auto status = [](const std::string& name, smpp::command_status& into) {
    if (name.empty()) return true;
    const auto known = smpp::status_of(name);
    if (known) into = *known;
    return known.has_value();
  };
  if (!status(from.refuse, options.behaviour.bind_status)) return "--refuse " + from.refuse + ": no such status";
  if (!status(from.submit_status, options.behaviour.submit_status))
    return "--submit-status " + from.submit_status + ": no such status";
  if (!message_state_of(options.behaviour.receipt_stat))
    return "--receipt-stat " + options.behaviour.receipt_stat + ": no such word in a receipt";
  options.behaviour.response_delay = std::chrono::milliseconds(from.response_delay_ms);
  options.behaviour.receipt_delay = std::chrono::milliseconds(from.receipt_delay_ms);
  options.trace.json = from.trace == "json";
  // https://no-color.org: set and not empty, whatever its value.
  const char* const no_color = std::getenv("NO_COLOR");
  options.trace.colour = ::isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
  options.redeliver_after = std::chrono::milliseconds(from.redeliver_after_ms);
  return {};
}

int smsc(SmscArguments& arguments) {
  if (const auto wrong = convert(arguments); !wrong.empty()) {
    std::cerr << "smpp-sim: " << wrong << "\n";
    return kUsage;
  }
  return run_smsc(arguments.options, the_clocks());
}

int decode(std::string hex) {
  if (hex.empty() || hex == "-") hex.assign(std::istreambuf_iterator<char>(std::cin), {});
  return run_decode(hex);
}

CLI::App* add_mo(CLI::App& app, MoOptions& into) {
  CLI::App* command = app.add_subcommand("mo", "send messages from handsets through a running simulator");
  command->add_option("--from", into.from, "the handset's number");
  command->add_option("--to", into.to, "the short code or number of the ESME");
  CLI::Option* const text = command->add_option("text", into.text, "the text; long ones are split");
  CLI::Option* const octets = command->add_option("--hex", into.hex, "octets instead of a text, hexadecimal digits")->excludes(text);
  command->add_option("--spoof-receipt", into.spoof_receipt, "a text that looks like the receipt of this message id")
      ->excludes(text)
      ->excludes(octets);
  command->add_option("--alphabet", into.alphabet, "auto, gsm7, gsm7-packed, latin1 or ucs2; default: auto");
  command->add_option("--data-coding", into.data_coding, "0, 1, 3 or 8 choose the alphabet too")->check(CLI::Range(0, 255));
  command->add_option("--esm-class", into.esm_class, "UDHI is added where it is needed")->check(CLI::Range(0, 255));
  command->add_option("--long", into.long_mode, "how long ones go: udh8, udh16, sar or payload; default: udh8");
  command->add_option("--parts", into.parts, "which parts are sent, in this order: 1,3,2 or 1,1,3; default: all");
  command->add_option("--reference", into.reference, "of the parts; default: the next")->check(CLI::Range(0, 65535));
  command->add_option("--ports", into.ports, "application ports, destination or destination:source");
  command->add_option("--tlv", into.tlvs, "tag or name and hexadecimal digits, 0x1401=0a0b; repeatable")
      ->allow_extra_args(false);
  command->add_option("--command", into.command, "deliver_sm or data_sm; default: deliver_sm");
  command->add_option("--max-attempts", into.max_attempts, "offers while the ESME refuses for now; default: 1000");
  command->add_option("--account", into.account, "system_id that receives it; default: the last user of --to");
  CLI::Option* const csv = command->add_option("--csv", into.csv, "many: a file with columns from,to,text; - for stdin");
  CLI::Option* const jsonl = command->add_option("--jsonl", into.jsonl, "many: a JSON object a line; - for stdin")->excludes(csv);
  csv->excludes(text);
  jsonl->excludes(text);
  command->add_option("--rate", into.rate, "of --csv and --jsonl: 50/s or 600/m; default: no limit");
  command->add_option("--control", into.control, "where the simulator's control HTTP listens")->capture_default_str();
  return command;
}

CLI::App* add_phone(CLI::App& app, PhoneOptions& into) {
  CLI::App* command = app.add_subcommand("phone", "chat as one handset: prints what arrives, sends what is typed");
  command->add_option("number", into.number, "the handset's number")->required();
  command->add_option("--to", into.to, "the short code or number it writes to")->capture_default_str();
  command->add_option("--linger", into.linger_ms, "ms to listen after the end of the input")->capture_default_str();
  command->add_option("--control", into.control, "where the simulator's control HTTP listens")->capture_default_str();
  return command;
}

CLI::App* add_run(CLI::App& app, RunOptions& into, std::uint64_t& patience_ms) {
  CLI::App* command = app.add_subcommand("run", "play scripts of SMPP (test/conformance) against an ESME or an SMSC");
  command->add_option("file", into.paths, "scripts, or folders of them")->required();
  command->add_option("--listen", into.listen, "where the ESME under test connects, host:port")->capture_default_str();
  command->add_option("--connect", into.connect, "the SMSC under test, host:port, for scripts with `role smsc`");
  command->add_option("--set", into.settings, "name=value that the peer under test has been set to, repeatable");
  command->add_option("--patience", patience_ms, "ms for a connection and for each line")->capture_default_str();
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "SMSC simulator and SMPP tools. Without a command: an SMSC on 127.0.0.1:2775, control on 127.0.0.1:2780."};
  app.require_subcommand(0, 1);
  SmscArguments arguments;
  add_smsc_options(app, arguments);
  CLI::App* serve = app.add_subcommand("smsc", "the simulated SMSC (default)");
  add_smsc_options(*serve, arguments);

  MoOptions mo;
  CLI::App* mo_command = add_mo(app, mo);
  PhoneOptions phone;
  CLI::App* phone_command = add_phone(app, phone);

  std::string hex, name;
  CLI::App* decode_command = app.add_subcommand("decode", "print PDUs given as hexadecimal digits (argument or stdin)");
  decode_command->add_option("hex", hex, "hexadecimal digits, - for stdin");
  CLI::App* explain_command =
      app.add_subcommand("explain", "say what a status, command or TLV is: 0x58, ESME_RALYBND, message_state");
  explain_command->add_option("name", name, "number or name")->required();

  SinkOptions sink;
  CLI::App* sink_command = app.add_subcommand("sink", "receive webhooks as a CRM would and check their signatures");
  sink_command->add_option("--listen", sink.listen, "host:port")->capture_default_str();
  sink_command->add_option("--secret", sink.secret, "whsec_... or the octets themselves; empty: not checked");
  sink_command->add_option("--fail-first", sink.fail_first, "answer 503 this many times first");
  sink_command->add_option("--status", sink.status, "answer every webhook with this HTTP status")
      ->capture_default_str();
  sink_command->add_flag("-q,--quiet", sink.quiet, "no line per webhook");

  RunOptions run;
  auto patience_ms = static_cast<std::uint64_t>(run.patience.count());
  CLI::App* run_command = add_run(app, run, patience_ms);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (mo_command->parsed()) {
    mo.is_terminal = ::isatty(STDERR_FILENO) != 0;
    return mo.csv.empty() && mo.jsonl.empty() ? run_mo(mo) : run_mo_bulk(mo, the_clocks());
  }
  if (phone_command->parsed()) {
    phone.is_terminal = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
    return run_phone(phone);
  }
  if (run_command->parsed()) {
    run.patience = std::chrono::milliseconds(patience_ms);
    return run_scripts(run);
  }
  if (decode_command->parsed()) return decode(hex);
  if (explain_command->parsed()) return run_explain(name);
  if (sink_command->parsed()) return run_sink(sink, [] { return std::chrono::system_clock::now(); });
  return smsc(arguments);
}
