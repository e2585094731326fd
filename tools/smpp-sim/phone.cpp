// `smpp-sim phone`: a chat as one subscriber. What reaches the handset is printed, what is typed is sent. Standard input
// is read on a thread of its own, since a file or a terminal cannot be waited for together with sockets.
#include "core/http/client.hpp"
#include "tools/smpp-sim/tools.hpp"
#include "tools/smpp-sim/trace.hpp"

#include <fmt/format.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <deque>
#include <iostream>
#include <thread>

namespace smpp_sim {
namespace {
namespace json = boost::json;

constexpr std::chrono::seconds kPoll{20};  // how long the simulator holds a question for news
constexpr int kUsage = 2;

// A text from outside, so that it cannot write to the terminal; without the quotation marks of a trace.
std::string plain(std::string_view text) {
  const std::string safe = quoted(text);
  return safe.substr(1, safe.size() - 2);
}

class Phone {
 public:
  Phone(boost::asio::io_context& io, const PhoneOptions& options)
      : io_(io), options_(options), work_(boost::asio::make_work_guard(io)), linger_(io), client_(io, settings()) {}

  [[nodiscard]] int code() const { return code_; }
  [[nodiscard]] bool has_input_ended() const { return has_ended_; }
  void start() { poll(true); }

  // One after the other: a person's messages arrive in the order in which they were typed.
  void typed(const std::string& line) {
    if (line.empty()) return prompt();
    unsent_.push_back(line);
    if (is_ready_ && !is_sending_) send_next();
  }
  // Nothing more will be typed: what is under way is waited for, and then for a while what it brings.
  void input_ended() {
    has_ended_ = true;
    finish_when_idle();
  }

 private:
  void send_next() {
    const std::string line = std::move(unsent_.front());
    unsent_.pop_front();
    is_sending_ = true;
    core::http::ClientRequest request;
    request.url = "http://" + options_.control + "/mo";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = json::serialize(json::object{{"from", options_.number}, {"to", options_.to}, {"text", line}});
    client_.send(std::move(request), [this](const core::http::ClientAnswer& answer) { sent(answer); });
  }
  static core::http::ClientSettings settings() {
    core::http::ClientSettings settings;
    settings.total_deadline = std::chrono::seconds(40);  // above kPoll, and above what POST /mo waits for the ESME
    settings.max_body = 4 << 20;                         // all that a handset has received meanwhile
    return settings;
  }
  void prompt() const {
    if (options_.is_terminal) fmt::print("> ");
    std::fflush(stdout);
  }
  void say(std::string_view line) const {
    if (options_.is_terminal) fmt::print("\r\x1b[K");
    fmt::print("{}\n", line);
    prompt();
  }
  void end(int code) {
    code_ = code;
    io_.stop();
  }
  // `first`: only learns where the handset stands, so that a phone that is picked up does not tell its whole past.
  void poll(bool first) {
    core::http::ClientRequest request;
    request.method = "GET";
    request.url = fmt::format("http://{}/messages?number={}&after={}&timeout={}s", options_.control, options_.number,
                              last_, first ? 0 : kPoll.count());
    client_.send(std::move(request), [this, first](const core::http::ClientAnswer& answer) { told(first, answer); });
  }
  void told(bool first, const core::http::ClientAnswer& answer) {
    boost::system::error_code failed;
    const json::value said = json::parse(answer.body, failed);
    if (answer.status != 200 || failed) {
      fmt::print(stderr, "smpp-sim phone: {}\n", answer.answered() ? answer.body : answer.error);
      if (!answer.answered()) fmt::print(stderr, "  is the simulator running? start it with: smpp-sim\n");
      return end(1);
    }
    last_ = said.as_object().at("last").to_number<std::uint64_t>();
    if (first) {
      if (options_.is_terminal) {
        fmt::print("You are {}; what you type goes to {}. Control-D ends.\n", options_.number, options_.to);
      }
      prompt();
      is_ready_ = true;
      if (!unsent_.empty()) send_next();
      finish_when_idle();
      return poll(false);
    }
    for (const auto& each : said.as_object().at("messages").as_array()) {
      const auto& message = each.as_object();
      say(fmt::format("{}: {}", plain(std::string_view(message.at("from").as_string())),
                      plain(std::string_view(message.at("text").as_string()))));
    }
    poll(false);
  }
  void sent(const core::http::ClientAnswer& answer) {
    is_sending_ = false;
    boost::system::error_code failed;
    const json::value said = json::parse(answer.body, failed);
    if (answer.status != 200 || failed) {
      fmt::print(stderr, "smpp-sim phone: not sent: {}\n", answer.answered() ? answer.body : answer.error);
      code_ = 1;
    } else if (const auto* status = said.as_object().if_contains("status")) {
      if (status->as_string() != "ESME_ROK") {
        fmt::print(stderr, "(not accepted: {})\n", std::string_view(status->as_string()));
        code_ = 1;
      }
    } else {
      fmt::print(stderr, "(waits: {})\n", std::string_view(said.as_object().at("reason").as_string()));
    }
    prompt();
    if (!unsent_.empty()) return send_next();
    finish_when_idle();
  }
  void finish_when_idle() {
    if (!has_ended_ || !is_ready_ || is_sending_) return;
    linger_.expires_after(std::chrono::milliseconds(options_.linger_ms));
    linger_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && !is_sending_) end(code_);
    });
  }

  boost::asio::io_context& io_;
  const PhoneOptions& options_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer linger_;
  core::http::Client client_;
  std::deque<std::string> unsent_;
  std::uint64_t last_ = 0;
  bool has_ended_ = false, is_ready_ = false, is_sending_ = false;
  int code_ = 0;
};

}  // namespace

int run_phone(const PhoneOptions& options) {
  PhoneOptions used = options;
  if (!used.number.empty() && used.number.front() == '+') used.number.erase(0, 1);
  if (used.number.empty() || used.number.find_first_not_of("0123456789") != std::string::npos) {
    fmt::print(stderr, "smpp-sim phone: {}: must be a number in digits, with or without +\n", options.number);
    return kUsage;
  }
  boost::asio::io_context io(1);
  Phone phone(io, used);
  phone.start();
  std::thread reader([&io, &phone] {
    for (std::string line; std::getline(std::cin, line);) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      boost::asio::post(io, [&phone, line] { phone.typed(line); });
    }
    boost::asio::post(io, [&phone] { phone.input_ended(); });
  });
  io.run();
  // The reader may be inside getline for as long as nobody types; it must not outlive what it was given.
  std::fflush(stdout);
  if (!phone.has_input_ended()) std::_Exit(phone.code());
  reader.join();
  return phone.code();
}

}  // namespace smpp_sim
