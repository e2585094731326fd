// Programs that use the API: so many connections, each with one POST /api/v1/messages under way at a time.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

struct HttpLoad {
  std::uint16_t port = 0;
  std::string token, campaign;
  std::size_t connections = 1;
  std::uint64_t count = 0;            // requests in all, to persons 0, 1, ...
  std::string run;                    // part of the Idempotency-Keys, so that runs do not repeat each other's
};

class HttpClients {
 public:
  // `left` is called as a request for a person leaves. Everything on the thread of `io`.
  HttpClients(boost::asio::io_context& io, HttpLoad load, std::function<void(std::uint64_t)> left);
  ~HttpClients();
  void start();
  [[nodiscard]] std::uint64_t refused() const;   // answers other than 202

 private:
  struct Shared;
  struct Client;
  std::shared_ptr<Shared> shared_;
  std::vector<std::shared_ptr<Client>> clients_;
};

}  // namespace bench
