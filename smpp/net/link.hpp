// The ESME side of a connection: keeps one Session connected to one of an account's hosts. It resolves, connects,
// pumps octets, and when a session ends it begins a new one after the back-off of P49 to P51.
// Flow: resolve -> connect -> TLS handshake -> make_session -> pump (read much, parse all, write once per wake) -> ended -> back-off.
// Everything runs on the thread of the io_context; there is no lock and no blocking call.
#pragma once

#include "smpp/backoff.hpp"
#include "smpp/net/tls.hpp"
#include "smpp/net/wire.hpp"
#include "smpp/session.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace smpp::net {

struct LinkSettings {
  std::string name;                // for on_state texts: the account, or account/bind
  std::vector<std::string> hosts;  // "host:port" or "[v6]:port", tried in turn; DNS again on every attempt (P51)
  std::string local_address;       // carriers admit by source address (P70); a literal one; empty: any
  std::optional<TlsSettings> tls;  // absent: plain (P69)
  std::chrono::milliseconds connect_timeout{10'000};  // P48: for DNS, and again for each address that it gave
  std::chrono::milliseconds write_timeout{30'000};    // P67: a peer that stops reading
  std::chrono::milliseconds stop_timeout{10'000};     // stop() closes without manners after this
  // Before the first connection, and on top of the back-off after a session that was bound has ended: staggers the
  // binds of one account, which as a rule end together (P52).
  std::chrono::milliseconds first_delay{0};
  std::chrono::milliseconds least_gap{0};  // between two attempts, whatever the back-off says: some carriers ask for it (P51)
  BackoffSettings backoff;
  std::string bind_hint;                   // what may help where the SMSC does not know this kind of bind (P43)
};

struct LinkOwner {
  std::function<Now()> now;               // steady time
  std::function<double()> random;         // [0, 1): jitter of the back-off
  std::function<Session()> make_session;  // one per connection, each with a new epoch
  // Called after each wake that produced events, in the order in which they happened; move out of them freely.
  // The link drains Session::next_event itself because the outcome of the bind decides its back-off.
  // Requests and responses made in here leave in the write that follows; no wake() is needed.
  // After Closed the session is gone when the call returns.
  std::function<void(Session&, Events)> on_events;
  // What a person should read about the connection: "carrier-a: connect to 127.0.0.1:2775 refused, next attempt in 2.1 s".
  std::function<void(std::string_view)> on_state;
  // After on_state, with the same text: it will not mend itself, somebody must act (P49, P50). Optional.
  std::function<void(std::string_view)> on_alarm;
  // Optional; instead of DNS: the literal addresses of a host, in order. Must not block.
  std::function<std::vector<std::string>(const std::string& host)> resolve;
  Tap tap;  // optional
};

class Link {
 public:
  Link(boost::asio::io_context& io, LinkSettings settings, LinkOwner owner);
  ~Link();  // closes at once, without unbind; no callback runs afterwards
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start();
  // After requests or responses made outside on_events: writes what the session has, once, in the next turn of the
  // loop. Any number of calls before that cost one write.
  void wake();
  // Unbinds, waits for the peer within stop_timeout, closes, calls `on_stopped` once. No reconnect afterwards.
  void stop(std::function<void()> on_stopped = {});
  // The session of the present connection; nullptr between connections.
  [[nodiscard]] Session* session();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace smpp::net
