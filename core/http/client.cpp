// One Exchange per request: takes a kept connection or opens one, writes, parses the answer by hand-fed Beast,
// returns the connection to the pool. One timer per exchange covers connect and total deadline.
#include "core/http/client.hpp"

#include "core/http/client_wire.hpp"
#include "core/http/response_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <list>
#include <map>
#include <utility>

namespace core::http {
namespace {

namespace net = boost::asio;
namespace bhttp = boost::beast::http;
using boost::system::error_code;
using Parser = bhttp::response_parser<bhttp::buffer_body>;

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::uint32_t kHeaderLimit = 16 * 1024;

struct Kept {
  std::unique_ptr<Wire> wire;
  std::unique_ptr<net::steady_timer> expiry;
  std::uint64_t number = 0;
};

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::string request_text(const ClientRequest& request, const Url& url, const ClientSettings& settings) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\nAccept-Encoding: identity\r\n", request.method, url.target,
                                 url.authority(), settings.user_agent);
  if (!request.body.empty() || request.method != "GET") text += fmt::format("Content-Length: {}\r\n", request.body.size());
  for (const auto& [name, value] : request.headers) text += fmt::format("{}: {}\r\n", name, value);
  return text + "\r\n" + request.body;
}

std::string request_fault(const ClientRequest& request) {
  if (request.method.empty() || !std::all_of(request.method.begin(), request.method.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return "the method is not a word of capital letters";
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || !is_one_line(name) || !is_one_line(value)) return "a header is not one line";
    for (const std::string_view own : {"host", "content-length", "transfer-encoding", "connection"}) {
      if (same_name(name, own)) return "the header " + name + " is not the caller's to set";
    }
  }
  return {};
}

std::string show(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000) : fmt::format("{} ms", time.count());
}

}  // namespace

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  Impl(net::io_context& context, ClientSettings given) : io(context), settings(std::move(given)) {}
  std::unique_ptr<Wire> take_kept(const std::string& key);
  void keep(const std::string& key, std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> make_wire(const Url& url);

  class Exchange;
  net::io_context& io;
  ClientSettings settings;
  std::unique_ptr<net::ssl::context> tls;        // made when first needed
  std::string tls_problem;
  std::map<std::string, std::list<Kept>> pool;   // newest last
  std::map<std::uint64_t, std::shared_ptr<Exchange>> exchanges;
  std::uint64_t last_number = 0;
  bool stopped = false;
};

std::unique_ptr<Wire> Client::Impl::take_kept(const std::string& key) {
  auto& kept = pool[key];
  while (!kept.empty()) {
    auto wire = std::move(kept.back().wire);
    kept.pop_back();
    if (!wire->stale()) return wire;
  }
  pool.erase(key);
  return nullptr;
}

void Client::Impl::keep(const std::string& key, std::unique_ptr<Wire> wire) {
  if (stopped) return;
  auto& kept = pool[key];
  if (kept.size() >= settings.max_idle_per_host) kept.pop_front();
  const std::uint64_t number = ++last_number;
  kept.push_back({std::move(wire), std::make_unique<net::steady_timer>(io), number});
  kept.back().expiry->expires_after(settings.idle_deadline);
  kept.back().expiry->async_wait([self = weak_from_this(), key, number](const error_code& error) {
    const auto client = self.lock();
    if (error || !client) return;
    const auto found = client->pool.find(key);
    if (found == client->pool.end()) return;
    found->second.remove_if([number](const Kept& one) { return one.number == number; });
    if (found->second.empty()) client->pool.erase(found);
  });
}

std::unique_ptr<Wire> Client::Impl::make_wire(const Url& url) {
  if (url.scheme == "http") return make_plain_wire(io);
  if (!tls) tls = make_tls(settings, tls_problem);
  return make_tls_wire(io, *tls, settings.verify_tls);
}

// ---- one request ------------------------------------------------------------------------------------------------
class Client::Impl::Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Impl& client, std::uint64_t number, ClientRequest request, std::function<void(ClientAnswer)> done)
      : client_(client), number_(number), request_(std::move(request)), done_(std::move(done)), total_(client.io), connect_(client.io) {}

  void start();
  void fail(std::string error);
  void abandon();                                // without a callback

 private:
  void open(bool fresh);
  void opened(const std::string& failed);
  void write();
  void read();
  void take(const error_code& error, std::size_t octets);
  bool parse();
  bool parse_head();
  void finish();
  void lost(const std::string& what, const error_code& error);
  void arm(net::steady_timer& timer, std::chrono::milliseconds deadline, std::string error);

  Impl& client_;                                 // ends its exchanges before it ends
  std::uint64_t number_;
  ClientRequest request_;
  std::function<void(ClientAnswer)> done_;
  net::steady_timer total_, connect_;
  Url url_;
  std::string key_, text_;
  std::unique_ptr<Wire> wire_;
  bool reused_ = false, any_octet_ = false, full_ = false;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  ClientAnswer answer_;
};

void Client::Impl::Exchange::arm(net::steady_timer& timer, std::chrono::milliseconds deadline, std::string error) {
  timer.expires_after(deadline);
  timer.async_wait([self = weak_from_this(), text = std::move(error)](const error_code& cancelled) {
    const auto exchange = self.lock();
    if (!cancelled && exchange) exchange->fail(text);
  });
}

void Client::Impl::Exchange::start() {
  std::string error;
  const auto url = parse_url(request_.url, &error);
  if (!url) return fail("the URL cannot be used: " + error);
  url_ = *url;
  key_ = url_.scheme + "://" + url_.authority();
  if (error = request_fault(request_); !error.empty()) return fail(error);
  text_ = request_text(request_, url_, client_.settings);
  const auto total = client_.settings.total_deadline;
  arm(total_, total, key_ + " did not answer within " + show(total));
  open(false);
}

void Client::Impl::Exchange::open(bool fresh) {
  any_octet_ = false;
  full_ = false;
  answer_ = {};
  buffer_.consume(buffer_.size());
  parser_.emplace();
  parser_->header_limit(kHeaderLimit);
  parser_->body_limit(boost::none);
  if (request_.method == "HEAD") parser_->skip(true);
  wire_ = fresh ? nullptr : client_.take_kept(key_);
  reused_ = wire_ != nullptr;
  if (reused_) return write();
  wire_ = client_.make_wire(url_);
  if (url_.scheme == "https" && !client_.tls_problem.empty()) return fail(client_.tls_problem);
  const auto deadline = client_.settings.connect_deadline;
  arm(connect_, deadline, "connect to " + url_.host + ":" + url_.port + " timed out after " + show(deadline));
  wire_->open(url_, [self = shared_from_this()](const std::string& failed) { self->opened(failed); });
}

void Client::Impl::Exchange::opened(const std::string& failed) {
  if (!done_) return;
  connect_.cancel();
  if (!failed.empty()) return fail(failed);
  write();
}

void Client::Impl::Exchange::write() {
  wire_->write(net::buffer(text_), [self = shared_from_this()](const error_code& error, std::size_t) {
    if (!self->done_) return;
    // A receiver may answer and close before it has read everything: its answer is worth more than our error.
    if (error && self->reused_) return self->lost("writing to", error);
    self->read();
  });
}

void Client::Impl::Exchange::read() {
  const auto room = buffer_.prepare(kReadSize);
  wire_->read(net::mutable_buffer(room.data(), room.size()), [self = shared_from_this()](const error_code& error, std::size_t octets) {
    if (self->done_) self->take(error, octets);
  });
}

void Client::Impl::Exchange::take(const error_code& error, std::size_t octets) {
  buffer_.commit(octets);
  any_octet_ = any_octet_ || octets > 0;
  if (error) {
    // An answer without a length ends with the connection.
    error_code ended;
    if (parser_->is_header_done() && parser_->need_eof()) parser_->put_eof(ended);
    if (parser_->is_header_done() && parser_->is_done()) return finish();
    return lost("reading from", error);
  }
  if (!parse()) return;
  if (full_ || parser_->is_done()) return finish();
  read();
}

// False: the exchange has ended.
bool Client::Impl::Exchange::parse() {
  const std::size_t most = client_.settings.max_body;
  std::string piece(std::min<std::size_t>(kReadSize, most + 1), '\0');
  while (!parser_->is_header_done()) {
    const std::size_t before = buffer_.size();
    if (before == 0) return true;
    if (!parse_head()) return false;
    if (buffer_.size() == before && !parser_->is_header_done()) return true;
  }
  while (!parser_->is_done() && !full_ && buffer_.size() > 0) {
    auto& body = parser_->get().body();
    body.data = piece.data();
    body.size = piece.size();
    error_code error;
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error && error != bhttp::error::need_buffer && error != bhttp::error::need_more) {
      fail(key_ + " sent a malformed answer: " + error.message());
      return false;
    }
    const std::size_t produced = piece.size() - body.size;
    const std::size_t room = most - answer_.body.size();
    answer_.body.append(piece, 0, std::min(produced, room));
    full_ = produced > room;
    if (used == 0 && produced == 0) break;
  }
  if (buffer_.size() > kHeaderLimit && !parser_->is_done()) full_ = true;
  return true;
}

bool Client::Impl::Exchange::parse_head() {
  error_code error;
  const std::size_t used = parser_->put(buffer_.data(), error);
  buffer_.consume(used);
  if (error && error != bhttp::error::need_more && error != bhttp::error::need_buffer) {
    fail(key_ + " sent a malformed answer: " + error.message());
    return false;
  }
  if (!parser_->is_header_done()) return true;
  const auto& head = parser_->get();
  if (head.result_int() / 100 == 1) {            // 100 Continue and its kin precede the answer
    parser_.emplace();
    parser_->header_limit(kHeaderLimit);
    parser_->body_limit(boost::none);
    return true;
  }
  answer_.status = head.result_int();
  for (const auto& header : head) {
    std::string name(header.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer_.headers.emplace(std::move(name), std::string(header.value()));
  }
  return true;
}

void Client::Impl::Exchange::finish() {
  answer_.truncated = full_;
  if (!full_ && parser_->keep_alive() && buffer_.size() == 0) client_.keep(key_, std::move(wire_));
  if (wire_) wire_->close();
  total_.cancel();
  const auto self = shared_from_this();
  client_.exchanges.erase(number_);
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(answer_));
}

void Client::Impl::Exchange::lost(const std::string& what, const error_code& error) {
  wire_->close();
  if (reused_ && !any_octet_) return open(true);  // the peer closed what we had kept
  fail(what + " " + key_ + ": " + (error == net::error::eof ? "the connection was closed" : error.message()));
}

void Client::Impl::Exchange::fail(std::string error) {
  if (wire_) wire_->close();
  total_.cancel();
  connect_.cancel();
  const auto self = shared_from_this();
  client_.exchanges.erase(number_);
  ClientAnswer answer;
  answer.error = std::move(error);
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(answer));
}

void Client::Impl::Exchange::abandon() {
  done_ = nullptr;
  total_.cancel();
  connect_.cancel();
  if (wire_) wire_->close();
}

// ---- Client -----------------------------------------------------------------------------------------------------
Client::Client(net::io_context& io, ClientSettings settings) : impl_(std::make_shared<Impl>(io, std::move(settings))) {}

Client::~Client() {
  impl_->stopped = true;
  impl_->pool.clear();
  for (const auto& [number, exchange] : impl_->exchanges) exchange->abandon();
  impl_->exchanges.clear();
}

void Client::send(ClientRequest request, std::function<void(ClientAnswer)> done) {
  const std::uint64_t number = ++impl_->last_number;
  impl_->exchanges.emplace(number, std::make_shared<Impl::Exchange>(*impl_, number, std::move(request), std::move(done)));
  net::post(impl_->io, [self = std::weak_ptr<Impl>(impl_), number] {
    const auto client = self.lock();
    if (!client) return;
    const auto found = client->exchanges.find(number);
    if (found == client->exchanges.end()) return;
    const auto exchange = found->second;
    if (client->stopped) return exchange->fail("the client has stopped");
    exchange->start();
  });
}

void Client::stop() {
  impl_->stopped = true;
  impl_->pool.clear();
  const auto running = impl_->exchanges;
  for (const auto& [number, exchange] : running) exchange->fail("the client has stopped");
}

std::size_t Client::running() const { return impl_->exchanges.size(); }
std::size_t Client::idle() const {
  std::size_t count = 0;
  for (const auto& [key, kept] : impl_->pool) count += kept.size();
  return count;
}

ClientAnswer request_blocking(const ClientRequest& request, const ClientSettings& settings) {
  net::io_context io;
  Client client(io, settings);
  ClientAnswer result;
  client.send(request, [&](ClientAnswer answer) {
    result = std::move(answer);
    client.stop();
  });
  io.run();
  return result;
}

}  // namespace core::http
