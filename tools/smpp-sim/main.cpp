// smpp-sim: the command line. The only place of the simulator where a clock is read.
#include "tools/smpp-sim/completion.hpp"
#include "tools/smpp-sim/lint_run.hpp"
#include "tools/smpp-sim/load.hpp"
#include "tools/smpp-sim/option_table.hpp"
#include "tools/smpp-sim/replay.hpp"
#include "tools/smpp-sim/run.hpp"
#include "tools/smpp-sim/serve.hpp"
#include "tools/smpp-sim/sink.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {
using namespace smpp_sim;

constexpr int kUsage = 2;

// What the command line gives, in its order within each option; every option of the table and nothing else.
void add_smsc_options(CLI::App& app, std::vector<Given>& into) {
  for (const SmscOption& option : smsc_options()) {
    const std::string name(option.name), dashed = "--" + name, doc(option.doc);
    const std::string flags = name == "quiet" ? "-q,--quiet" : dashed;
    if (option.values.empty()) {
      app.add_flag_callback(flags, [&into, name, dashed] { into.push_back({dashed, name, "yes", 0}); }, doc);
      continue;
    }
    CLI::Option* added = nullptr;
    if (option.repeatable) {
      const auto take = [&into, name, dashed](const std::vector<std::string>& values) {
        for (const std::string& value : values) into.push_back({dashed, name, value, 0});
      };
      added = app.add_option_function<std::vector<std::string>>(dashed, take, doc)->allow_extra_args(false);
    } else {
      const auto take = [&into, name, dashed](const std::string& value) { into.push_back({dashed, name, value, 0}); };
      added = app.add_option_function<std::string>(dashed, take, doc);
    }
    added->type_name(std::string(option.values));
    if (!option.standard.empty()) added->default_str(std::string(option.standard));
  }
}

CLI::App* add_lint(CLI::App& app, LintOptions& into, std::uint64_t& duration_s) {
  CLI::App* command = app.add_subcommand("lint", "bad habits of an ESME, in a capture or of one that connects");
  CLI::Option* const capture = command->add_option("capture", into.capture, "a pcap file");
  command->add_option("--listen", into.listen, "be an SMSC there until the client leaves, host:port")->excludes(capture);
  command->add_option("--duration", duration_s, "of --listen: seconds, whether or not the client leaves");
  command->add_flag("--json", into.json, "as JSON");
  return command;
}

struct ReplayArguments {
  ReplayOptions options;
  std::string as = "smsc";
  std::uint64_t patience_ms = 30'000;
};

CLI::App* add_replay(CLI::App& app, ReplayArguments& into) {
  ReplayOptions& options = into.options;
  CLI::App* command = app.add_subcommand("replay", "a recorded session again, with this program as one of its sides");
  command->add_option("file", options.file, "a pcap file, or lines of --trace json --hex")->required();
  command->add_option("--as", into.as, "which side this program is")->capture_default_str()->check(CLI::IsMember({"smsc", "esme"}));
  command->add_option("--listen", options.listen, "as smsc: where the ESME connects, host:port")->capture_default_str();
  command->add_option("--connect", options.connect, "as esme: the SMSC, host:port")->capture_default_str();
  command->add_option("--connection", options.connection, "which connection of the file")->capture_default_str();
  command->add_flag("--fast", options.fast, "as fast as the peer answers, not at the recorded pace");
  command->add_option("--patience", into.patience_ms, "ms for a connection and for each PDU")->capture_default_str();
  command->add_flag("--json", options.json, "the divergences as JSON");
  return command;
}

CLI::App* add_completion(CLI::App& app, std::string& shell) {
  CLI::App* command = app.add_subcommand("completion", "a script that completes commands and options");
  command->add_option("shell", shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  return command;
}

CommandWords words_of(const CLI::App& command, const std::string& name) {
  CommandWords words{name, command.get_description(), {}, {}};
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& one : option->get_lnames()) {
      words.options.push_back("--" + one);
      words.descriptions.push_back(option->get_description());
    }
    for (const std::string& one : option->get_snames()) {
      words.options.push_back("-" + one);
      words.descriptions.push_back(option->get_description());
    }
  }
  return words;
}

int complete(const CLI::App& app, const std::string& shell) {
  std::vector<CommandWords> commands{words_of(app, "")};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(words_of(*command, command->get_name()));
  }
  std::cout << completion_script(shell, commands);
  return 0;
}

constexpr const char* kExamples = R"(Examples
  smpp-sim                                              an SMSC that takes any bind
  smpp-sim mo --from 447700900001 --to 80800 "YES"      a message from a handset to the ESME
  smpp-sim phone 447700900001                           a chat as that handset
  smpp-sim load --count 100000 --window 50 --binds 2    load, with latencies and receipts
  smpp-sim decode trace.pcap                            PDUs field by field; also digits, or stdin
  smpp-sim explain 0x58                                 what a status, command, TLV or field is
  smpp-sim lint trace.pcap                              bad habits of an ESME; --listen watches a live one
  smpp-sim run esme -- ./client {host} {port}           is this client ready for carriers?
  smpp-sim replay trace.pcap --as smsc                  a recorded session again
  source <(smpp-sim completion bash)

smpp-sim COMMAND --help tells the options of a command.)";

Clocks real_clocks() {
  Clocks clocks;
  clocks.steady = [] { return std::chrono::steady_clock::now(); };
  clocks.wall = [] { return std::chrono::system_clock::now(); };
  return clocks;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int smsc(const std::vector<Given>& given) {
  SmscOptions options;
  const std::vector<std::string> mistakes = make_options(given, read_file, options);
  for (const std::string& mistake : mistakes) std::cerr << "smpp-sim: " << mistake << "\n";
  if (!mistakes.empty()) return kUsage;
  // https://no-color.org: set and not empty, whatever its value.
  const char* const no_color = std::getenv("NO_COLOR");
  options.trace.colour = isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
  return run_smsc(options, real_clocks());
}

CLI::App* add_decode(CLI::App& app, DecodeOptions& into) {
  CLI::App* command = app.add_subcommand("decode", "show PDUs field by field: hexadecimal digits, a capture, or stdin");
  command->add_option("what", into.what, "hexadecimal digits, a pcap file, a file of digits or octets; - for stdin");
  command->add_flag("--json", into.json, "as JSON");
  return command;
}

// What CLI11 fills before it is converted.
struct LoadArguments {
  LoadOptions options;
  std::uint64_t duration_s = 0, receipt_wait_s = 30, response_timeout_s = 10, bind_wait_s = 10;
  unsigned registered_delivery = 1;
  bool tls = false, insecure = false;
  smpp::net::TlsSettings tls_settings;
};

void add_load_tls(CLI::App& command, LoadArguments& into) {
  CLI::Option* const tls = command.add_flag("--tls", into.tls, "connect with TLS and verify the SMSC's certificate");
  command.add_option("--ca", into.tls_settings.ca_file, "PEM; trusted instead of the system's authorities")->needs(tls);
  command.add_option("--certificate", into.tls_settings.certificate_file, "shown where the SMSC asks, PEM")->needs(tls);
  command.add_option("--key", into.tls_settings.key_file, "its private key, PEM")->needs(tls);
  command.add_flag("--insecure", into.insecure, "do not verify the SMSC's certificate")->needs(tls);
}

CLI::App* add_load(CLI::App& app, LoadArguments& into) {
  LoadOptions& options = into.options;
  CLI::App* command = app.add_subcommand("load", "submit as an ESME, fast or at a rate, and count responses and receipts");
  command->add_option("--connect", options.connect, "the SMSC, host:port")->capture_default_str();
  command->add_option("--system-id", options.system_id, "of the account")->capture_default_str();
  command->add_option("--password", options.password, "of the account")->capture_default_str();
  command->add_option("--system-type", options.system_type, "of the account");
  command->add_option("--binds", options.binds, "transceivers")->capture_default_str()->check(CLI::Range(1, 1000));
  command->add_option("--window", options.window, "unanswered submits on each bind")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  command->add_option("--rate", options.rate, "submits a second over all binds; 0: as fast as it goes")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--count", options.count, "messages to send");
  command->add_option("--duration", into.duration_s, "seconds to send for");
  command->add_option("--to", options.to, "destinations; {n}, {n:06} and {random:8} are filled in")->capture_default_str();
  command->add_option("--from", options.from, "senders, likewise")->capture_default_str();
  command->add_option("--text", options.text, "texts, likewise; long ones are split")->capture_default_str();
  command->add_option("--registered-delivery", into.registered_delivery, "0: no receipts, 1: receipts")
      ->capture_default_str()
      ->check(CLI::Range(0, 255));
  command->add_option("--seed", options.seed, "of {random}")->capture_default_str();
  command->add_option("--receipt-wait", into.receipt_wait_s, "seconds to wait for receipts at the end")->capture_default_str();
  command->add_option("--response-timeout", into.response_timeout_s, "seconds")->capture_default_str();
  command->add_option("--bind-wait", into.bind_wait_s, "seconds without any bind before it gives up")->capture_default_str();
  command->add_flag("--json", options.json, "the result as JSON");
  command->add_flag("-q,--quiet", options.quiet, "no progress and no states of the binds");
  add_load_tls(*command, into);
  return command;
}

int load(LoadArguments& from, const Clocks& clocks) {
  LoadOptions& options = from.options;
  if (options.count == 0 && from.duration_s == 0) options.count = 1000;
  options.duration = std::chrono::seconds(from.duration_s);
  options.receipt_wait = std::chrono::seconds(from.receipt_wait_s);
  options.response_timeout = std::chrono::seconds(from.response_timeout_s);
  options.bind_wait = std::chrono::seconds(from.bind_wait_s);
  options.registered_delivery = static_cast<std::uint8_t>(from.registered_delivery);
  from.tls_settings.verify = !from.insecure;
  if (from.tls) options.tls = from.tls_settings;
  options.terminal = isatty(STDERR_FILENO) != 0;
  return run_load(options, clocks);
}

// `run ... -- PROGRAM ARGS`: what stands behind the dashes is the program's and not read here. The arguments before it.
int cut_program(int argc, char** argv, std::vector<std::string>& program) {
  if (argc < 2 || std::string_view(argv[1]) != "run") return argc;
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--") continue;
    program.assign(argv + i + 1, argv + argc);
    return i;
  }
  return argc;
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
  CLI::App* command = app.add_subcommand("run", "play scripts of SMPP against an ESME or an SMSC; -- PROGRAM ARGS starts it");
  command->add_option("script", into.paths, "scripts, folders of them, or a set by name: esme, smsc")->required();
  command->add_option("--listen", into.listen, "where the ESME under test connects, host:port; port 0 picks one")
      ->capture_default_str();
  command->add_option("--connect", into.connect, "the SMSC under test, host:port, for scripts with `role smsc`");
  command->add_option("--set", into.settings, "name=value that the peer under test has been set to, repeatable");
  command->add_flag("--keep-running", into.keep_running, "one program for all scripts instead of a new one for each");
  command->add_flag("--json", into.json, "the result as JSON");
  command->add_option("--junit", into.junit, "a file for the result as JUnit XML");
  command->add_flag("-q,--quiet", into.quiet, "no line per step, only what failed");
  command->add_option("--patience", patience_ms, "ms for a connection and for each line")->capture_default_str();
  return command;
}

CLI::App* add_explain(CLI::App& app, std::string& name) {
  CLI::App* command = app.add_subcommand("explain", "what a status, command, TLV or field is: 0x58, ESME_RALYBND, message_state");
  command->add_option("name", name, "number or name")->required();
  return command;
}

// The subcommands around the simulator, with what the command line has told them.
struct Tools {
  DecodeOptions decode;
  std::string explained, shell;
  LoadArguments load;
  LintOptions lint;
  std::uint64_t lint_s = 0;
  ReplayArguments replay;
  RunOptions run;
  std::uint64_t patience_ms = static_cast<std::uint64_t>(RunOptions{}.patience.count());
  CLI::App *decode_command = nullptr, *explain_command = nullptr, *load_command = nullptr, *lint_command = nullptr,
           *replay_command = nullptr, *run_command = nullptr, *completion_command = nullptr;
};

void add_tools(CLI::App& app, Tools& tools) {
  tools.decode_command = add_decode(app, tools.decode);
  tools.explain_command = add_explain(app, tools.explained);
  tools.load_command = add_load(app, tools.load);
  tools.lint_command = add_lint(app, tools.lint, tools.lint_s);
  tools.replay_command = add_replay(app, tools.replay);
  tools.run_command = add_run(app, tools.run, tools.patience_ms);
  tools.completion_command = add_completion(app, tools.shell);
}

// The exit code of the one that was asked for; absent: none was.
std::optional<int> run_tool(const CLI::App& app, Tools& tools) {
  if (tools.decode_command->parsed()) return run_decode(tools.decode);
  if (tools.explain_command->parsed()) return run_explain(tools.explained);
  if (tools.load_command->parsed()) return load(tools.load, real_clocks());
  if (tools.lint_command->parsed()) {
    tools.lint.duration = std::chrono::seconds(tools.lint_s);
    return run_lint(tools.lint, real_clocks());
  }
  if (tools.replay_command->parsed()) {
    tools.replay.options.as_esme = tools.replay.as == "esme";
    tools.replay.options.patience = std::chrono::milliseconds(tools.replay.patience_ms);
    return run_replay(tools.replay.options, real_clocks().steady);
  }
  if (tools.run_command->parsed()) {
    tools.run.patience = std::chrono::milliseconds(tools.patience_ms);
    return run_scripts(tools.run, real_clocks().steady);
  }
  if (tools.completion_command->parsed()) return complete(app, tools.shell);
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "SMSC simulator and SMPP tools. Without a command: an SMSC on 127.0.0.1:2775, control on 127.0.0.1:2780."};
  app.require_subcommand(0, 1);
  app.footer(kExamples);
  std::vector<Given> given;
  add_smsc_options(app, given);
  CLI::App* serve = app.add_subcommand("smsc", "the simulated SMSC (default)");
  add_smsc_options(*serve, given);

  MoOptions mo;
  CLI::App* mo_command = add_mo(app, mo);
  PhoneOptions phone;
  CLI::App* phone_command = add_phone(app, phone);

  Tools tools;
  add_tools(app, tools);

  SinkOptions sink;
  CLI::App* sink_command = app.add_subcommand("sink", "receive webhooks as a CRM would and check their signatures");
  sink_command->add_option("--listen", sink.listen, "host:port")->capture_default_str();
  sink_command->add_option("--secret", sink.secret, "whsec_... or the octets themselves; empty: not checked");
  sink_command->add_option("--fail-first", sink.fail_first, "answer 503 this many times first");
  sink_command->add_option("--status", sink.status, "answer every webhook with this HTTP status")
      ->capture_default_str();
  sink_command->add_flag("-q,--quiet", sink.quiet, "no line per webhook");

  try {
    app.parse(cut_program(argc, argv, tools.run.program), argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (mo_command->parsed()) {
    mo.is_terminal = isatty(STDERR_FILENO) != 0;
    return mo.csv.empty() && mo.jsonl.empty() ? run_mo(mo) : run_mo_bulk(mo, real_clocks());
  }
  if (phone_command->parsed()) {
    phone.is_terminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
    return run_phone(phone);
  }
  if (const auto code = run_tool(app, tools)) return *code;
  if (sink_command->parsed()) return run_sink(sink, [] { return std::chrono::system_clock::now(); });
  return smsc(given);
}
