#include "test/bench/floor.hpp"

#include "core/net/clock.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace bench {
namespace {

double since(core::engine::SteadyTime begin) { return std::chrono::duration<double>(core::net::steady_now() - begin).count(); }

void no_delay(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

double loopback_ping_pongs(double seconds) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener, 1) != 0) return 0;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  std::thread echo([listener] {
    const int peer = ::accept(listener, nullptr, nullptr);
    no_delay(peer);
    std::byte octet{};
    while (::read(peer, &octet, 1) == 1 && ::write(peer, &octet, 1) == 1) {
    }
    ::close(peer);
  });
  const int caller = ::socket(AF_INET, SOCK_STREAM, 0);
  double rate = 0;
  if (::connect(caller, reinterpret_cast<sockaddr*>(&address), length) == 0) {
    no_delay(caller);
    const auto begin = core::net::steady_now();
    std::uint64_t trips = 0;
    std::byte octet{1};
    while (since(begin) < seconds && ::write(caller, &octet, 1) == 1 && ::read(caller, &octet, 1) == 1) ++trips;
    rate = static_cast<double>(trips) / since(begin);
  }
  ::shutdown(caller, SHUT_RDWR);
  echo.join();
  ::close(caller);
  ::close(listener);
  return rate;
}

double durable_pages(const std::string& folder, double seconds) {
  constexpr std::size_t kPage = 4096;
  const std::string path = folder + "/pages";
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  const std::array<std::byte, kPage> page{};
  const auto begin = core::net::steady_now();
  std::uint64_t pages = 0;
  while (since(begin) < seconds && ::write(file, page.data(), page.size()) == static_cast<ssize_t>(kPage) && ::fdatasync(file) == 0) ++pages;
  const double rate = static_cast<double>(pages) / since(begin);
  ::close(file);
  ::unlink(path.c_str());
  return rate;
}

}  // namespace bench
