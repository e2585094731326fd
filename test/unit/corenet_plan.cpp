// The configuration as the parts want it.
#include "core/net/plan.hpp"
#include "test/unit/catch.hpp"

namespace {

core::Config config(core::BindMode mode, std::uint32_t binds) {
  core::Config config;
  core::SmscSettings smsc;
  smsc.id = "carrier-a";
  smsc.hosts = {"127.0.0.1:2775"};
  smsc.system_id = "me";
  smsc.password.value = "secret";
  smsc.bind = mode;
  smsc.binds = binds;
  smsc.window = 7;
  config.smsc = {smsc};
  return config;
}

}  // namespace

TEST_CASE("a pair is transmitters and receivers with numbers of their own (P43)") {
  const auto plans = core::net::link_plans(config(core::BindMode::pair, 2));
  REQUIRE(plans.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(plans[i].bind == i + 1);
    CHECK(plans[i].connection.name == "carrier-a/" + std::to_string(i + 1));
    CHECK(plans[i].session.bind.type == (i < 2 ? smpp::BindType::transmitter : smpp::BindType::receiver));
    CHECK(plans[i].session.window == 7);
  }
}

TEST_CASE("binds of one account begin one after the other (P52)") {
  const auto plans = core::net::link_plans(config(core::BindMode::transceiver, 3));
  REQUIRE(plans.size() == 3);
  CHECK(plans[0].connection.first_delay < plans[1].connection.first_delay);
  CHECK(plans[1].connection.first_delay < plans[2].connection.first_delay);
}

TEST_CASE("transport settings of an account reach each of its links (P69, P70)") {
  core::Config one = config(core::BindMode::pair, 1);
  CHECK_FALSE(core::net::link_plans(one)[0].connection.tls);
  one.smsc[0].local_address = "192.0.2.1";
  one.smsc[0].tls = true;
  one.smsc[0].tls_ca = "ca.pem";
  one.smsc[0].tls_certificate = "me.pem";
  one.smsc[0].tls_key = "me.key";
  for (const auto& plan : core::net::link_plans(one)) {
    CHECK(plan.connection.local_address == "192.0.2.1");
    REQUIRE(plan.connection.tls);
    CHECK(plan.connection.tls->verify);
    CHECK(plan.connection.tls->ca_file == "ca.pem");
    CHECK(plan.connection.tls->certificate_file == "me.pem");
    CHECK(plan.connection.tls->key_file == "me.key");
  }
  one.smsc[0].tls_verify = core::TlsVerify::none;
  CHECK_FALSE(core::net::link_plans(one)[0].connection.tls->verify);
}

TEST_CASE("a quirk of the source address holds for short and long senders, absent ones leave the defaults (P116)") {
  core::Config one = config(core::BindMode::transceiver, 1);
  const auto plain = core::net::engine_settings(one).accounts[0];
  CHECK(plain.source_ton == core::engine::AccountSettings{}.source_ton);
  one.smsc[0].quirks.source_ton = 5;
  const auto quirky = core::net::engine_settings(one).accounts[0];
  CHECK(quirky.source_ton == 5);
  CHECK(quirky.long_source_ton == 5);
}

TEST_CASE("how receipts write ids reaches the engine (P77)") {
  core::Config one = config(core::BindMode::transceiver, 1);
  CHECK(core::net::engine_settings(one).accounts[0].receipt_id == smpp::ReceiptIdMode::automatic);
  one.smsc[0].quirks.receipt_id = smpp::ReceiptIdMode::decimal_to_hex;
  CHECK(core::net::engine_settings(one).accounts[0].receipt_id == smpp::ReceiptIdMode::decimal_to_hex);
}

TEST_CASE("an endpoint signs with the octets of its secret") {
  core::Config one;
  core::EndpointSettings endpoint;
  endpoint.name = "crm";
  endpoint.secret.value = "whsec_AAEC";
  one.endpoints = {endpoint};
  CHECK(core::net::endpoint_plans(one)[0].key == std::string("\0\1\2", 3));
}
