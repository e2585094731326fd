// The other end of the link, on a thread of its own: an SMSC that sends MOs as fast as the window allows and takes every
// submit_sm at once. What it costs is measured apart from what is benched.
#pragma once

#include "smpp/net/listener.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace bench {

struct Took { double seconds = 0; std::vector<double> latencies_ms; };   // latencies sorted

class Carrier {
 public:
  explicit Carrier(std::uint32_t window);
  ~Carrier();
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  [[nodiscard]] double cpu_seconds();

  // From the first deliver_sm to the last reply; each MO is from the next of `people`, a prime number apart.
  [[nodiscard]] Took deliver(std::uint64_t count, std::uint64_t people, const std::string& text);
  // Calls `begin` on this thread, then waits for so many submit_sm.
  [[nodiscard]] Took await_submits(std::uint64_t count, std::function<void()> begin);
  // Noted when a request leaves whose submit_sm to that person is waited for; on this thread.
  void left(std::uint64_t person);

  static std::string number(std::uint64_t person);

 private:
  void on_events(smpp::net::Connection& connection, smpp::net::Events events);
  void took(smpp::Session& session, const smpp::Received& received);
  void pump();
  void reset(std::uint64_t submits, std::uint64_t mos, std::uint64_t people);
  Took wait();

  using Time = std::chrono::steady_clock::time_point;

  boost::asio::io_context io_{1};
  smpp::net::Listener listener_;
  smpp::net::Connection* bound_ = nullptr;
  std::uint64_t sessions_ = 0, last_id_ = 0, last_token_ = 0;
  std::uint64_t submits_left_ = 0, mos_left_ = 0, people_ = 1, next_person_ = 0;
  smpp::DeliverSm mo_;
  std::vector<Time> left_at_;                    // by person
  Took took_;
  Time begun_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_bound_ = false, done_ = false;
  std::thread thread_;
};

}  // namespace bench
