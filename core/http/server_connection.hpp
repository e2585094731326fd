// One accepted connection of the server: reads a request, has it answered, reads the next. Internal to core/http;
// the only header of the room that shows Asio.
#pragma once

#include "core/http/server.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace core::http {

// What all connections of a server share. It outlives them: each holds it.
struct ServerShared {
  ServerSettings settings;
  ServerHooks hooks;
  std::vector<std::string> hosts;                // accepted names, lower case
  bool draining = false;                         // every answer from now on closes its connection
  std::function<void(std::uint64_t)> closed;     // a connection's last word, never from within its own start()
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  virtual void close_if_idle() = 0;              // nothing of a request has arrived
  virtual void close_now() = 0;
  [[nodiscard]] virtual const std::string& remote() const = 0;
};
[[nodiscard]] std::shared_ptr<Connection> make_connection(boost::asio::ip::tcp::socket socket, std::uint64_t number,
                                                          std::shared_ptr<ServerShared> shared);

}  // namespace core::http
