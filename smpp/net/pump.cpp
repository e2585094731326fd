#include "smpp/net/pump.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace smpp::net {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

void prepare_socket(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(tcp::socket::keep_alive(true), ignored);
  const int idle_seconds = 60;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
  socket.non_blocking(true, ignored);
}

Pump::Pump(tcp::socket socket, Session session, std::chrono::milliseconds write_timeout, Hooks hooks)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), session_(std::move(session)),
      write_timeout_(write_timeout), hooks_(std::move(hooks)),
      buffer_(std::make_unique<std::array<std::byte, kReadOctets>>()) {}

void Pump::start() {
  prepare_socket(socket_);
  session_.connected(hooks_.now());
  step();
  read();
}

void Pump::wake() {
  if (ended_ || wake_posted_ || stepping_) return;
  wake_posted_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->wake_posted_ = false;
    if (!self->ended_) {
      self->step();
      self->read();
    }
  });
}

void Pump::finish() { request_end(Ending::finish); }
void Pump::reset() { request_end(Ending::reset); }

// The hooks themselves stay until the pump dies: one of them may be on the stack.
void Pump::abandon() {
  ended_ = abandoned_ = true;
  error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
}

// From inside on_events the end must wait until the batch is through: the owner still holds it.
void Pump::request_end(Ending ending) {
  if (ended_) return;
  ending_ = std::max(ending_, ending);
  if (!stepping_) step();
}

void Pump::read() {
  if (ended_ || reading_) return;
  if (write_deadline_ && session_.output().size() > kMaxUnwrittenOctets) return;
  read_some();
}

void Pump::read_some() {
  reading_ = true;
  socket_.async_read_some(asio::buffer(*buffer_),
                          [self = shared_from_this()](const error_code& error, std::size_t octets) {
                            self->reading_ = false;
                            self->on_read(error, octets);
                          });
}

void Pump::on_read(const error_code& error, std::size_t octets) {
  if (lingering_) return drain(error);
  if (ended_) return;
  if (octets > 0) {
    const std::span<const std::byte> got(buffer_->data(), octets);
    if (hooks_.tap) hooks_.tap(true, got);
    session_.receive(got, hooks_.now());
    step();
  }
  if (error) {
    end(error, error == asio::error::eof ? "the peer closed the connection" : error.message());
    return;
  }
  read();
}

void Pump::step() {
  stepping_ = true;
  deliver_events();
  if (ending_ != Ending::reset) flush();
  stepping_ = false;
  if (ended_) return;
  if (ending_ != Ending::none) {
    end({}, ending_ == Ending::reset ? "reset by us" : "closed by us");
    return;
  }
  if (session_.wants_close() && session_.output().empty()) {
    ending_ = Ending::finish;
    end({}, {});
    return;
  }
  arm();
}

void Pump::deliver_events() {
  for (;;) {
    while (auto event = session_.next_event()) events_.push_back(std::move(*event));
    if (events_.empty()) return;
    if (!abandoned_) hooks_.on_events(Events(events_));
    events_.clear();
  }
}

// A direct non-blocking write of the session's own buffer: no copy, and written() is exact at every moment, which is
// what tells Returned from Lost.
void Pump::flush() {
  while (!write_deadline_) {
    const auto octets = session_.output();
    if (octets.empty()) return;
    error_code error;
    const std::size_t count = socket_.write_some(asio::buffer(octets.data(), octets.size()), error);
    if (count > 0) {
      if (hooks_.tap) hooks_.tap(false, octets.first(count));
      session_.written(count);
      deliver_events();
    }
    if (!error) continue;
    if (error == asio::error::would_block || error == asio::error::try_again) {
      write_deadline_ = hooks_.now() + write_timeout_;
      socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const error_code& failed) {
        if (self->ended_) return;
        self->write_deadline_.reset();
        if (failed) return self->end(failed, failed.message());
        self->step();
        self->read();
      });
      return;
    }
    // What the peer sent before it went (a bind_resp, receipts) is still to be read; the read reports the end.
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    write_deadline_ = hooks_.now() + kLinger;
    write_error_ = error;
    return;
  }
}

// A timer armed for an earlier moment is left alone and re-armed when it fires: deadlines move with every PDU, and
// touching the timer queue each time would cost more than the PDU.
void Pump::arm() {
  auto next = session_.next_deadline();
  if (write_deadline_ && (!next || *write_deadline_ < *next)) next = write_deadline_;
  if (!next || (armed_at_ && *armed_at_ <= *next)) return;
  armed_at_ = next;
  timer_.expires_after(std::max(*next - hooks_.now(), Now::duration::zero()));
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && !self->ended_) self->on_timer();
  });
}

void Pump::on_timer() {
  armed_at_.reset();
  const Now now = hooks_.now();
  if (write_deadline_ && now >= *write_deadline_) {
    ending_ = Ending::reset;
    const error_code why = write_error_ ? write_error_ : error_code(asio::error::timed_out);
    end(why, write_error_ ? write_error_.message() : "the peer has stopped reading");
    return;
  }
  session_.tick(now);
  step();
}

void Pump::end(const error_code& error, std::string why) {
  if (ended_) return;
  ended_ = true;
  stepping_ = true;
  timer_.cancel();
  session_.disconnected(error, hooks_.now());
  deliver_events();
  stepping_ = false;
  error_code ignored;
  if (ending_ == Ending::finish) {
    linger();
  } else {
    if (ending_ == Ending::reset) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }
  if (!abandoned_) hooks_.on_ended(why);
}

void Pump::linger() {
  error_code failed;
  socket_.shutdown(tcp::socket::shutdown_send, failed);
  if (failed) {
    socket_.close(failed);
    return;
  }
  timer_.expires_after(kLinger);
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    error_code ignored;
    if (!cancelled) self->socket_.close(ignored);
  });
  lingering_ = true;
  if (!reading_) drain({});
}

void Pump::drain(const error_code& error) {
  error_code ignored;
  if (error) {
    timer_.cancel();
    socket_.close(ignored);
    return;
  }
  read_some();
}

}  // namespace smpp::net
