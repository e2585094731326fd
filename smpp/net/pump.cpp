#include "smpp/net/pump.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace smpp::net {
namespace asio = boost::asio;
using boost::system::error_code;

Pump::Pump(std::shared_ptr<Stream> stream, Session session, std::chrono::milliseconds write_timeout, Hooks hooks)
    : stream_(std::move(stream)), timer_(stream_->executor()), session_(std::move(session)),
      write_timeout_(write_timeout), hooks_(std::move(hooks)),
      buffer_(std::make_unique<std::array<std::byte, kReadOctets>>()) {}

void Pump::start() {
  session_.connected(hooks_.now());
  step();
  read();
}

void Pump::wake() {
  if (ended_ || wake_posted_ || stepping_) return;
  wake_posted_ = true;
  asio::post(stream_->executor(), [self = shared_from_this()] {
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
  timer_.cancel();
  stream_->close();
}

// From inside on_events the end must wait until the batch is through: the owner still holds it.
void Pump::request_end(Ending ending) {
  if (ended_) return;
  ending_ = std::max(ending_, ending);
  if (!stepping_) step();
}

void Pump::read() {
  if (ended_ || reading_ || !reads_on_) return;
  if (write_deadline_ && session_.output().size() + unsent_.size() > kMaxUnwrittenOctets) return;
  read_some();
}

void Pump::change_output(Change change) {
  take_output();
  change_ = std::move(change);
}

void Pump::write_raw(std::span<const std::byte> octets) {
  take_output();
  unsent_.insert(unsent_.end(), octets.begin(), octets.end());
  wake();
}

void Pump::read_on(bool wanted) {
  reads_on_ = wanted;
  if (!wanted) return;
  wake();
  if (unread_ == 0) return;
  // From the loop: what was kept may end the connection, and with it whoever asked.
  asio::post(stream_->executor(), [self = shared_from_this()] {
    if (self->ended_ || !self->reads_on_) return;
    if (const std::size_t octets = std::exchange(self->unread_, 0); octets > 0) self->on_read({}, octets);
  });
}

// The session fills its output again as soon as some of it counts as written.
void Pump::take_output() {
  for (auto octets = session_.output(); !octets.empty(); octets = session_.output()) {
    if (change_) {
      change_(octets, unsent_);
    } else {
      unsent_.insert(unsent_.end(), octets.begin(), octets.end());
    }
    session_.written(octets.size());
  }
}

void Pump::read_some() {
  reading_ = true;
  stream_->read_some(*buffer_, [self = shared_from_this()](const error_code& error, std::size_t octets) {
    self->reading_ = false;
    self->on_read(error, octets);
  });
}

void Pump::on_read(const error_code& error, std::size_t octets) {
  if (lingering_) return drain(error);
  if (ended_) return;
  if (octets > 0 && !reads_on_) {
    unread_ = octets;
    return;
  }
  if (octets > 0) {
    has_read_ = true;
    const std::span<const std::byte> got(buffer_->data(), octets);
    if (hooks_.tap) hooks_.tap(true, got);
    session_.receive(got, hooks_.now());
    step();
  }
  if (error) {
    end(error, stream_->reason(error));
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
  if (session_.wants_close() && session_.output().empty() && unsent_.empty()) {
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

// What the stream took counts as written, exactly and at every moment: that is what tells Returned from Lost.
void Pump::flush() {
  while (!write_deadline_) {
    if (change_) take_output();
    const bool is_raw = !unsent_.empty();
    const std::span<const std::byte> octets = is_raw ? std::span<const std::byte>(unsent_) : session_.output();
    if (octets.empty()) return;
    error_code error;
    const std::size_t count = stream_->write_some(octets, error);
    if (count > 0) {
      if (hooks_.tap) hooks_.tap(false, octets.first(count));
      if (is_raw) {
        unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(count));
      } else {
        session_.written(count);
      }
      deliver_events();
    }
    if (!error) continue;
    if (error == asio::error::would_block || error == asio::error::try_again) {
      write_deadline_ = hooks_.now() + write_timeout_;
      stream_->wait_writable([self = shared_from_this()](const error_code& failed) {
        if (self->ended_) return;
        self->write_deadline_.reset();
        self->session_.tick(self->hooks_.now());  // what is encoded now begins to wait now, not when the peer stopped reading
        if (failed) {
          self->writing_failed(failed);
          return self->arm();
        }
        self->step();
        self->read();
      });
      return;
    }
    return writing_failed(error);
  }
}

// What the peer sent before it went (a bind_resp, receipts) is still to be read; the read reports the end.
void Pump::writing_failed(const error_code& error) {
  stream_->shutdown_send();
  write_deadline_ = hooks_.now() + kLinger;
  write_error_ = error;
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
    end(why, write_error_ ? stream_->reason(write_error_) : "the peer has stopped reading");
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
  // Asio's word for a FIN is an error; for the session the peer has closed the connection, and nothing failed.
  session_.disconnected(error == asio::error::eof ? error_code() : error, hooks_.now());
  deliver_events();
  stepping_ = false;
  if (ending_ == Ending::finish) {
    linger();
  } else if (ending_ == Ending::reset) {
    stream_->reset();
  } else {
    stream_->close();
  }
  if (!abandoned_) hooks_.on_ended(why);
}

void Pump::linger() {
  if (!stream_->finish()) return stream_->close();
  timer_.expires_after(kLinger);
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) self->stream_->close();
  });
  lingering_ = true;
  if (!reading_) drain({});
}

void Pump::drain(const error_code& error) {
  if (!error) return read_some();
  timer_.cancel();
  stream_->close();
}

}  // namespace smpp::net
