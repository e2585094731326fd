// [smsc.quirks] and profiles: what each key becomes, and what is refused, with its place.
#include "core/config_profiles.hpp"
#include "core/config_keys.hpp"
#include "core/net/plan.hpp"
#include "core/quirks.hpp"
#include "test/unit/catch.hpp"

#include <algorithm>

using namespace core;

namespace {

ParsedConfig parse(const std::string& keys, const std::string& quirks) {
  return parse_config({"b.toml", "[[smsc]]\nid = \"a\"\nhosts = [\"localhost:2775\"]\nsystem_id = \"me\"\npassword = { env = \"PW\" }\n" + keys + "\n[smsc.quirks]\n" + quirks});
}
Quirks quirks(const std::string& text) {
  const ParsedConfig parsed = parse("", text);
  for (const Mistake& mistake : parsed.mistakes) FAIL(mistake.to_string());
  return parsed.config.smsc.at(0).quirks;
}
std::string mistake(const std::string& text) {
  const ParsedConfig parsed = parse("", text);
  REQUIRE(parsed.mistakes.size() == 1);
  return parsed.mistakes[0].to_string();
}

}  // namespace

TEST_CASE("quirks of text reach the encoder and the decoder (P92 to P109)") {
  const Quirks q = quirks(R"(
default_alphabet = "latin1"
allow_latin1 = true
latin1_beyond_gsm = true
allow_ucs2 = false
national_shift = ["turkish", "urdu"]
ucs2_little_endian = true
dcs_map = { "4" = "utf8", "0x0F" = "gsm7-packed" }
dcs4_text = true
gsm_data_coding = true
transliterate = "full"
long_mode = "sar"
flash = "dest-addr-subunit"
max_parts = 3
)");
  const smpp::EncodeOptions writing = text_options(q);
  CHECK(writing.default_alphabet == smpp::Alphabet::latin1);
  CHECK((writing.allow_latin1 && writing.latin1_beyond_gsm && !writing.allow_ucs2 && writing.ucs2_little_endian));
  CHECK(writing.national_shift == (1U << 1 | 1U << 13));
  CHECK(writing.dcs_map.find(4) == smpp::Alphabet::utf8);
  CHECK(writing.dcs_map.find(15) == smpp::Alphabet::gsm7_packed);
  CHECK(writing.translit == smpp::Transliteration::full);
  CHECK(writing.long_mode == smpp::LongMode::sar);
  CHECK(writing.class_by == smpp::ClassBy::dest_addr_subunit);
  CHECK(writing.max_parts == 3);
  const smpp::DecodeOptions reading = decode_options(q);
  CHECK(reading.default_alphabet == smpp::Alphabet::latin1);
  CHECK(reading.dcs_map.find(4) == smpp::Alphabet::utf8);
  CHECK((reading.dcs4_text && reading.ucs2_little_endian && reading.gsm_data_coding));
}

TEST_CASE("quirks of receipts reach the parser (P72 to P87)") {
  const Quirks q = quirks(R"(
receipt_by_text = true
receipt_bits = 8
receipt_zone = "-03:30"
receipt_last_part_only = true
stat_map = { "Done" = "DELIVERED", "0" = "DELIVERED" }
stat_numbers = true
err_radix = "16"
err_texts = { "0x1B" = "absent subscriber" }
)");
  const smpp::ReceiptProfile profile = receipt_profile(q);
  CHECK((profile.by_text && profile.stat_numbers && q.receipt_last_part_only));
  CHECK(profile.receipt_bits == 8);
  CHECK(profile.zone == std::chrono::minutes(-210));
  CHECK(profile.stat_map.at("done") == smpp::MessageState::DELIVERED);
  CHECK(profile.err_radix == 16);
  CHECK(profile.err_texts.at(27) == "absent subscriber");
}

TEST_CASE("quirks of addresses, times, TLVs and tariffs reach the engine (P115, P116, P121, P124, P126)") {
  const ParsedConfig parsed = parse("", R"(
short_code_ton = 0
short_code_npi = 1
source_ton = 2
alphanumeric_ton = 0
alphanumeric_npi = 1
destination_plus = true
country_code = "1"
exit_code = "011"
trunk_prefix = "1"
reassembly_timeout = "2h"
validity_format = "absolute"
validity_max = "48h"
[[smsc.quirks.tlv]]
name = "entity"
tag = 0x1400
value = "1201234567890"
[[smsc.quirks.tlv]]
name = "operator"
tag = 0x1403
type = "int4"
direction = "in"
[[smsc.quirks.tlv]]
name = "price"
tag = 0x1404
type = "int2"
value = "150"
tariff = "gold"
[[smsc.quirks.tariff]]
name = "gold"
service_type = "PREM"
source = "70900"
source_ton = 3
esm_class = 1
)");
  for (const Mistake& mistake : parsed.mistakes) FAIL(mistake.to_string());
  const engine::AccountSettings a = net::engine_settings(parsed.config).accounts.at(0);
  CHECK((a.source_ton == 0 && a.source_npi == 1 && a.long_source_ton == 2 && a.name_source_ton == 0 && a.name_source_npi == 1));
  CHECK((a.destination_plus && a.country_code == "1" && a.exit_code == "011" && a.trunk_prefix == "1"));
  CHECK(a.reassembly_timeout == std::chrono::hours(2));
  CHECK(a.validity_format == engine::ValidityFormat::absolute);
  CHECK(a.validity_max == std::chrono::hours(48));
  using T = engine::VendorTlv;
  const std::vector<T> tlvs{{"entity", 0x1400, T::Type::string, false, "1201234567890", ""},
                            {"operator", 0x1403, T::Type::int4, true, "", ""},
                            {"price", 0x1404, T::Type::int2, false, "150", "gold"}};
  CHECK((a.vendor_tlvs == tlvs));
  CHECK((a.tariffs == std::vector<engine::Tariff>{{"gold", "PREM", "70900", std::uint8_t{3}, std::nullopt, 1}}));
}

TEST_CASE("a quirk that is none says where and what is meant") {
  CHECK(mistake("national_shift = [\"turkisch\"]") ==
        "b.toml:8:18: \"turkisch\" is none of turkish, spanish, portuguese, bengali, gujarati, hindi, kannada, malayalam, oriya, punjabi, tamil, telugu, "
        "urdu (did you mean \"turkish\"?)");
  CHECK(mistake("dcs_map = { \"400\" = \"utf8\" }") == "b.toml:8:21: \"400\" is no data_coding from 0 to 255");
  CHECK(mistake("dcs_map = { \"4\" = 8 }") == "b.toml:8:19: the values of \"smsc.quirks.dcs_map\" are texts in quotes");
  CHECK(mistake("dcs_map = \"utf8\"") == "b.toml:8:11: \"smsc.quirks.dcs_map\" is a table: { \"...\" = \"...\" }");
  CHECK(mistake("stat_map = { \"OK\" = \"DELIVERD\" }").ends_with("(did you mean \"DELIVERED\"?)"));
  CHECK(mistake("err_texts = { \"x\" = \"?\" }") == "b.toml:8:21: \"x\" is no number");
  CHECK(mistake("receipt_zone = \"+2\"") == "b.toml:8:16: \"+2\" is not ahead of UTC by hours and minutes such as \"+05:30\"");
  CHECK(mistake("latin1_beyond_gsm = true") == "b.toml:8:21: latin1_beyond_gsm says nothing without allow_latin1 = true");
  CHECK(mistake("reassembly_timeout = \"25h\"") == "b.toml:8:22: smsc.quirks.reassembly_timeout is between \"1s\" and \"24h\"");
  CHECK(mistake("exit_code = \"+\"") == "b.toml:8:13: smsc.quirks.exit_code is digits");
  CHECK(mistake("[[smsc.quirks.tlv]]\nname = \"x\"\ntag = 0x1400\ntype = \"int1\"\nvalue = \"256\"") == "b.toml:12:9: \"256\" is no value of its type");
  CHECK(mistake("[[smsc.quirks.tlv]]\nname = \"x\"\ntag = 0x1400\ntariff = \"gold\"") == "b.toml:11:10: there is no [[smsc.quirks.tariff]] named \"gold\"");
}

TEST_CASE("a profile is where an account starts; what it says itself goes before it (P132 to P139)") {
  const auto smsc = [](const std::string& keys, const std::string& text = "") {
    const ParsedConfig parsed = parse(keys, text);
    for (const Mistake& mistake : parsed.mistakes) FAIL(mistake.to_string());
    return parsed.config.smsc.at(0);
  };
  CHECK(smsc("profile = \"legacy-3.3\"").bind == BindMode::pair);
  CHECK(smsc("profile = \"legacy-3.3\"").quirks.interface_version == 0x33);
  CHECK(smsc("profile = \"legacy-3.3\"").quirks.gsm_data_coding);
  CHECK(smsc("bind = \"receiver\"\nprofile = \"legacy-3.3\"").bind == BindMode::receiver);
  CHECK(smsc("profile = \"latin1-default\"").quirks.default_alphabet == smpp::Alphabet::latin1);
  CHECK(smsc("profile = \"latin1-default\"", "default_alphabet = \"ascii\"").quirks.default_alphabet == smpp::Alphabet::ascii);
  CHECK(smsc("profile = \"decimal-hex-ids\"").quirks.receipt_id == smpp::ReceiptIdMode::decimal_to_hex);
  CHECK(smsc("profile = \"payload-only\"").quirks.long_mode == smpp::LongMode::payload);
  CHECK(smsc("profile = \"pair\"").bind == BindMode::pair);
  CHECK(smsc("profile = \"strict-3.4\"").quirks == Quirks{});
}

TEST_CASE("a profile without TLVs refuses what needs them (P35)") {
  const auto only = [](const std::string& profile, const std::string& text) {
    const ParsedConfig parsed = parse("profile = \"" + profile + "\"", text);
    REQUIRE(parsed.mistakes.size() == 1);
    return parsed.mistakes[0].message;
  };
  CHECK(only("no-tlv", "long_mode = \"sar\"") == "long_mode needs TLVs, and send_tlvs = \"no\" sends none");
  CHECK(only("legacy-3.3", "flash = \"dest-addr-subunit\"") == "flash by dest-addr-subunit is a TLV, and send_tlvs = \"no\" sends none");
  CHECK(only("legacy-3.3", "[[smsc.quirks.tlv]]\nname = \"x\"\ntag = 1") == "this is a TLV, and send_tlvs = \"no\" sends none");
  CHECK(only("strict-3.4", "interface_version = 51\nlong_mode = \"payload\"") ==
        "long_mode needs TLVs, and interface_version is below 3.4, so that none are sent; send_tlvs = \"yes\" sends them all the same");
  CHECK(only("strict-3.4", "[[smsc.quirks.tlv]]\nname = \"destination_port\"\ntag = 5121\ndirection = \"in\"") ==
        "\"destination_port\" is a field that this program sets itself");
  CHECK(only("no-tlv", "[[smsc.quirks.tlv]]\nname = \"x\"\ntag = 1") == "this is a TLV, and send_tlvs = \"no\" sends none");
}

TEST_CASE("a pair's receivers may be another account at another place, and a carrier may knock (P43, P47, P51, P53, P63)") {
  ParsedConfig parsed = parse(R"(bind = "pair"
rx_hosts = ["rx.example.net:2776"]
rx_system_id = "me-rx"
rx_password = "rx-secret"
rx_system_type = "RX"
max_messages_per_bind = 1000
least_gap = "45s"
reconnect_max = "90s"
already_bound_retry = "40s"
auth_retry = "2m"
pdu_read_timeout = "7s"
unbind_timeout = "9s"
in_doubt = "give_up"
rate = "50/s"
burst = 5
outbind_listen = "127.0.0.1:2790"
outbind_system_id = "smsc"
outbind_password = "theirs"
address_range = "^80800"
)", "send_tlvs = \"yes\"\nbind_ton = 3\nbind_npi = 1");
  for (const Mistake& mistake : parsed.mistakes) FAIL(mistake.to_string());
  parsed.config.smsc[0].password.value = "tx-secret";
  const auto plans = net::link_plans(parsed.config);
  REQUIRE(plans.size() == 3);
  CHECK(plans[0].connection.hosts == std::vector<std::string>{"localhost:2775"});
  CHECK(plans[0].session.bind.password == "tx-secret");
  CHECK(plans[0].session.bind.addr_ton == 3);
  CHECK(plans[0].session.bind.addr_npi == 1);
  CHECK(plans[0].session.bind.address_range == "^80800");
  CHECK(plans[0].max_messages == 1000);
  CHECK(plans[0].connection.least_gap == std::chrono::seconds(45));
  CHECK(plans[0].session.send_tlvs == true);
  CHECK(plans[0].connection.backoff.longest == std::chrono::seconds(90));
  CHECK(plans[0].connection.backoff.already_bound == std::chrono::seconds(40));
  CHECK(plans[0].connection.backoff.account_refused == std::chrono::minutes(2));
  CHECK(plans[0].session.timers.pdu_read == std::chrono::seconds(7));
  CHECK(plans[0].session.timers.unbind == std::chrono::seconds(9));
  CHECK(net::engine_settings(parsed.config).accounts[0].doubt_policy == engine::DoubtPolicy::give_up);
  CHECK(net::engine_settings(parsed.config).accounts[0].burst == 5);
  CHECK(plans[1].connection.hosts == std::vector<std::string>{"rx.example.net:2776"});
  CHECK(plans[1].session.bind.system_id == "me-rx");
  CHECK(plans[1].session.bind.password == "rx-secret");
  CHECK(plans[1].session.bind.system_type == "RX");
  REQUIRE(plans[2].outbind);
  CHECK(plans[2].outbind->listen == "127.0.0.1:2790");
  CHECK(plans[2].outbind->password == "theirs");
  CHECK(plans[2].session.bind.type == smpp::BindType::receiver);
  CHECK(plans[2].session.bind.password == "tx-secret");
}

TEST_CASE("who awaits an outbind must know who may knock, and only a pair has receivers of its own (P43, P53)") {
  const auto first = [](const std::string& keys) {
    const ParsedConfig parsed = parse(keys, "");
    REQUIRE(!parsed.mistakes.empty());
    return parsed.mistakes[0].message;
  };
  CHECK(first("tls = true\noutbind_listen = \"127.0.0.1:1\"").starts_with("outbind_listen speaks no TLS"));
  CHECK(first("outbind_listen = \"127.0.0.1:1\"") == "outbind_listen needs outbind_system_id and outbind_password: whoever knocks is sent our own password");
  CHECK(first("outbind_listen = \"127.0.0.1:1\"\noutbind_system_id = \"smsc\"") == "outbind_listen needs outbind_password: whoever knocks is sent our own");
  CHECK(first("outbind_listen = \"smsc.example.net:1\"\noutbind_system_id = \"s\"\noutbind_password = \"p\"").find("is not a literal address") != std::string::npos);
  CHECK(first("outbind_system_id = \"smsc\"") == "outbind_system_id says nothing without outbind_listen");
  CHECK(first("rx_system_id = \"x\"") == "smsc.rx_system_id says nothing without bind = \"pair\"");
}

TEST_CASE("a name with @ is refused as a sender: it is 0 in GSM-7, the end of a C-octet string (P118)") {
  const auto sender = [](const std::string& number) { return parse_config({"b.toml", "[[sender]]\nnumber = \"" + number + "\"\nsmsc = [\"a\"]\n"}).mistakes; };
  const auto tells = [](const std::vector<Mistake>& mistakes) {
    return std::any_of(mistakes.begin(), mistakes.end(), [](const Mistake& one) { return one.message.find("is neither a short code") != std::string::npos; });
  };
  CHECK(tells(sender("Me@Home")));
  CHECK(tells(sender("twelve chars")));
  CHECK_FALSE(tells(sender("Acme-1 UK_")));
}

TEST_CASE("names longer than SMPP allows are sent as they are, with a warning (P44)") {
  const ParsedConfig parsed = parse("system_type = \"more than twelve\"", "");
  CHECK(parsed.mistakes.empty());
  REQUIRE(!parsed.warnings.empty());
  CHECK(parsed.warnings.back().message.find("is sent as it is") != std::string::npos);
}

TEST_CASE("every profile is one that the key names, and reads without a mistake") {
  std::string names;
  for (const Profile& profile : config_profiles()) {
    names += (names.empty() ? "" : " | ") + std::string(profile.name);
    INFO(profile.name);
    CHECK(parse("profile = \"" + std::string(profile.name) + "\"", "").mistakes.empty());
  }
  const auto keys = config_keys();
  const auto key = std::find_if(keys.begin(), keys.end(), [](const Key& one) { return one.path == "smsc.profile"; });
  REQUIRE(key != keys.end());
  CHECK(key->choices == names);
}
