// Moves octets between one stream, plain or TLS, and one Session until either ends. Private to smpp/net.
// One wake = one read of up to 64 KiB, all PDUs in it, the owner's events, then one write of all that resulted:
// reading and writing PDU by PDU was measured 7 to 18 times slower on loopback.
#pragma once

#include "smpp/net/stream.hpp"
#include "smpp/net/wire.hpp"
#include "smpp/session.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace smpp::net {

inline constexpr std::size_t kReadOctets = 65'536;
// Answers that the peer does not read: above this we stop reading it too, so that memory stays bounded (P67).
inline constexpr std::size_t kMaxUnwrittenOctets = 1'048'576;
// After our FIN the rest of what the peer sends is read and dropped for this long; closing with unread octets sends
// RST, which can destroy the generic_nack or unbind_resp still on its way.
inline constexpr std::chrono::seconds kLinger{2};
// For the answer to an unbind that waits for nothing else any more.
inline constexpr std::chrono::seconds kLastWord{1};

class Pump : public std::enable_shared_from_this<Pump> {
 public:
  struct Hooks {
    std::function<Now()> now;
    std::function<void(Events)> on_events;
    std::function<void(const std::string& why)> on_ended;  // last call; the session is still there
    Tap tap;
  };

  Pump(std::shared_ptr<Stream> stream, Session session, std::chrono::milliseconds write_timeout, Hooks hooks);

  void start();
  void wake();
  void finish();   // flush what the stream takes, end it politely
  void reset();    // RST
  void abandon();  // closes at once, no hook runs afterwards
  // What the session says from now on goes through `change`; empty: as it is again. Octets that went through it count
  // as written, so that Returned, Lost and Sent are then no longer exact.
  void change_output(Change change);
  void write_raw(std::span<const std::byte> octets);  // behind all that was said before; the same holds
  void read_on(bool wanted);                          // false: what the peer sends stays where it is
  Session& session() { return session_; }
  [[nodiscard]] bool has_read() const { return has_read_; }  // any octet at all

 private:
  enum class Ending { none, finish, reset };

  void read();
  void read_some();
  void on_read(const boost::system::error_code& error, std::size_t octets);
  void step();
  void deliver_events();
  void flush();
  void take_output();
  void writing_failed(const boost::system::error_code& error);
  void arm();
  void on_timer();
  void end(const boost::system::error_code& error, std::string why);
  void request_end(Ending ending);
  void linger();
  void drain(const boost::system::error_code& error);

  std::shared_ptr<Stream> stream_;
  boost::asio::steady_timer timer_;
  Session session_;
  std::chrono::milliseconds write_timeout_;
  Hooks hooks_;
  std::vector<Event> events_;
  std::unique_ptr<std::array<std::byte, kReadOctets>> buffer_;
  Change change_;
  Octets unsent_;  // taken from the session, or raw; goes out before what the session says
  std::size_t unread_ = 0;  // octets in the buffer that came after read_on(false)
  std::optional<Now> armed_at_;
  std::optional<Now> write_deadline_;  // set while the stream takes no more
  boost::system::error_code write_error_;
  Ending ending_ = Ending::none;
  bool stepping_ = false;
  bool reading_ = false;
  bool reads_on_ = true;
  bool has_read_ = false;
  bool wake_posted_ = false;
  bool ended_ = false;
  bool lingering_ = false;
  bool abandoned_ = false;
};

}  // namespace smpp::net
