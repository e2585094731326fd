// An HTTP/1.1 client for webhooks, on the caller's io thread, and a small blocking one for the command line.
// A hostile or hanging receiver costs a bounded time and a bounded memory (S21); redirects are answers like any
// other and never followed (S19); TLS verifies chain and name unless told otherwise (S12).
#pragma once

#include "core/http/message.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace core::http {

struct Url {
  std::string scheme;                            // "http" | "https"
  std::string host;                              // without brackets
  std::string port;                              // digits, the scheme's own when the text has none
  std::string target;                            // "/hooks/sms?x=1", at least "/"
  [[nodiscard]] std::string authority() const;   // as in the Host header: port only when it is not the scheme's own
};
// Why a text is no URL to send to, in `error` when that is not null: other scheme, userinfo, fragment, no host.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text, std::string* error = nullptr);

struct ClientSettings {
  std::chrono::milliseconds connect_deadline{5'000};   // name, TCP and TLS
  std::chrono::milliseconds total_deadline{15'000};    // from send() to the last octet of the answer
  std::chrono::milliseconds idle_deadline{30'000};     // how long an unused connection is kept
  std::size_t max_body = 64 * 1024;                    // of an answer; the rest is not read, the connection closed
  std::size_t max_idle_per_host = 8;
  bool verify_tls = true;
  std::string ca_file;                                 // PEM; empty: the system's
  std::string user_agent = "bindery";
};

struct ClientRequest {
  std::string method = "POST";
  std::string url;
  Headers headers;                               // Host, Content-Length, User-Agent are added
  std::string body;
};

struct ClientAnswer {
  unsigned status = 0;                           // 0: there was no answer; `error` says why
  std::multimap<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  bool truncated = false;                        // the body was longer than max_body
  std::string error;                             // "connect to crm.example.net:443 timed out after 5 s"
  [[nodiscard]] bool answered() const { return status != 0; }
};

class Client {
 public:
  Client(boost::asio::io_context& io, ClientSettings settings);
  ~Client();                                     // running requests end without a callback
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `done` is called exactly once, on the io thread, never from within send(). A kept connection that turns out to
  // be closed before any octet of an answer came is replaced once by a fresh one: the receiver may then see the
  // request twice, which its webhook-id lets it notice.
  void send(ClientRequest request, std::function<void(ClientAnswer)> done);
  // Closes idle connections; running requests answer with an error.
  void stop();
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] std::size_t idle() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// On an io_context of its own.
[[nodiscard]] ClientAnswer request_blocking(const ClientRequest& request, const ClientSettings& settings = {});

}  // namespace core::http
