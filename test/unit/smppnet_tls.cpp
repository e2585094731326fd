// TLS on a link and on a listener (P4, P48, P69, S12): whom it trusts, what it says about the others, and that a session
// over it is a session like any other.
#include "test/unit/smppnet_certificates.hpp"
#include "test/unit/smppnet_loop.hpp"

#include "smpp/net/tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <optional>

using namespace smppnet_test;
namespace ssl = boost::asio::ssl;
using smpp::net::TlsSettings;

namespace {

const Certificate& authority() {
  static const Certificate made({"Carrier CA", "", -1, 30, true});
  return made;
}
const Certificate& good() {
  static const Certificate made({"smsc", "DNS:localhost, IP:127.0.0.1"}, &authority());
  return made;
}

smpp::net::ListenerSettings listens_with(const Certificate& certificate) {
  smpp::net::ListenerSettings settings;
  settings.listen = "127.0.0.1:0";
  settings.tls.emplace();
  settings.tls->certificate = certificate.pem();
  settings.tls->key = certificate.key();
  return settings;
}

smpp::net::LinkSettings links_to(const std::string& host, TlsSettings tls) {
  auto settings = TestEsme::settings_of({host});
  settings.tls = std::move(tls);
  return settings;
}

// Trusts the carrier's authority alone.
TlsSettings trusting(const Folder& folder) {
  TlsSettings tls;
  tls.ca_file = folder.put("ca.pem", authority().pem());
  return tls;
}

// What a link that trusts Carrier CA says of a listener with this certificate; it must not have come to a session.
std::string refusal_of(const Certificate& certificate, const std::string& host = "127.0.0.1") {
  const Folder folder;
  Loop loop;
  TestSmsc smsc(loop, listens_with(certificate));
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, links_to(host + ":" + std::to_string(smsc.listener.port()), trusting(folder)));
  esme.link.start();
  REQUIRE(loop.until([&] { return !esme.states.empty(); }));
  CHECK(esme.sessions == 0);
  CHECK(smsc.sessions == 0);
  return esme.states[0];
}

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// A TLS server that is no listener of ours, on one connection.
struct RawTlsSmsc {
  explicit RawTlsSmsc(Loop& loop, const Certificate& certificate = good())
      : context(ssl::context::tls_server), acceptor(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        port(std::to_string(acceptor.local_endpoint().port())) {
    context.use_certificate_chain(asio::buffer(certificate.pem()));
    context.use_private_key(asio::buffer(certificate.key()), ssl::context::pem);
  }
  void start() {
    stream.emplace(acceptor.get_executor(), context);
    acceptor.async_accept(stream->next_layer(), [this](const boost::system::error_code& error) {
      if (error) return;
      stream->async_handshake(ssl::stream_base::server, [this](const boost::system::error_code& failed) {
        const char* name = SSL_get_servername(stream->native_handle(), TLSEXT_NAMETYPE_host_name);
        server_name = name ? name : "";
        is_shaken = !failed;
      });
    });
  }
  void send(const smpp::Octets& octets) { asio::write(*stream, asio::buffer(octets)); }

  ssl::context context;
  tcp::acceptor acceptor;
  std::optional<ssl::stream<tcp::socket>> stream;
  std::string port, server_name;
  bool is_shaken = false;
};

}  // namespace

TEST_CASE("a session over TLS is a session like any other, in both directions") {
  const Folder folder;
  Loop loop;
  TestSmsc smsc(loop, listens_with(good()));
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, links_to(local(smsc.listener), trusting(folder)));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1 && smsc.bound != nullptr; }));
  CHECK(esme.has_state("carrier-a: bound to " + local(smsc.listener) + " over TLSv1.3"));
  CHECK(smsc.peers[0].tls == "TLSv1.3");
  // More than one TLS record in one wake, both ways.
  const std::string text(250, 'x');
  for (smpp::Token token = 1; token <= 1000;) {
    for (int i = 0; i < 10; ++i) REQUIRE(esme.link.session()->request(submit_of(text), token++, steady()));
    esme.link.wake();
    REQUIRE(loop.until([&] { return esme.done_tokens.size() == token - 1; }));
  }
  CHECK(smsc.submits.size() == 1000);
  smpp::DeliverSm mo;
  mo.short_message = smpp::to_octets("YES");
  REQUIRE(smsc.bound->session().request(mo, 9, steady()));
  smsc.bound->wake();
  REQUIRE(loop.until([&] { return smsc.delivered.size() == 1; }));
  bool is_stopped = false;
  esme.link.stop([&] { is_stopped = true; });
  REQUIRE(loop.until([&] { return is_stopped && smsc.closed == 1; }));
}

TEST_CASE("output of many records leaves whole") {
  const Folder folder;
  Loop loop;
  auto settings = links_to("", trusting(folder));
  TestSmsc smsc(loop, listens_with(good()));
  REQUIRE(smsc.listener.start().empty());
  settings.hosts = {local(smsc.listener)};
  TestEsme esme(loop, settings);
  std::size_t asked = 0;
  esme.on_bound = [&](smpp::Session& session) {
    smpp::SubmitSm big = submit_of("");
    big.tlvs.add(smpp::tag::message_payload, smpp::to_octets(std::string(60'000, 'p')));
    while (asked < 10 && session.request(big, asked + 1, steady())) ++asked;
  };
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.done_tokens.size() == 10; }));
  CHECK(asked == 10);
  CHECK(smsc.submits[9].tlvs.find(smpp::tag::message_payload)->value.size() == 60'000);
}

TEST_CASE("what is wrong with a certificate is told in words, and no bind is sent (S12)") {
  CHECK(says(refusal_of(Certificate({"smsc", "IP:127.0.0.1", -20, -10}, &authority())),
             "failed: TLS: its certificate expired on 20"));
  CHECK(says(refusal_of(Certificate({"smsc", "IP:127.0.0.1", 5, 10}, &authority())), "its certificate is valid from 20"));
  CHECK(says(refusal_of(Certificate({"smsc", "IP:127.0.0.1"})), "its certificate is self-signed"));
  const Certificate other({"Another CA", "", -1, 30, true});
  CHECK(says(refusal_of(Certificate({"smsc", "IP:127.0.0.1"}, &other)), "an authority that is not trusted here (\"Another CA\")"));
  CHECK(says(refusal_of(Certificate({"smsc", "DNS:smsc.example.net, IP:192.0.2.1"}, &authority())),
             "its certificate is for smsc.example.net, 192.0.2.1, not for 127.0.0.1"));
  CHECK(says(refusal_of(Certificate({"smsc", "DNS:smsc.example.net"}, &authority()), "smsc.example.org"),
             "its certificate is for smsc.example.net, not for smsc.example.org"));
  CHECK(says(refusal_of(Certificate({"127.0.0.1", ""}, &authority())), "its certificate is for 127.0.0.1, not for"));
  CHECK(says(refusal_of(Certificate({"smsc", "DNS:*.example.net"}, &authority()), "a.b.example.net"), "not for a.b.example.net"));
}

TEST_CASE("without a CA file the system's authorities are asked, which know nothing of ours") {
  Loop loop;
  TestSmsc smsc(loop, listens_with(good()));
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, links_to(local(smsc.listener), {}));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("an authority that is not trusted here (\"Carrier CA\")"); }));
  CHECK(smsc.sessions == 0);
  CHECK(esme.alarms.size() == 1);  // no certificate mends itself
}

TEST_CASE("a self-signed certificate or a server's own one in the CA file is trusted as far as that") {
  const Certificate self_signed({"smsc", "IP:127.0.0.1"});
  for (const Certificate* certificate : {&self_signed, &good()}) {
    const Folder folder;
    Loop loop;
    TestSmsc smsc(loop, listens_with(*certificate));
    REQUIRE(smsc.listener.start().empty());
    TlsSettings tls;
    tls.ca_file = folder.put("smsc.pem", certificate->pem());
    TestEsme esme(loop, links_to(local(smsc.listener), tls));
    esme.link.start();
    REQUIRE(loop.until([&] { return esme.bound == 1; }));
  }
}

TEST_CASE("verify off takes any certificate, and every state line says so (S12)") {
  Loop loop;
  TestSmsc smsc(loop, listens_with(Certificate({"smsc", "DNS:other.example", -20, -10})));
  REQUIRE(smsc.listener.start().empty());
  TlsSettings tls;
  tls.verify = false;
  TestEsme esme(loop, links_to(local(smsc.listener), tls));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  REQUIRE(esme.states.size() == 2);
  for (const auto& state : esme.states) CHECK(says(state, "over TLSv1.3, ITS CERTIFICATE NOT VERIFIED"));
}

TEST_CASE("TLS 1.2 will do, older does not") {
  const Folder folder;
  Loop loop;
  RawTlsSmsc smsc(loop);
  SSL_CTX_set_max_proto_version(smsc.context.native_handle(), TLS1_2_VERSION);
  smsc.start();
  TestEsme esme(loop, links_to("127.0.0.1:" + smsc.port, trusting(folder)));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("over TLSv1.2, binding"); }));

  RawTlsSmsc old(loop);
  SSL_CTX_set_security_level(old.context.native_handle(), 0);
  SSL_CTX_set_min_proto_version(old.context.native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old.context.native_handle(), TLS1_1_VERSION);
  old.start();
  TestEsme refused(loop, links_to("127.0.0.1:" + old.port, trusting(folder)));
  refused.link.start();
  REQUIRE(loop.until([&] { return refused.has_state("it offers neither TLS 1.2 nor TLS 1.3"); }));
}

TEST_CASE("the host name is sent as SNI, a literal address is not") {
  const Folder folder;
  for (const auto& [host, expected] : {std::pair{"localhost", "localhost"}, {"127.0.0.1", ""}}) {
    Loop loop;
    RawTlsSmsc smsc(loop);
    smsc.start();
    TestEsme esme(loop, links_to(host + (":" + smsc.port), trusting(folder)));
    esme.link.start();
    REQUIRE(loop.until([&] { return smsc.is_shaken; }));
    CHECK(smsc.server_name == expected);
  }
}

TEST_CASE("a listener that asks for client certificates admits those of its authority alone") {
  const Folder folder;
  Loop loop;
  auto settings = listens_with(good());
  settings.tls->ca_file = folder.put("clients.pem", authority().pem());
  TestSmsc smsc(loop, settings);
  REQUIRE(smsc.listener.start().empty());

  TestEsme without(loop, links_to(local(smsc.listener), trusting(folder)));
  without.link.start();
  REQUIRE(loop.until([&] { return without.has_state("it wants a client certificate: tls_certificate and tls_key"); }));
  REQUIRE(loop.until([&] { return !smsc.refused.empty(); }));
  CHECK(smsc.refused[0] == "the client showed no certificate");

  TlsSettings wrong = trusting(folder);
  const Certificate stranger_ca({"Stranger CA", "", -1, 30, true});
  const Certificate stranger({"stranger", ""}, &stranger_ca);
  wrong.certificate = stranger.pem();
  wrong.key = stranger.key();
  TestEsme unknown(loop, links_to(local(smsc.listener), wrong));
  unknown.link.start();
  REQUIRE(loop.until([&] { return unknown.has_state("does not know the authority of our client certificate"); }));
  CHECK(smsc.sessions == 0);

  TlsSettings with = trusting(folder);
  const Certificate client({"bindery", ""}, &authority());
  with.certificate_file = folder.put("client.pem", client.pem());
  with.key_file = folder.put("client.key", client.key());
  TestEsme esme(loop, links_to(local(smsc.listener), with));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
}

TEST_CASE("under TLS 1.2 a missing client certificate cannot be told from a missing cipher, and both are named") {
  const Folder folder;
  Loop loop;
  RawTlsSmsc smsc(loop);
  SSL_CTX_set_max_proto_version(smsc.context.native_handle(), TLS1_2_VERSION);
  smsc.context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  smsc.start();
  TestEsme esme(loop, links_to("127.0.0.1:" + smsc.port, trusting(folder)));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("no cipher in common, or it wants a client certificate"); }));
}

TEST_CASE("a plain client on a TLS port is told apart on both sides (P4)") {
  Loop loop;
  TestSmsc smsc(loop, listens_with(good()));
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, {local(smsc.listener)});
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("the peer expects TLS on this port and answered with a TLS alert"); }));
  REQUIRE(smsc.refused.size() == 1);
  CHECK(smsc.refused[0] == "the client speaks plain SMPP, and this port expects TLS");
  RawPeer browser(loop);
  REQUIRE(browser.connect(smsc.listener.port()));
  browser.send(smpp::to_octets("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  REQUIRE(loop.until([&] { return smsc.refused.size() == 2; }));
  CHECK(smsc.refused[1] == "the client speaks HTTP, not TLS");
  CHECK(smsc.sessions == 0);
}

TEST_CASE("a TLS client on a plain port is told apart on both sides (P4)") {
  Loop loop;
  TestSmsc smsc(loop);
  REQUIRE(smsc.listener.start().empty());
  TestEsme esme(loop, links_to(local(smsc.listener), {}));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("TLS: it does not answer in TLS; if this port is plain SMPP, set tls = false"); }));
  REQUIRE(loop.until([&] { return smsc.closed_reasons.size() == 1; }));
  CHECK(smsc.closed_reasons[0] == "the peer speaks TLS on a plain SMPP port");
  CHECK(esme.sessions == 0);
}

TEST_CASE("a port that closes without a word is asked whether it expects TLS") {
  Loop loop;
  tcp::acceptor acceptor(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const auto host = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  acceptor.async_accept([](const boost::system::error_code&, tcp::socket) {});
  TestEsme plain(loop, {host});
  plain.link.start();
  REQUIRE(loop.until([&] { return plain.has_state("without a word; does this port expect TLS?"); }));
  acceptor.async_accept([](const boost::system::error_code&, tcp::socket) {});
  TestEsme secured(loop, links_to(host, {}));
  secured.link.start();
  REQUIRE(loop.until([&] { return secured.has_state("during the handshake; does this port speak plain SMPP?"); }));
}

TEST_CASE("a handshake that does not end is given up, on both sides (P48)") {
  Loop loop;
  tcp::acceptor silent(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  TlsSettings impatient;
  impatient.handshake_timeout = std::chrono::milliseconds(30);
  TestEsme esme(loop, links_to("127.0.0.1:" + std::to_string(silent.local_endpoint().port()), impatient));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("the handshake was not finished within 0.0 s"); }));

  auto settings = listens_with(good());
  settings.tls->handshake_timeout = std::chrono::milliseconds(30);
  TestSmsc smsc(loop, settings);
  REQUIRE(smsc.listener.start().empty());
  RawPeer peer(loop);
  REQUIRE(peer.connect(smsc.listener.port()));
  peer.collect();
  REQUIRE(loop.until([&] { return peer.ended && smsc.refused.size() == 1; }));
  CHECK(says(smsc.refused[0], "the handshake was not finished"));
}

TEST_CASE("an end without close_notify is a normal end (P69)") {
  const Folder folder;
  Loop loop;
  RawTlsSmsc smsc(loop);
  smsc.start();
  TestEsme esme(loop, links_to("127.0.0.1:" + smsc.port, trusting(folder)));
  esme.link.start();
  REQUIRE(loop.until([&] { return smsc.is_shaken; }));
  smsc.send(encoded(smpp::BindTransceiverResp{}, 1));
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
  // The bind is taken from the socket first: closing with octets unread would send RST.
  std::array<std::byte, 1024> octets;
  smsc.stream->read_some(asio::buffer(octets));
  smsc.stream->next_layer().close();
  REQUIRE(loop.until([&] { return esme.has_state("ended: the peer closed the connection, next attempt in"); }));
}

TEST_CASE("framing lost over TLS: the generic_nack and close_notify arrive although more was sent") {
  Loop loop;
  TestSmsc smsc(loop, listens_with(good()));
  REQUIRE(smsc.listener.start().empty());
  ssl::context context(ssl::context::tls_client);
  ssl::stream<tcp::socket> peer(loop.io, context);
  peer.next_layer().connect(tcp::endpoint(asio::ip::address_v4::loopback(), smsc.listener.port()));
  bool is_shaken = false;
  peer.async_handshake(ssl::stream_base::client, [&](const boost::system::error_code& error) { is_shaken = !error; });
  REQUIRE(loop.until([&] { return is_shaken; }));
  smpp::Octets flood = encoded(smpp::EnquireLink{}, 0x01020304);
  flood[0] = std::byte{0x80};
  flood.resize(200'000, std::byte{0xFF});
  bool is_written = false;
  asio::async_write(peer, asio::buffer(flood), [&](const boost::system::error_code& error, std::size_t) { is_written = !error; });
  smpp::Octets received(64);
  std::optional<boost::system::error_code> end;
  std::size_t count = 0;
  asio::async_read(peer, asio::buffer(received), [&](const boost::system::error_code& error, std::size_t octets) {
    end = error;
    count = octets;
  });
  REQUIRE(loop.until([&] { return is_written && end; }));
  CHECK(*end == asio::error::eof);  // ssl::error::stream_truncated without the close_notify
  REQUIRE(count == 16);
  received.resize(count);
  CHECK(smpp::decode(received)->pdu.status == smpp::command_status::ESME_RINVCMDLEN);
}

TEST_CASE("a TLS peer that stops reading is given up after the write timeout (P67)") {
  Loop loop;
  auto settings = listens_with(good());
  settings.write_timeout = std::chrono::milliseconds(100);
  TestSmsc smsc(loop, settings);
  REQUIRE(smsc.listener.start().empty());
  ssl::context context(ssl::context::tls_client);
  ssl::stream<tcp::socket> peer(loop.io, context);
  peer.next_layer().connect(tcp::endpoint(asio::ip::address_v4::loopback(), smsc.listener.port()));
  bool is_shaken = false;
  peer.async_handshake(ssl::stream_base::client, [&](const boost::system::error_code& error) { is_shaken = !error; });
  REQUIRE(loop.until([&] { return is_shaken; }));
  smpp::Octets flood = encoded(smpp::BindTransceiver{}, 1);
  for (std::uint32_t i = 2; i < 5000; ++i) {
    const auto one = encoded(smpp::EnquireLink{}, i);
    flood.insert(flood.end(), one.begin(), one.end());
  }
  std::function<void()> more = [&] {
    asio::async_write(peer, asio::buffer(flood), [&](const boost::system::error_code& error, std::size_t) {
      if (!error) more();
    });
  };
  more();
  REQUIRE(loop.until([&] { return smsc.closed == 1; }));
}

TEST_CASE("a link or listener that goes in the middle of a handshake calls nobody back") {
  Loop loop;
  tcp::acceptor silent(loop.io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const auto host = "127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  bool is_stopped = false;
  std::optional<tcp::socket> accepted;
  silent.async_accept([&](const boost::system::error_code&, tcp::socket socket) { accepted = std::move(socket); });
  {
    TestEsme esme(loop, links_to(host, {}));
    esme.link.start();
    REQUIRE(loop.until([&] { return accepted && accepted->available() > 0; }));
  }
  accepted.reset();
  silent.async_accept([&](const boost::system::error_code&, tcp::socket socket) { accepted = std::move(socket); });
  TestEsme esme(loop, links_to(host, {}));
  esme.link.start();
  REQUIRE(loop.until([&] { return accepted && accepted->available() > 0; }));
  esme.link.stop([&] { is_stopped = true; });
  REQUIRE(loop.until([&] { return is_stopped; }));
  CHECK(esme.states.empty());

  RawPeer peer(loop);
  {
    TestSmsc smsc(loop, listens_with(good()));
    REQUIRE(smsc.listener.start().empty());
    REQUIRE(peer.connect(smsc.listener.port()));
    peer.collect();
    peer.send({std::byte{0x16}, std::byte{0x03}});
    bool is_over = false;
    asio::post(loop.io, [&] { is_over = true; });
    REQUIRE(loop.until([&] { return is_over; }));
  }
  REQUIRE(loop.until([&] { return peer.ended; }));
}

TEST_CASE("files are read again at every attempt: a renewed CA needs no restart") {
  const Folder folder;
  Loop loop;
  TestSmsc smsc(loop, listens_with(good()));
  REQUIRE(smsc.listener.start().empty());
  TlsSettings tls;
  tls.ca_file = folder.put("ca.pem", Certificate({"Old CA", "", -1, 30, true}).pem());
  TestEsme esme(loop, links_to(local(smsc.listener), tls));
  esme.link.start();
  REQUIRE(loop.until([&] { return esme.has_state("not trusted here"); }));
  folder.put("ca.pem", authority().pem());
  REQUIRE(loop.until([&] { return esme.bound == 1; }));
}

TEST_CASE("files that cannot be used are told by name") {
  using smpp::net::tls_fault;
  using smpp::net::TlsSide;
  const Folder folder;
  const Certificate other({"other", ""});
  const std::string certificate = folder.put("a.pem", good().pem()), key = folder.put("a.key", good().key());
  TlsSettings tls;
  CHECK(tls_fault(tls, TlsSide::link).empty());
  CHECK(tls_fault(tls, TlsSide::listener) == "a port that takes TLS needs a certificate and its key");
  tls.certificate_file = certificate;
  tls.key_file = key;
  CHECK(tls_fault(tls, TlsSide::link).empty());
  CHECK(tls_fault(tls, TlsSide::listener).empty());
  tls.key_file = folder.put("b.key", other.key());
  CHECK(tls_fault(tls, TlsSide::link) ==
        "the key in " + tls.key_file + " does not belong to the certificate in " + certificate);
  tls.key_file = folder.put("c.key", good().key("secret"));
  CHECK(tls_fault(tls, TlsSide::link) == tls.key_file + ": it is protected by a passphrase; it must be readable without one");
  tls.key_file = "/nonexistent/a.key";
  CHECK(tls_fault(tls, TlsSide::link) == "/nonexistent/a.key: No such file or directory");
  tls.key_file = key;
  tls.certificate_file = folder.put("empty.pem", "nothing");
  CHECK(tls_fault(tls, TlsSide::link) == tls.certificate_file + ": no PEM in it");
  tls.certificate_file = certificate;
  tls.ca_file = "/nonexistent/ca.pem";
  CHECK(tls_fault(tls, TlsSide::link) == "/nonexistent/ca.pem: No such file or directory");
  tls.ca_file = folder.put("empty-ca.pem", "nothing");
  CHECK_FALSE(tls_fault(tls, TlsSide::link).empty());

  Loop loop;
  TestEsme esme(loop, links_to("127.0.0.1:1", tls));
  auto settings = listens_with(good());
  settings.tls->key = other.key();
  TestSmsc smsc(loop, settings);
  CHECK(smsc.listener.start() == "127.0.0.1:0: TLS: the key does not belong to the certificate");
}
