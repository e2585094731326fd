// bindery: the command line.
#include "core/service.hpp"
#include "tools/bindery/commands.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

namespace {

struct Arguments {
  std::string config;
  bindery::Common common;
  bindery::ExplainArguments explain;
  bindery::SendArguments send;
};

CLI::App* add(CLI::App& app, Arguments& arguments, const std::string& name, const std::string& what) {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option("-c,--config", arguments.config, "configuration file; default: BINDERY_CONFIG, else /etc/bindery/bindery.toml");
  return command;
}

void add_json(CLI::App* command, Arguments& arguments) { command->add_flag("--json", arguments.common.json, "one JSON document on stdout"); }

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Two-way SMS engine: keeps binds to SMSCs, ties replies to campaigns, tells the CRM."};
  app.set_version_flag("--version", "bindery " BINDERY_VERSION);
  app.require_subcommand(1);
  Arguments arguments;
  bindery::Common& common = arguments.common;
  common.environment = [](const char* name) -> const char* { return std::getenv(name); };
  common.out = &std::cout;
  common.err = &std::cerr;

  CLI::App* run = add(app, arguments, "run", "serve until SIGTERM; SIGHUP reloads the campaigns");
  run->footer("Exit codes: 0 ok, 1 failed, 2 usage, 70 storage failed, 78 bad configuration.\n"
              "For tests of its own recovery: BINDERY_TRIP_TEXT=TEXT makes a message with exactly this text abort the process.");
  CLI::App* check = add(app, arguments, "check", "read everything as run would, open nothing; print what the texts cost");
  add_json(check, arguments);
  CLI::App* test = add(app, arguments, "test", "run the [[test]] blocks of the campaigns");
  add_json(test, arguments);

  CLI::App* explain = add(app, arguments, "explain", "what a text would do and why, asked of the running daemon; nothing is changed");
  explain->add_option("--from", arguments.explain.from, "the person's number")->required();
  explain->add_option("--to", arguments.explain.to, "our number")->required();
  explain->add_option("text", arguments.explain.text, "what they write")->required();
  add_json(explain, arguments);

  CLI::App* send = add(app, arguments, "send", "send one message through the running daemon");
  send->add_option("--to", arguments.send.to, "the person's number")->required();
  send->add_option("--from", arguments.send.from, "one of the senders; with --campaign its own");
  send->add_option("--campaign", arguments.send.campaign, "begin a conversation of this campaign with its first message");
  send->add_option("--field", arguments.send.fields, "NAME=VALUE of the conversation, repeatable; with --campaign")->allow_extra_args(false);
  send->add_option("--tlv", arguments.send.tlvs, "NAME=VALUE of a TLV in the account's [[smsc.quirks.tlv]], repeatable")->allow_extra_args(false);
  send->add_option("--tariff", arguments.send.tariff, "of the account's [[smsc.quirks.tariff]]: the message is premium");
  send->add_flag("--flash", arguments.send.flash, "class 0: shown at once and not stored");
  send->add_option("--idempotency-key", arguments.send.idempotency_key, "the same key and message again: sent once; default: a fresh one");
  send->add_option("text", arguments.send.text, "the text; with --campaign its message is the default");
  add_json(send, arguments);

  CLI::App* status = add(app, arguments, "status", "binds, queues and endpoints of the running daemon");
  add_json(status, arguments);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    // CLI11 asks for a command without saying which word it did not know.
    if (code != 0 && argc > 1 && app.get_subcommands().empty()) std::cerr << "bindery: not understood: " << argv[1] << '\n';
    return code == 0 ? core::kExitOk : core::kExitUsage;
  }
  common.config_path = core::config_path(arguments.config, common.environment);
  if (run->parsed()) return bindery::run(common);
  if (check->parsed()) return bindery::check(common);
  if (test->parsed()) return bindery::test(common);
  if (explain->parsed()) return bindery::explain(common, arguments.explain);
  if (send->parsed()) return bindery::send(common, arguments.send);
  return bindery::status(common);
}
