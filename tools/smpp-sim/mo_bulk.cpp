// `smpp-sim mo --csv` and `--jsonl`: many messages, at a rate, over a few kept connections.
#include "core/http/client.hpp"
#include "tools/smpp-sim/mo_list.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

namespace smpp_sim {
namespace {

constexpr std::size_t kConcurrent = 8;       // requests at a time; as many connections are kept
constexpr std::size_t kMaxErrorsShown = 20;  // of a file
constexpr int kBarWidth = 30;
constexpr std::chrono::milliseconds kPace{10};  // between two looks at what is due
constexpr int kUsage = 2;

class Injection {
 public:
  Injection(boost::asio::io_context& io, const MoOptions& options, const MoList& list, double rate,
            const Clocks& clocks)
      : options_(options), list_(list), rate_(rate), clocks_(clocks), started_(clocks.steady()), timer_(io),
        client_(io, client_settings()) {}

  void start() { send_due(); }
  [[nodiscard]] std::size_t refused() const { return refused_; }
  [[nodiscard]] std::size_t injected() const { return done_ - refused_; }
  [[nodiscard]] std::chrono::duration<double> took() const { return clocks_.steady() - started_; }

 private:
  static core::http::ClientSettings client_settings() {
    core::http::ClientSettings settings;
    settings.max_idle_per_host = kConcurrent;
    return settings;
  }
  // How many may have been sent by now.
  [[nodiscard]] std::size_t due() const {
    if (rate_ == 0) return list_.bodies.size();
    return std::min(list_.bodies.size(), static_cast<std::size_t>(rate_ * took().count()) + 1);
  }
  void send_due() {
    while (!gave_up_ && sent_ < due() && sent_ - done_ < kConcurrent) send(sent_++);
    show_progress();
    if (gave_up_ || sent_ == list_.bodies.size()) return;
    timer_.expires_after(kPace);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) send_due();
    });
  }
  void send(std::size_t place) {
    core::http::ClientRequest request;
    request.url = "http://" + options_.control + "/mo";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = list_.bodies[place];
    client_.send(std::move(request),
                 [this, place](const core::http::ClientAnswer& answer) { answered(place, answer); });
  }
  void answered(std::size_t place, const core::http::ClientAnswer& answer) {
    ++done_;
    if (gave_up_) return;
    if (answer.status != 200) {
      ++refused_;
      clear_progress();
      fmt::print(stderr, "smpp-sim mo: line {}: {}\n", list_.lines[place],
                 answer.answered() ? answer.body : answer.error);
    }
    if (!answer.answered()) {
      // The simulator is not there: the rest would say the same, one by one.
      fmt::print(stderr, "  is the simulator running? start it with: smpp-sim\n");
      gave_up_ = true;
      timer_.cancel();
      return client_.stop();
    }
    if (done_ == list_.bodies.size()) {
      show_progress();
      clear_progress();
      client_.stop();
    } else if (rate_ == 0) {
      timer_.cancel();
      send_due();
    }
  }
  void show_progress() {
    if (!options_.is_terminal || list_.bodies.empty() || (is_shown_ && shown_ == done_)) return;
    shown_ = done_;
    const auto filled = static_cast<int>(done_ * kBarWidth / list_.bodies.size());
    fmt::print(stderr, "\r[{:=<{}}{:{}}] {} of {}", "", filled, "", kBarWidth - filled, done_, list_.bodies.size());
    is_shown_ = true;
  }
  void clear_progress() {
    if (std::exchange(is_shown_, false)) fmt::print(stderr, "\r\x1b[K");
  }

  const MoOptions& options_;
  const MoList& list_;
  double rate_;  // a second; 0: no limit
  const Clocks& clocks_;
  smpp::Now started_;
  boost::asio::steady_timer timer_;
  core::http::Client client_;
  std::size_t sent_ = 0, done_ = 0, refused_ = 0, shown_ = 0;
  bool gave_up_ = false, is_shown_ = false;
};

// Absent: it cannot be read, and that has been said.
std::optional<std::string> read_all(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (file) return text.str();
  fmt::print(stderr, "smpp-sim mo: {}: cannot be read\n", path);
  return std::nullopt;
}

}  // namespace

int run_mo_bulk(const MoOptions& options, const Clocks& clocks) {
  double rate = 0;
  if (!options.rate.empty()) {
    const auto read = rate_of(options.rate);
    if (!read) {
      fmt::print(stderr, "smpp-sim mo: --rate {}: must be messages in a time: 50/s or 600/m\n", options.rate);
      return kUsage;
    }
    rate = *read;
  }
  const bool is_csv = !options.csv.empty();
  const std::string& path = is_csv ? options.csv : options.jsonl;
  const auto text = read_all(path);
  if (!text) return 1;
  const std::string name = path == "-" ? "standard input" : path;
  const MoList list =
      is_csv ? read_csv(*text, name, options.from, options.to) : read_json_lines(*text, name, options.from, options.to);
  if (!list.errors.empty()) {
    for (std::size_t i = 0; i < std::min(list.errors.size(), kMaxErrorsShown); ++i)
      fmt::print(stderr, "{}\n", list.errors[i]);
    if (list.errors.size() > kMaxErrorsShown) fmt::print(stderr, "and {} more\n", list.errors.size() - kMaxErrorsShown);
    fmt::print(stderr, "smpp-sim mo: nothing was sent\n");
    return 1;
  }
  boost::asio::io_context io(1);
  Injection injection(io, options, list, rate, clocks);
  injection.start();
  io.run();
  fmt::print("{} injected, {} refused, in {:.1f} s; what the ESME answers: GET http://{}/ledger\n",
             injection.injected(), list.bodies.size() - injection.injected(), injection.took().count(),
             options.control);
  return injection.injected() == list.bodies.size() ? 0 : 1;
}

}  // namespace smpp_sim
