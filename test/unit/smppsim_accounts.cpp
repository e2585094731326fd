// Who may bind where, how often, in which version and from which address; several SMSCs in one process.
#include "test/unit/smppnet_certificates.hpp"
#include "test/unit/smppsim_place.hpp"

using namespace smppsim_test;
using smpp::command_status;

namespace {

smpp::PduBody bind_as(smpp::PduBody body, const std::string& system_id) {
  std::visit(
      [&]<class B>(B& each) {
        if constexpr (std::is_base_of_v<smpp::BindBody, B>) {
          each.system_id = system_id;
          each.password = "secret";
        }
      },
      body);
  return body;
}

}  // namespace

TEST_CASE("system_id and password decide, as they always did") {
  Place place({"--account", "alice:secret"});
  RawEsme stranger(place), wrong(place), right(place);
  stranger.bind("mallory");
  CHECK(stranger.next_status() == command_status::ESME_RINVSYSID);
  wrong.bind("alice", "guess");
  CHECK(wrong.next_status() == command_status::ESME_RINVPASWD);
  right.bind();
  CHECK(right.next_status() == command_status::ESME_ROK);
}

TEST_CASE("a rule that mixes in ESME_ROK admits nobody") {
  Place place({"--account", "alice:secret", "--when", "command=bind status=ESME_ROK"});
  RawEsme esme(place);
  esme.bind("alice", "guess");
  CHECK(esme.next_status() == command_status::ESME_RINVPASWD);
}

TEST_CASE("more binds than an account has get ESME_RALYBND until one ends") {
  Place place({"--account", "alice:secret max_binds=1"});
  RawEsme second(place);
  {
    RawEsme first(place);
    first.bound();
    second.bind();
    CHECK(second.next_status() == command_status::ESME_RALYBND);
  }
  REQUIRE(place.loop.until([&] { return place.smsc->binds() == 0; }));
  second.bind();
  CHECK(second.next_status() == command_status::ESME_ROK);
}

TEST_CASE("a kind of bind that an account has not gets ESME_RBINDFAIL") {
  Place place({"--account", "alice:secret bind=trx,tx"});
  RawEsme rx(place), tx(place), trx(place);
  rx.send(bind_as(smpp::BindReceiver{}, "alice"));
  CHECK(rx.next_status() == command_status::ESME_RBINDFAIL);
  tx.send(bind_as(smpp::BindTransmitter{}, "alice"));
  CHECK(tx.next_status() == command_status::ESME_ROK);
  trx.bind();
  CHECK(trx.next_status() == command_status::ESME_ROK);
}

TEST_CASE("more unanswered submits than the window get ESME_RTHROTTLED") {
  Place place({"--account", "alice:secret window=2", "--response-delay", "20ms"});
  RawEsme esme(place);
  esme.bound();
  for (int i = 0; i < 3; ++i) esme.submit("x");
  std::vector<command_status> seen;
  for (int i = 0; i < 3; ++i) seen.push_back(esme.next_status());
  CHECK(std::count(seen.begin(), seen.end(), command_status::ESME_ROK) == 2);
  CHECK(std::count(seen.begin(), seen.end(), command_status::ESME_RTHROTTLED) == 1);
  esme.submit("x");
  CHECK(esme.next_status() == command_status::ESME_ROK);
}

TEST_CASE("faster than its pace an account gets ESME_RTHROTTLED, the other account does not") {
  Place place({"--account", "alice:secret rate=1", "--account", "bob:secret rate=1"});
  RawEsme alice(place), bob(place);
  alice.bound();
  bob.bound("bob");
  alice.submit("x");
  alice.submit("x");
  CHECK(alice.next_status() == command_status::ESME_ROK);
  CHECK(alice.next_status() == command_status::ESME_RTHROTTLED);
  bob.submit("x");
  CHECK(bob.next_status() == command_status::ESME_ROK);
}

TEST_CASE("a source address that is not the account's gets ESME_RINVSRCADR") {
  Place place({"--account", "alice:secret addresses=80800,4477*"});
  RawEsme esme(place);
  esme.bound();
  for (const std::string source : {"80800", "447700900001", "80801"}) {
    smpp::SubmitSm pdu = submit_of("x");
    pdu.source.addr = source;
    esme.send(pdu);
    CHECK(esme.next_status() == (source == "80801" ? command_status::ESME_RINVSRCADR : command_status::ESME_ROK));
  }
}

TEST_CASE("the version both sides have is answered, and none below 3.4 (P20, P46)") {
  struct Case {
    std::string version;
    std::uint8_t asked, answered;
  };
  for (const Case& one : {Case{"5.0", 0x50, 0x50}, Case{"5.0", 0x34, 0x34}, Case{"3.4", 0x50, 0x34},
                          Case{"5.0", 0x22, 0x34}, Case{"5.0", 0x33, 0}, Case{"3.3", 0x34, 0}}) {
    Place place({"--account", "alice:secret version=" + one.version});
    RawEsme esme(place);
    esme.bind("alice", "secret", one.asked);
    const auto body = esme.next_as<smpp::BindTransceiverResp>();
    CHECK(body.tlvs.integer(smpp::tag::sc_interface_version).value_or(0) == one.answered);
    CHECK(body.tlvs.empty() == (one.answered == 0));
  }
}

TEST_CASE("an account of version 3.3 gets receipts as text, without TLVs, and no data_sm (P20)") {
  Place place({"--account", "alice:secret version=3.3", "--when", "receipt_form=data_sm"});
  RawEsme esme(place);
  esme.bound();
  esme.submit("x", "447700900001", 1);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  const auto receipt = esme.next_as<smpp::DeliverSm>();
  CHECK(receipt.tlvs.empty());
  CHECK(smpp::to_text(receipt.short_message).find("stat:DELIVRD") != std::string::npos);
  esme.send(smpp::DataSm{});
  CHECK(esme.next().id() == smpp::command_id::generic_nack);
}

TEST_CASE("two SMSCs in one process have accounts, ports and messages of their own") {
  Place place({"--account", "alice:secret", "--account", "alice:other smsc=b", "--smsc", "name=b listen=127.0.0.1:0"});
  RawEsme first(place, 0), second(place, 1), wrong(place, 1);
  first.bound();
  wrong.bind();
  CHECK(wrong.next_status() == command_status::ESME_RINVPASWD);
  second.bind("alice", "other");
  CHECK(second.next_status() == command_status::ESME_ROK);
  MoText mo;
  mo.from = "447700900999";
  mo.to = "80800";
  mo.text = "to b";
  std::string error;
  place.smsc->inject(mo, "alice@b", error);
  CHECK(smpp::to_text(second.next_as<smpp::DeliverSm>().short_message) == "to b");
  CHECK(first.is_silent());
}

TEST_CASE("a port in use is told with the name of the SMSC") {
  Place place;
  SmscOptions options;
  options.listen = "127.0.0.1:0";
  options.places.push_back({"b", "127.0.0.1:" + std::to_string(place.smsc->port())});
  options.quiet = true;
  Smsc second(place.loop.io, options, place.clocks);
  const std::string why = second.start();
  CHECK(why.find("SMSC b: ") == 0);
  CHECK(why.find("the port is in use") != std::string::npos);
}

TEST_CASE("TLS is of each SMSC by itself, with a certificate that was made or one that was given") {
  Folder folder;
  const Certificate authority({.name = "authority", .alternate = {}, .is_authority = true});
  const Certificate server({.name = "smsc", .alternate = "IP:127.0.0.1"}, &authority);
  const Certificate client({.name = "esme", .alternate = {}}, &authority);
  const std::string ca = folder.put("ca.pem", authority.pem());
  const std::string of_server = folder.put("server.pem", server.pem()), its_key = folder.put("server.key", server.key());
  Place place({"--tls", "--certificate", of_server, "--key", its_key, "--client-ca", ca, "--smsc",
               "name=b listen=127.0.0.1:0 tls=yes", "--smsc", "name=plain listen=127.0.0.1:0"});
  CHECK(place.smsc->self_made_certificate().find("BEGIN CERTIFICATE") != std::string::npos);
  const auto esme_at = [&](std::size_t which, const std::string& trusts, bool shows) {
    auto settings = TestEsme::settings_of({"127.0.0.1:" + std::to_string(place.smsc->port(which))});
    smpp::net::TlsSettings tls;
    tls.ca_file = trusts;
    tls.verify = which == 0;  // the one that is made is valid for a year from the wall clock, which stands still here
    if (shows) tls.certificate = client.pem();
    if (shows) tls.key = client.key();
    settings.tls = tls;
    auto esme = std::make_unique<TestEsme>(place.loop, settings);
    esme->link.start();
    return esme;
  };
  const auto with = esme_at(0, ca, true), without = esme_at(0, ca, false), at_b = esme_at(1, {}, false);
  CHECK(place.loop.until(
      [&] { return with->bound == 1 && at_b->bound == 1 && without->has_state("next attempt"); }));
  CHECK(without->bound == 0);
  RawEsme plain(place, 2);
  plain.bound();
}
