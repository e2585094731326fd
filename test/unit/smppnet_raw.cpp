// What simulators of bad peers need of a connection: output that is changed, raw octets, a read that pauses, and a
// connection that the SMSC opens.
#include "test/unit/smppnet_loop.hpp"

using namespace smppnet_test;

namespace {

struct Raw {
  Raw() : smsc(loop), client(loop) {
    REQUIRE(smsc.listener.start().empty());
    REQUIRE(client.connect(smsc.listener.port()));
    client.collect();
    client.send(encoded(smpp::BindTransceiver{}, 1));
    REQUIRE(loop.until([&] { return client.received.size() == 17 && smsc.bound != nullptr; }));
    client.received.clear();
  }
  Loop loop;
  TestSmsc smsc;
  RawPeer client;
};

}  // namespace

TEST_CASE("raw octets go out behind what the session said before, and before what it says later") {
  Raw raw;
  REQUIRE(raw.smsc.bound->session().request(smpp::EnquireLink{}, 1, steady()));
  const smpp::Octets garbage = smpp::to_octets("garbage");
  raw.smsc.bound->write_raw(garbage);
  REQUIRE(raw.smsc.bound->session().request(smpp::EnquireLink{}, 2, steady()));
  raw.smsc.bound->wake();
  REQUIRE(raw.loop.until([&] { return raw.client.received.size() == 16 + garbage.size() + 16; }));
  const auto middle = raw.client.received.begin() + 16;
  CHECK(smpp::Octets(middle, middle + static_cast<std::ptrdiff_t>(garbage.size())) == garbage);
}

TEST_CASE("what a session says from now on is changed, what it said before is not") {
  Raw raw;
  REQUIRE(raw.smsc.bound->session().request(smpp::EnquireLink{}, 1, steady()));
  raw.smsc.bound->change_output([](std::span<const std::byte> said, smpp::Octets& goes_out) {
    CHECK(said.size() % 16 == 0);  // whole PDUs
    goes_out.push_back(std::byte{0x2A});
  });
  REQUIRE(raw.smsc.bound->session().request(smpp::EnquireLink{}, 2, steady()));
  raw.smsc.bound->wake();
  REQUIRE(raw.loop.until([&] { return raw.client.received.size() == 17; }));
  CHECK(raw.client.received.back() == std::byte{0x2A});
  raw.smsc.bound->change_output({});
  REQUIRE(raw.smsc.bound->session().request(smpp::EnquireLink{}, 3, steady()));
  raw.smsc.bound->wake();
  CHECK(raw.loop.until([&] { return raw.client.received.size() == 17 + 16; }));
}

TEST_CASE("a paused read loses nothing") {
  Raw raw;
  raw.smsc.bound->read_on(false);
  for (std::uint32_t n = 2; n < 5; ++n) raw.client.send(encoded(submit_of("x"), n));
  for (int i = 0; i < 100; ++i) raw.loop.io.poll_one();
  CHECK(raw.smsc.submits.empty());
  raw.smsc.bound->read_on(true);
  CHECK(raw.loop.until([&] { return raw.smsc.submits.size() == 3; }));
}

TEST_CASE("a connection that the SMSC opens has a session like an accepted one, and numbers of its own") {
  Loop loop;
  smpp::net::ListenerSettings settings = TestSmsc::settings_of("127.0.0.1:0");
  settings.first_id = 1000;
  TestSmsc smsc(loop, settings);
  REQUIRE(smsc.listener.start().empty());
  tcp::acceptor acceptor(loop.io, {asio::ip::address_v4::loopback(), 0});
  RawPeer esme(loop);
  acceptor.async_accept(esme.socket, [&](const boost::system::error_code& error) {
    if (!error) esme.collect();
  });
  std::uint64_t id = 0;
  smsc.listener.connect("127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()),
                        [&](smpp::net::Connection* connection, const std::string&) {
                          REQUIRE(connection != nullptr);
                          id = connection->id();
                          REQUIRE(connection->session().request(smpp::Outbind{}, 1, steady()));
                          connection->wake();
                        });
  REQUIRE(loop.until([&] { return esme.received.size() == 18; }));
  CHECK(id == 1000);
  esme.send(encoded(smpp::BindTransceiver{}, 1));
  CHECK(loop.until([&] { return smsc.bound != nullptr; }));
}

TEST_CASE("where nobody listens, connecting out says so") {
  Loop loop;
  TestSmsc smsc(loop);
  std::string why;
  smsc.listener.connect("localhost.example:1", [&](smpp::net::Connection*, const std::string& reason) { why = reason; });
  CHECK(why.find("must be host:port with a literal address") != std::string::npos);
  tcp::acceptor acceptor(loop.io, {asio::ip::address_v4::loopback(), 0});
  const std::string closed = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  acceptor.close();
  why.clear();
  smsc.listener.connect(closed, [&](smpp::net::Connection* connection, const std::string& reason) {
    CHECK(connection == nullptr);
    why = reason;
  });
  REQUIRE(loop.until([&] { return !why.empty(); }));
  CHECK(why == closed + ": Connection refused");
}
