// Both ends of an HTTP test on loopback: an io_context on a thread of its own, and a peer that writes octets as it
// likes. Reads end after a generous time, so that a broken server fails a test instead of hanging it.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <thread>

namespace core_test {

class Loop {
 public:
  Loop() : work_(boost::asio::make_work_guard(io)), thread_([this] { io.run(); }) {}
  ~Loop() {
    work_.reset();
    io.stop();
    thread_.join();
  }
  // Runs `action` on the loop's thread and waits for its result.
  template <class Action>
  auto on(Action action) {
    std::packaged_task<decltype(action())()> task(std::move(action));
    auto result = task.get_future();
    boost::asio::post(io, [&task] { task(); });
    return result.get();
  }
  boost::asio::io_context io;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

class Peer {
 public:
  explicit Peer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  explicit Peer(int accepted, int) : fd_(accepted), connected_(accepted >= 0) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  bool connected() const { return connected_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  bool send(std::string_view octets) {
    while (!octets.empty()) {
      const auto sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // One whole response (or request) by its Content-Length; what follows stays for the next call. Empty: ended.
  std::string read_message() {
    for (;;) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        std::size_t length = 0;
        if (const auto at = pending_.find("Content-Length: "); at < end) length = std::stoul(pending_.substr(at + 16));
        const std::size_t whole = end + 4 + (pending_.compare(0, 5, "HTTP/") == 0 && head_only ? 0 : length);
        if (pending_.size() >= whole) {
          std::string message = pending_.substr(0, whole);
          pending_.erase(0, whole);
          return message;
        }
      }
      if (!read_some()) return {};
    }
  }
  std::string read_to_end() {
    while (read_some()) {}
    return std::exchange(pending_, {});
  }
  bool head_only = false;

 private:
  bool read_some() {
    char octets[4096];
    const auto got = ::recv(fd_, octets, sizeof octets, 0);
    if (got <= 0) return false;
    pending_.append(octets, static_cast<std::size_t>(got));
    return true;
  }
  int fd_ = -1;
  bool connected_ = false;
  std::string pending_;
};

// A listening socket whose other side the test plays by hand.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&here), sizeof here);
    ::listen(fd_, 16);
    socklen_t size = sizeof here;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&here), &size);
    port = ntohs(here.sin_port);
    timeval patience{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Listener() { ::close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int accept() const { return ::accept(fd_, nullptr, nullptr); }
  std::uint16_t port = 0;

 private:
  int fd_;
};

}  // namespace core_test
