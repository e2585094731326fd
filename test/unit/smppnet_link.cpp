// A link between a Link and a Listener, and what a Link does when its peer goes or refuses.
#include "smpp/net/stream.hpp"
#include "test/unit/smppnet_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace smppnet_test;

TEST_CASE("a link binds, submits and receives, and each side is told once") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  REQUIRE(esme.link.session()->request(submit_of("hello"), 7, steady()));
  esme.link.wake();
  REQUIRE(loop.until([&] { return !esme.done_tokens.empty(); }));
  CHECK(esme.done_tokens == std::vector<smpp::Token>{7});
  REQUIRE(smsc.submits.size() == 1);
  CHECK(smpp::to_text(smsc.submits[0].short_message) == "hello");

  smpp::DeliverSm mo;
  mo.source.addr = "447700900001";
  mo.destination.addr = "80800";
  mo.short_message = smpp::to_octets("YES");
  REQUIRE(smsc.bound != nullptr);
  REQUIRE(smsc.bound->session().request(mo, 9, steady()));
  smsc.bound->wake();
  REQUIRE(loop.until([&] { return !smsc.delivered.empty(); }));
  CHECK(smsc.delivered == std::vector<smpp::Token>{9});
  REQUIRE(esme.received_pdus.size() == 1);
  CHECK(smpp::to_text(esme.received_pdus[0].short_message) == "YES");
  CHECK(esme.has_state("carrier-a: bound to 127.0.0.1:"));
}

TEST_CASE("requests made inside on_events leave without a wake") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.on_bound = [](smpp::Session& session) { REQUIRE(session.request(submit_of("at once"), 1, steady())); };
  esme.link.start();
  REQUIRE(loop.until([&] { return !esme.done_tokens.empty(); }));
}

TEST_CASE("a thousand submits in one wake are written and answered in far fewer wakes than PDUs") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  smpp::Token next = 0;
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  const auto before = smsc.batches;
  while (esme.done_tokens.size() < 1000) {
    const auto target = esme.done_tokens.size() + 10;
    while (next < target && next < 1000) REQUIRE(esme.link.session()->request(submit_of("x"), ++next, steady()));
    esme.link.wake();
    REQUIRE(loop.until([&] { return esme.done_tokens.size() >= std::min<std::size_t>(target, 1000); }));
  }
  CHECK(smsc.submits.size() == 1000);
  CHECK(smsc.batches - before < 500);
}

TEST_CASE("after a reset what was in flight is lost and the link binds again in a new session") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1 && smsc.bound != nullptr; }));
  smsc.bound->reset();
  REQUIRE(loop.until([&] { return esme.bound == 2; }));
  CHECK(esme.sessions == 2);
  CHECK(esme.closed.size() == 1);
  CHECK(esme.has_state("ended: "));
  CHECK(esme.has_state("next attempt in "));
}

TEST_CASE("a bind that nothing passes over is ended with manners and begun anew (P56)") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.inactivity = std::chrono::milliseconds(30);
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 2; }));
  CHECK(esme.closed.at(0) == "unbound");
}

TEST_CASE("an SMSC that does not know the bind is told so with what may help, and comes again no sooner than it likes (P43, P51)") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  smsc.bind_status = smpp::command_status::ESME_RINVCMDID;
  auto settings = TestEsme::settings_of({local(smsc.listener)});
  settings.bind_hint = "try a pair";
  settings.least_gap = std::chrono::seconds(75);
  TestEsme esme(loop, settings);
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("; try a pair, next attempt in 75"); }));
  CHECK(esme.has_state("refused the bind: ESME_RINVCMDID"));
}

TEST_CASE("a refused bind is told with the status, its likely cause and the next attempt") {
  Loop loop;
  TestSmsc smsc(loop);
  smsc.bind_status = smpp::command_status::ESME_RINVPASWD;
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("refused the bind: ESME_RINVPASWD (the password is wrong"); }));
  CHECK(esme.has_state("next attempt in "));
  CHECK(esme.closed.size() == 1);
  CHECK(esme.link.session() == nullptr);
}

TEST_CASE("an unreachable host is told, and the next host of the account is tried at once") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  tcp::acceptor placeholder(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const auto dead = "127.0.0.1:" + std::to_string(placeholder.local_endpoint().port());
  placeholder.close();
  TestEsme esme(loop, {dead, local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  CHECK(esme.has_state("carrier-a: connect to " + dead + " refused (nothing listens there), trying " +
                       local(smsc.listener)));
}

TEST_CASE("a host that is no host and port is told instead of tried") {
  Loop loop;
  TestEsme esme(loop, {"smsc.example.net"});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("\"smsc.example.net\" is not host:port"); }));
}

TEST_CASE("a name is looked up on every attempt, and all its addresses are tried (P51)") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {"smsc.example.net:" + std::to_string(smsc.listener.port())});
  esme.addresses = {};
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("failed: the name has no address, next attempt in"); }));
  esme.addresses = {"127.0.0.9", "::1", "127.0.0.1"};  // only the last listens
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  CHECK(esme.asked_for == std::vector<std::string>{"smsc.example.net", "smsc.example.net"});
  smsc.bound->reset();
  REQUIRE(loop.until([&] { return esme.bound == 2; }));
  CHECK(esme.asked_for.size() == 3);
}

TEST_CASE("an address that never answers does not keep the next from being tried (P48, P51)") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  // A listener whose queue is full drops connections without a word.
  tcp::acceptor full(loop.io);
  full.open(tcp::v4());
  full.set_option(tcp::acceptor::reuse_address(true));
  full.bind({asio::ip::make_address("127.0.0.9"), smsc.listener.port()});
  full.listen(0);
  std::vector<tcp::socket> fill;
  for (int i = 0; i < 4; ++i) fill.emplace_back(loop.io).async_connect(full.local_endpoint(), [](const boost::system::error_code&) {});
  auto settings = TestEsme::settings_of({"smsc.example.net:" + std::to_string(smsc.listener.port())});
  settings.connect_timeout = std::chrono::milliseconds(200);
  TestEsme esme(loop, settings);
  esme.addresses = {"127.0.0.9", "127.0.0.1"};
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  CHECK(esme.states == std::vector<std::string>{"carrier-a: connected to " + settings.hosts[0] + ", binding",
                                                "carrier-a: bound to " + settings.hosts[0]});
}

TEST_CASE("a link connects from its local address, to addresses of that family (P70)") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  auto settings = TestEsme::settings_of({"smsc.example.net:" + std::to_string(smsc.listener.port())});
  settings.local_address = "127.0.0.5";
  TestEsme esme(loop, settings);
  esme.addresses = {"::1", "127.0.0.1"};
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  CHECK(smsc.peers[0].remote_address == "127.0.0.5");

  TestEsme other_family(loop, settings);
  other_family.addresses = {"::1"};
  other_family.link.start();
  REQUIRE(loop.until([&] { return other_family.has_state("the local address 127.0.0.5 can only reach IPv4 addresses"); }));
  settings.local_address = "192.0.2.1";
  TestEsme not_ours(loop, settings);
  not_ours.link.start();
  REQUIRE(loop.until([&] { return not_ours.has_state("failed: the local address 192.0.2.1: Cannot assign requested address"); }));
}

TEST_CASE("a refused account is an alarm at once, a stale session is not (P49, P50)") {
  Loop loop;
  TestSmsc smsc(loop);
  smsc.bind_status = smpp::command_status::ESME_RINVSYSID;
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("ESME_RINVSYSID"); }));
  CHECK(esme.alarms == std::vector<std::string>{esme.states.back()});
  CHECK(esme.has_state("next attempt in 60.0 s"));

  smsc.bind_status = smpp::command_status::ESME_RALYBND;
  TestEsme stale(loop, {local(smsc.listener)});
  stale.link.start();
  REQUIRE(loop.until([&] { return stale.has_state("refused the bind: ESME_RALYBND (it still holds an earlier session"); }));
  CHECK(stale.has_state("next attempt in 30.0 s"));
  CHECK(stale.alarms.empty());
  CHECK(stale.bound == 0);
}

TEST_CASE("a bind that has ended waits for its turn among those of its account (P52)") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  auto settings = TestEsme::settings_of({local(smsc.listener)});
  settings.first_delay = std::chrono::milliseconds(100);
  TestEsme esme(loop, settings);
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1 && smsc.bound != nullptr; }));
  smsc.bound->reset();
  REQUIRE(loop.until([&] { return esme.has_state("ended: the peer reset the connection, next attempt in 0.9 s"); }));
}

TEST_CASE("stop waits for the answers to what is outstanding before it unbinds (P64)") {
  Loop loop;
  RawPeer smsc(loop);
  tcp::acceptor acceptor(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  bool is_accepted = false;
  acceptor.async_accept(smsc.socket, [&](const boost::system::error_code& error) { is_accepted = !error; });
  TestEsme esme(loop, {"127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())});
  esme.on_bound = [](smpp::Session& session) { REQUIRE(session.request(submit_of("outstanding"), 1, steady())); };
  esme.link.start();
  REQUIRE(loop.until([&] { return is_accepted; }));
  smsc.collect();
  smsc.send(encoded(smpp::BindTransceiverResp{}, 1));
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  bool is_stopped = false;
  esme.link.stop([&] { is_stopped = true; });
  // Answered as before: what is read after the answer to it would show an unbind sent too early.
  smsc.send(encoded(smpp::DeliverSm{}, 77));
  const auto has = [&](const smpp::Octets& pdu) {
    return std::search(smsc.received.begin(), smsc.received.end(), pdu.begin(), pdu.end()) != smsc.received.end();
  };
  REQUIRE(loop.until([&] { return has(encoded(smpp::DeliverSmResp{}, 77)); }));
  CHECK_FALSE(has(encoded(smpp::Unbind{}, 3)));
  smsc.send(encoded(smpp::SubmitSmResp{}, 2));
  REQUIRE(loop.until([&] { return has(encoded(smpp::Unbind{}, 3)); }));
  CHECK(esme.done_tokens.size() == 1);
  smsc.send(encoded(smpp::UnbindResp{}, 3));
  REQUIRE(loop.until([&] { return is_stopped; }));
}

TEST_CASE("stop unbinds in the end although an answer does not come, and tells everybody who asked (P49)") {
  Loop loop;
  RawPeer smsc(loop);
  tcp::acceptor acceptor(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  bool is_accepted = false;
  acceptor.async_accept(smsc.socket, [&](const boost::system::error_code& error) { is_accepted = !error; });
  auto settings = TestEsme::settings_of({"127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())});
  settings.stop_timeout = std::chrono::milliseconds(20);
  TestEsme esme(loop, std::move(settings));
  esme.on_bound = [](smpp::Session& session) { REQUIRE(session.request(submit_of("outstanding"), 1, steady())); };
  esme.link.start();
  REQUIRE(loop.until([&] { return is_accepted; }));
  smsc.collect();
  smsc.send(encoded(smpp::BindTransceiverResp{}, 1));
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  int stopped = 0;
  esme.link.stop([&] { ++stopped; });
  esme.link.stop([&] { ++stopped; });
  const smpp::Octets unbind = encoded(smpp::Unbind{}, 3);
  REQUIRE(loop.until([&] { return std::search(smsc.received.begin(), smsc.received.end(), unbind.begin(), unbind.end()) != smsc.received.end(); }));
  smsc.send(encoded(smpp::UnbindResp{}, 3));
  REQUIRE(loop.until([&] { return stopped == 2; }));
  esme.link.stop([&] { ++stopped; });
  REQUIRE(loop.until([&] { return stopped == 3; }));
}

TEST_CASE("sockets send at once and are probed by TCP when idle (P68)") {
  Loop loop;
  tcp::socket socket(loop.io, tcp::v4());
  smpp::net::prepare_socket(socket);
  tcp::no_delay no_delay;
  tcp::socket::keep_alive keep_alive;
  socket.get_option(no_delay);
  socket.get_option(keep_alive);
  CHECK(no_delay.value());
  CHECK(keep_alive.value());
  int idle_seconds = 0;
  ::socklen_t size = sizeof idle_seconds;
  REQUIRE(::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, &size) == 0);
  CHECK(idle_seconds == 60);
}

TEST_CASE("stop unbinds, closes and does not connect again") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  bool is_stopped = false;
  esme.link.stop([&] { is_stopped = true; });
  REQUIRE(loop.until([&] { return is_stopped && smsc.closed == 1; }));
  CHECK(esme.link.session() == nullptr);
  CHECK(esme.sessions == 1);
}

TEST_CASE("stop before the first connection answers too") {
  Loop loop;
  TestEsme esme(loop, {"127.0.0.1:1"});
  bool is_stopped = false;
  esme.link.start();
  esme.link.stop([&] { is_stopped = true; });
  REQUIRE(loop.until([&] { return is_stopped; }));
  CHECK(esme.sessions == 0);
}

TEST_CASE("a link destroyed in any phase calls nobody back") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  std::size_t seen = 0;
  {
    TestEsme esme(loop, {local(smsc.listener)});
    esme.link.start();
    REQUIRE(loop.until([&] { return esme.bound == 1; }));
    seen = esme.kinds.size();
    CHECK(seen > 0);
  }
  REQUIRE(loop.until([&] { return smsc.closed == 1; }));
}

TEST_CASE("addresses as people write them") {
  CHECK(smpp::net::parse_host_port("smsc.example.net:2775")->host == "smsc.example.net");
  CHECK(smpp::net::parse_host_port("[::1]:2775")->host == "::1");
  CHECK(smpp::net::parse_host_port("[::1]:2775")->port == "2775");
  for (const char* wrong : {"", ":2775", "host", "host:", "host:x", "host:65536", "::1:2775", "[]:1", "[::1:1"}) {
    CAPTURE(wrong);
    CHECK_FALSE(smpp::net::parse_host_port(wrong));
  }
}
