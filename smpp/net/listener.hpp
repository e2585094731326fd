// The SMSC side: accepts connections and gives each its Session.
// Flow: listen -> accept -> TLS handshake -> make_session -> pump.
// Everything runs on the thread of the io_context.
#pragma once

#include "smpp/net/tls.hpp"
#include "smpp/net/wire.hpp"
#include "smpp/session.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace boost::asio {
class io_context;
}

namespace smpp::net {

class Pump;

// One accepted connection. Lives from its first callback until on_closed has returned.
class Connection {
 public:
  explicit Connection(std::uint64_t id);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] std::uint64_t id() const { return id_; }  // from first_id on, never reused by one listener
  [[nodiscard]] const Peer& peer() const { return peer_; }
  [[nodiscard]] Session& session();
  void wake();   // as Link::wake
  void close();  // flushes what is written, FIN, no unbind
  void reset();  // RST at once

  // For simulators of peers that break the protocol; see Pump.
  void change_output(Change change);
  void write_raw(std::span<const std::byte> octets);
  void read_on(bool wanted);

 private:
  friend class Listener;
  std::uint64_t id_;
  Peer peer_;
  std::shared_ptr<Pump> pump_;
};

struct ListenerSettings {
  std::string listen = "127.0.0.1:2775";            // "host:port" with a literal address; port 0 picks a free one
  std::chrono::milliseconds write_timeout{30'000};  // P67
  std::size_t max_connections = 1000;               // above it a connection is closed at once
  std::optional<TlsSettings> tls = std::nullopt;    // absent: plain (P69)
  std::uint64_t first_id = 1;                       // of Connection: several listeners of one owner tell theirs apart
};

struct ListenerOwner {
  std::function<Now()> now;                            // steady time
  std::function<Session(const Peer&)> make_session;    // Role::smsc, each with a new epoch
  std::function<void(Connection&)> on_connected;       // before anything is read or said; optional
  std::function<void(Connection&, Events)> on_events;  // as LinkOwner::on_events
  std::function<void(Connection&)> on_closed;  // after the last on_events; the connection dies on return; optional
  // A TLS handshake that failed, so that no connection came of it: "the client speaks plain SMPP, ...". Optional.
  std::function<void(const Peer&, const std::string& why)> on_refused;
  std::function<void(const Peer&, bool incoming, std::span<const std::byte>)> tap;  // optional
};

class Listener {
 public:
  Listener(boost::asio::io_context& io, ListenerSettings settings, ListenerOwner owner);
  ~Listener();  // resets every connection; no callback runs afterwards
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Empty when it listens; else one line for a person: "127.0.0.1:2775: address already in use". Reads the files of
  // `tls` once.
  [[nodiscard]] std::string start();
  [[nodiscard]] std::uint16_t port() const;                      // the one bound
  void for_each(const std::function<void(Connection&)>& visit);  // in order of id
  void reset_all();                                              // RST to every connection, as a crashed SMSC does
  // Connects to an ESME that waits for an outbind (P53), "host:port" with a literal address, without TLS. `done` gets the
  // connection, or nullptr and why there is none. Its session is open, as that of an accepted one.
  void connect(const std::string& to, std::function<void(Connection*, const std::string& why)> done);
  // Accepts no more, unbinds every session and closes; `on_stopped` once all are gone or after `limit`.
  void stop(std::chrono::milliseconds limit, std::function<void()> on_stopped = {});

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace smpp::net
