// smpp-sim: the command line. The only place of the simulator where a clock is read.
#include "tools/smpp-sim/option_table.hpp"
#include "tools/smpp-sim/run.hpp"
#include "tools/smpp-sim/serve.hpp"
#include "tools/smpp-sim/sink.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
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
  Clocks clocks;
  clocks.steady = [] { return std::chrono::steady_clock::now(); };
  clocks.wall = [] { return std::chrono::system_clock::now(); };
  return run_smsc(options, clocks);
}

int decode(std::string hex) {
  if (hex.empty() || hex == "-") hex.assign(std::istreambuf_iterator<char>(std::cin), {});
  return run_decode(hex);
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
  std::vector<Given> given;
  add_smsc_options(app, given);
  CLI::App* serve = app.add_subcommand("smsc", "the simulated SMSC (default)");
  add_smsc_options(*serve, given);

  MoOptions mo;
  CLI::App* mo_command = app.add_subcommand("mo", "send a message from a handset through a running simulator");
  mo_command->add_option("--from", mo.from, "the handset's number")->required();
  mo_command->add_option("--to", mo.to, "the short code or number of the ESME")->required();
  mo_command->add_option("text", mo.text, "the text; long ones are split")->required();
  mo_command->add_option("--data-coding", mo.data_coding, "0, 1, 3 or 8; default: the smallest that holds the text");
  mo_command->add_option("--account", mo.account, "system_id that receives it; default: the last user of --to");
  mo_command->add_option("--control", mo.control, "where the simulator's control HTTP listens")->capture_default_str();

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
  if (mo_command->parsed()) return run_mo(mo);
  if (run_command->parsed()) {
    run.patience = std::chrono::milliseconds(patience_ms);
    return run_scripts(run);
  }
  if (decode_command->parsed()) return decode(hex);
  if (explain_command->parsed()) return run_explain(name);
  if (sink_command->parsed()) return run_sink(sink, [] { return std::chrono::system_clock::now(); });
  return smsc(given);
}
