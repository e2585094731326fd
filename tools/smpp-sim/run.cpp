#include "tools/smpp-sim/run.hpp"

#include "smpp/net/wire.hpp"
#include "tools/smpp-sim/script/peer.hpp"
#include "tools/smpp-sim/script/stranger.hpp"

#include <fmt/format.h>
#include <boost/asio/connect.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

namespace smpp_sim {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kConnectAgain{50};  // to an SMSC that was started a moment ago

std::string name_of(const tcp::socket& socket) {
  error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  return gone ? "a peer that has gone" : fmt::format("{}:{}", peer.address().to_string(), peer.port());
}

struct ReadScript {
  script::Script script;
  std::string wrong;  // ": cannot be read"
};

ReadScript read_script(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  ReadScript read;
  if (!stream) {
    read.wrong = " cannot be read";
    return read;
  }
  read.script = script::parse(text);
  if (read.script.mistakes.empty()) read.script.mistakes = script::mistakes_of(read.script);
  return read;
}

}  // namespace

ScriptRunner::ScriptRunner(asio::io_context& io, const RunOptions& options, std::function<smpp::Now()> now,
                           std::function<void(const std::string&)> print)
    : io_(io), options_(options), now_(std::move(now)), print_(std::move(print)), acceptor_(io), children_(io) {}

std::string ScriptRunner::start() {
  const auto where = smpp::net::parse_host_port(options_.listen);
  if (!where) return "--listen " + options_.listen + ": not host:port";
  error_code error;
  const auto address = asio::ip::make_address(where->host == "localhost" ? "127.0.0.1" : where->host, error);
  if (error) return "--listen " + options_.listen + ": not a literal address";
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(std::stoul(where->port)));
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  return error ? options_.listen + ": " + error.message() : "";
}

std::uint16_t ScriptRunner::port() const {
  error_code not_open;
  return acceptor_.local_endpoint(not_open).port();
}

// Its end wakes the loop, so that nothing is waited for that cannot come any more.
void ScriptRunner::watch_program() {
  children_.async_wait([this](const error_code& cancelled, int) {
    if (!cancelled) watch_program();
  });
}

std::string ScriptRunner::start_program() {
  const bool is_esme = acceptor_.is_open();
  const auto where = smpp::net::parse_host_port(is_esme ? options_.listen : options_.connect);
  if (!where) return "--connect " + options_.connect + ": not host:port";
  error_code known;
  children_.add(SIGCHLD, known);
  if (!known) watch_program();
  is_fresh_ = true;
  return program_.start(options_.program, where->host, is_esme ? std::to_string(port()) : where->port);
}

// Each script has a program that has not seen the others: what one did to it, a back-off for instance, is no finding of
// the next.
std::string ScriptRunner::fresh_program() {
  if (options_.program.empty() || std::exchange(is_fresh_, false)) return {};
  if (options_.keep_running && program_.is_running()) return {};
  stop_program();
  drop_waiting();
  std::string wrong = start_program();
  is_fresh_ = false;
  return wrong;
}

// Connections of a program that has ended would be taken for the next one's.
void ScriptRunner::drop_waiting() {
  if (!acceptor_.is_open()) return;
  error_code none_left;
  acceptor_.non_blocking(true, none_left);
  while (!none_left) {
    tcp::socket left(io_);
    acceptor_.accept(left, none_left);
  }
}

void ScriptRunner::stop_program() {
  program_.stop([this](milliseconds time, const std::function<bool()>& condition) { return run_until(io_, time, condition); });
  error_code ignored;
  children_.clear(ignored);
}

bool ScriptRunner::program_has_ended() { return !options_.program.empty() && !program_.is_running(); }

std::string ScriptRunner::accepted(milliseconds patience, std::optional<tcp::socket>& socket) {
  struct Accepting {
    bool done = false;
    error_code error;
    tcp::socket socket;
  };
  const auto accepting = std::make_shared<Accepting>(Accepting{false, {}, tcp::socket(io_)});
  acceptor_.async_accept(accepting->socket, [accepting](const error_code& error) {
    accepting->done = true;
    accepting->error = error;
  });
  static_cast<void>(run_until(io_, patience, [&] { return accepting->done || program_has_ended(); }));
  if (!accepting->done) acceptor_.cancel();
  if (!accepting->done && program_has_ended()) return "the program under test " + program_.end();
  if (!accepting->done) return fmt::format("no ESME connected to {} within {} ms", options_.listen, patience.count());
  if (accepting->error) return accepting->error.message();
  socket.emplace(std::move(accepting->socket));
  return {};
}

std::string ScriptRunner::connected(bool to_smsc, milliseconds patience, std::optional<tcp::socket>& socket) {
  if (!to_smsc) return accepted(patience, socket);
  const auto where = smpp::net::parse_host_port(options_.connect);
  if (!where) return "--connect " + options_.connect + ": not host:port";
  const smpp::Now until = now_() + patience;
  for (;;) {
    error_code error;
    const auto found = tcp::resolver(io_).resolve(where->host, where->port, error);
    socket.emplace(io_);
    if (!error) asio::connect(*socket, found, error);
    if (!error) return {};
    if (program_has_ended()) return "the program under test " + program_.end();
    if (options_.program.empty() || now_() >= until) return "connect to " + options_.connect + ": " + error.message();
    static_cast<void>(run_until(io_, kConnectAgain, [this] { return program_has_ended(); }));
  }
}

// Empty when the stranger did all that the script says, else what happened instead.
std::string ScriptRunner::play(Play& play, const script::Script& script, ScriptResult& result) {
  for (const script::Step& step : script.steps) {
    const bool unseen = script::is_unseen(step);
    if (!unseen) {
      const std::string wrong = play.step(step);
      result.line = step.line;
      if (!wrong.empty()) return fmt::format("expected {}\n  {}", step.text, wrong);
    }
    print_(fmt::format("  {} {:>3}  {}", unseen ? "--" : "ok", step.line, step.text));
  }
  result.line = 0;
  const std::string wrong = play.finish();
  return wrong.empty() ? wrong : "at the end: expected nothing more\n  " + wrong;
}

void ScriptRunner::keep(ScriptResult result) {
  switch (result.verdict) {
    case Verdict::passed:
      ++passed;
      print_("ok   " + result.file);
      break;
    case Verdict::not_run:
      ++not_run;
      print_("not run " + result.file + ": " + result.why);
      break;
    case Verdict::malformed:
      ++malformed;
      print_("FAIL " + result.file + ':' + result.why);
      break;
    case Verdict::failed:
      ++failed;
      print_(fmt::format("FAIL {}:{}{}", result.file, result.line > 0 ? fmt::format("{}: ", result.line) : " ", result.why));
      if (!result.purpose.empty()) print_("  " + result.purpose);
      break;
  }
  results.push_back(std::move(result));
}

void ScriptRunner::run(const std::filesystem::path& file) {
  const ReadScript read = read_script(file);
  ScriptResult result;
  result.file = file.string();
  result.name = file.stem().string();
  result.purpose = read.script.purpose;
  const bool to_smsc = script::is_about_smsc(read.script);
  const smpp::Now began = now_();
  const auto ends = [&](Verdict verdict, std::string why) {
    result.verdict = verdict;
    result.why = std::move(why);
    result.took = std::chrono::duration_cast<milliseconds>(now_() - began);
    keep(std::move(result));
  };
  if (!read.wrong.empty()) return ends(Verdict::malformed, read.wrong);
  if (!read.script.mistakes.empty()) return ends(Verdict::malformed, read.script.mistakes.front());
  std::string why = script::why_not(read.script, options_.settings);
  if (why.empty() && to_smsc && options_.connect.empty()) why = "it is about an SMSC: --connect host:port";
  if (why.empty() && !to_smsc && !acceptor_.is_open()) why = "it is about an ESME: --listen host:port";
  if (!why.empty()) return ends(Verdict::not_run, why);
  if (const std::string wrong = fresh_program(); !wrong.empty()) return ends(Verdict::failed, wrong);
  std::optional<tcp::socket> socket;
  const std::string wrong = connected(to_smsc, options_.patience, socket);
  if (!wrong.empty()) return ends(Verdict::failed, wrong);
  print_(fmt::format("{}: {}", result.file, name_of(*socket)));
  const PlaySettings settings{options_.patience, options_.pace, now_};
  Play one(io_, std::move(*socket), settings, [&](milliseconds patience, std::optional<tcp::socket>& another) {
    return connected(to_smsc, patience, another);
  });
  const std::string failure = play(one, read.script, result);
  ends(failure.empty() ? Verdict::passed : Verdict::failed, failure);
}

namespace {

// Beside the program, as it is installed or built; the folder of a set.
std::filesystem::path set_folder(const std::string& name) {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
  for (const char* const place : {"../share/smpp-sim/conformance", "../../../tools/smpp-sim/conformance"}) {
    const auto folder = (program / place / name).lexically_normal();
    if (std::filesystem::is_directory(folder, unknown)) return folder;
  }
  return {};
}

bool any_about(const std::vector<std::filesystem::path>& files, bool smsc) {
  return std::ranges::any_of(files, [&](const auto& file) { return script::is_about_smsc(read_script(file).script) == smsc; });
}

std::string free_port() {
  asio::io_context io(1);
  error_code error;
  tcp::acceptor acceptor(io);
  acceptor.open(tcp::v4(), error);
  if (!error) acceptor.bind({asio::ip::address_v4::loopback(), 0}, error);
  return "127.0.0.1:" + std::to_string(acceptor.local_endpoint(error).port());
}

int cannot(const std::string& why) {
  fmt::print(stderr, "smpp-sim run: {}\n", why);
  return 2;
}

// All mistakes of all scripts at once, before anything is started.
bool tell_mistakes(const std::vector<std::filesystem::path>& files) {
  bool any = false;
  for (const auto& file : files) {
    const ReadScript read = read_script(file);
    if (!read.wrong.empty()) fmt::print(stderr, "{}:{}\n", file.string(), read.wrong);
    for (const std::string& mistake : read.script.mistakes) fmt::print(stderr, "{}:{}\n", file.string(), mistake);
    any = any || !read.wrong.empty() || !read.script.mistakes.empty();
  }
  return any;
}

// The result in the forms that were asked for; empty, or why the file could not be written.
std::string report(const RunOptions& options, const ScriptRunner& runner) {
  if (options.json) fmt::print("{}\n", run_json(runner.results));
  else fmt::print("{} passed, {} failed, {} not run\n", runner.passed, runner.failed + runner.malformed, runner.not_run);
  if (options.junit.empty()) return {};
  std::ofstream file(options.junit, std::ios::binary);
  file << run_junit(runner.results);
  file.close();
  return file ? "" : "--junit " + options.junit + ": cannot be written";
}

}  // namespace

std::vector<std::filesystem::path> scripts_of(const std::vector<std::string>& paths, std::string& wrong) {
  std::vector<std::filesystem::path> all;
  for (const std::string& path : paths) {
    const auto set = path == "esme" || path == "smsc" ? set_folder(path) : std::filesystem::path();
    const std::filesystem::path folder = set.empty() ? std::filesystem::path(path) : set;
    std::vector<std::filesystem::path> files;
    std::error_code not_a_folder, none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, not_a_folder)) {
      if (entry.path().extension() == ".smpp") files.push_back(entry.path());
    }
    if (not_a_folder && std::filesystem::exists(folder, none)) files.push_back(folder);
    else if (not_a_folder) wrong = path + ": there is no such script or folder";
    else if (files.empty()) wrong = path + ": no *.smpp in this folder";
    std::sort(files.begin(), files.end());
    all.insert(all.end(), files.begin(), files.end());
  }
  return all;
}

int run_scripts(const RunOptions& given, const std::function<smpp::Now()>& now) {
  RunOptions options = given;
  std::string wrong;
  const auto files = scripts_of(options.paths, wrong);
  if (!wrong.empty()) return cannot(wrong);
  if (tell_mistakes(files)) return 2;
  std::signal(SIGPIPE, SIG_IGN);
  const bool about_esme = any_about(files, false), about_smsc = any_about(files, true);
  if (!options.program.empty() && about_smsc && !about_esme && options.connect.empty()) options.connect = free_port();
  asio::io_context io(1);
  ScriptRunner runner(io, options, now, [&options](const std::string& line) {
    if (options.json || (options.quiet && !line.starts_with("FAIL"))) return;
    fmt::print("{}\n", line);
    std::fflush(stdout);
  });
  if (about_esme) wrong = runner.start();
  if (!wrong.empty()) return cannot(wrong);
  if (about_esme && options.program.empty()) fmt::print(stderr, "smpp-sim run: the ESME under test connects to port {}\n", runner.port());
  if (!options.program.empty()) wrong = runner.start_program();
  if (!wrong.empty()) return cannot(wrong);
  for (const auto& file : files) runner.run(file);
  runner.stop_program();
  if (wrong = report(options, runner); !wrong.empty()) return cannot(wrong);
  if (runner.failed + runner.malformed > 0) return 1;
  return runner.passed > 0 ? 0 : 2;
}

}  // namespace smpp_sim
