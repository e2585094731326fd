// A link between a Link and a Listener, and what a Link does when its peer goes or refuses.
#include "test/unit/smppnet_loop.hpp"

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
