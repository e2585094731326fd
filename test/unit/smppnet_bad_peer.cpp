// Peers that break the protocol, on both sides of a connection (P1 to P5, P67, P132).
#include "test/unit/smppnet_loop.hpp"

#include <optional>

using namespace smppnet_test;

namespace {

smpp::Octets header_of(std::uint32_t length) {
  smpp::Octets octets = encoded(smpp::EnquireLink{}, 0x01020304);
  for (int i = 0; i < 4; ++i)
    octets[static_cast<std::size_t>(i)] = static_cast<std::byte>(length >> (24 - 8 * i) & 0xFF);
  return octets;
}

}  // namespace

TEST_CASE("an impossible command_length is answered with generic_nack and the connection is closed") {
  for (const std::uint32_t length : {0U, 15U, 0x80000000U, 0xFFFFFFFFU}) {
    CAPTURE(length);
    Loop loop;
    TestSmsc smsc(loop);
    REQUIRE(smsc.listener.start().empty());
    RawPeer peer(loop);
    REQUIRE(peer.connect(smsc.listener.port()));
    peer.collect();
    // More than one read holds: closing with octets unread would send RST and could take the nack with it.
    smpp::Octets flood = header_of(length);
    flood.resize(200'000, std::byte{0xFF});
    std::optional<boost::system::error_code> written;
    asio::async_write(peer.socket, asio::buffer(flood),
                      [&written](const boost::system::error_code& error, std::size_t) { written = error; });
    REQUIRE(loop.until([&] { return peer.ended && written; }));
    CHECK_FALSE(peer.was_reset);
    CHECK_FALSE(*written);
    const auto nack = smpp::decode(peer.received);
    REQUIRE(nack);
    CHECK(std::holds_alternative<smpp::GenericNack>(nack->pdu.body));
    CHECK(nack->pdu.status == smpp::command_status::ESME_RINVCMDLEN);
    CHECK(nack->pdu.sequence_number == 0x01020304);
    REQUIRE(loop.until([&] { return smsc.closed == 1; }));
  }
}

TEST_CASE("a peer that sends one octet at a time is served as any other") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  RawPeer peer(loop);
  REQUIRE(peer.connect(smsc.listener.port()));
  peer.socket.set_option(tcp::no_delay(true));
  peer.collect();
  smpp::BindTransceiver bind;
  bind.system_id = "slow";
  smpp::Octets octets = encoded(bind, 1);
  const smpp::Octets submit = encoded(submit_of("one by one"), 2);
  octets.insert(octets.end(), submit.begin(), submit.end());
  for (const std::byte octet : octets) {
    peer.send({octet});
    loop.io.poll();
  }
  REQUIRE(loop.until([&] { return smsc.submits.size() == 1; }));
  CHECK(smpp::to_text(smsc.submits[0].short_message) == "one by one");
}

TEST_CASE("an SMSC that closes in the middle of a PDU costs one connection and no more") {
  Loop loop;
  tcp::acceptor acceptor(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const auto port = acceptor.local_endpoint().port();
  RawPeer smsc(loop);
  bool is_accepted = false;
  acceptor.async_accept(smsc.socket, [&](const boost::system::error_code& error) { is_accepted = !error; });
  TestEsme esme(loop, {"127.0.0.1:" + std::to_string(port)});
  esme.link.start();
  REQUIRE(loop.until([&] { return is_accepted; }));
  smpp::BindTransceiverResp accepted;
  smsc.send(encoded(accepted, 1));
  smpp::Octets half = encoded(submit_of("cut"), 5);
  half.resize(20);
  smsc.send(half);
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  boost::system::error_code ignored;
  smsc.socket.close(ignored);
  REQUIRE(loop.until([&] { return esme.closed.size() == 1; }));
  CHECK(esme.received_pdus.empty());
  REQUIRE(loop.until([&] { return esme.has_state("next attempt in "); }));
}

TEST_CASE("a second connection is unaffected by one that sends garbage") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  RawPeer peer(loop);
  REQUIRE(peer.connect(smsc.listener.port()));
  peer.collect();
  peer.send(smpp::to_octets("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  REQUIRE(loop.until([&] { return peer.ended && smsc.closed == 1; }));
  REQUIRE(esme.link.session()->request(submit_of("still here"), 3, steady()));
  esme.link.wake();
  REQUIRE(loop.until([&] { return esme.done_tokens.size() == 1; }));
}

TEST_CASE("a PDU that begins and does not end closes the connection after pdu_read") {
  Loop loop;
  smpp::Timers timers;
  timers.pdu_read = std::chrono::milliseconds(30);
  TestSmsc smsc(loop, "127.0.0.1:0", timers);
  REQUIRE(smsc.listener.start().empty());
  RawPeer peer(loop);
  REQUIRE(peer.connect(smsc.listener.port()));
  peer.collect();
  peer.send({std::byte{0}, std::byte{0}});
  REQUIRE(loop.until([&] { return peer.ended; }));
}

TEST_CASE("a peer that stops reading is given up after the write timeout") {
  Loop loop;
  smpp::net::ListenerSettings settings;
  settings.listen = "127.0.0.1:0";
  settings.write_timeout = std::chrono::milliseconds(100);
  TestSmsc answers(loop);
  auto owner = answers.owner_of({});
  smpp::net::Listener listener(loop.io, settings, std::move(owner));
  REQUIRE(listener.start().empty());
  RawPeer peer(loop);
  REQUIRE(peer.connect(listener.port()));
  peer.send(encoded(smpp::BindTransceiver{}, 1));
  REQUIRE(loop.until([&] { return answers.bound != nullptr; }));
  // enquire_link is answered at once whatever else waits, so a flood of them fills the peer's receive buffer.
  smpp::Octets flood;
  for (std::uint32_t i = 2; i < 5000; ++i) {
    const auto one = encoded(smpp::EnquireLink{}, i);
    flood.insert(flood.end(), one.begin(), one.end());
  }
  std::function<void()> more = [&] {
    asio::async_write(peer.socket, asio::buffer(flood), [&](const boost::system::error_code& error, std::size_t) {
      if (!error) more();
    });
  };
  more();
  REQUIRE(loop.until([&] { return answers.closed == 1; }));
}

TEST_CASE("a port in use and an address that is none are told in one line") {
  Loop loop;
  TestSmsc first(loop);
  REQUIRE(first.listener.start().empty());
  TestSmsc second(loop, local(first.listener));
  CHECK(second.listener.start() == local(first.listener) + ": the port is in use by another program");
  TestSmsc third(loop, "example.net:2775");
  CHECK(third.listener.start().find("must be a literal one") != std::string::npos);
}
