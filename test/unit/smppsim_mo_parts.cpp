// Messages from handsets octet by octet: alphabets, headers, TLVs, and which parts are sent.
#include "smpp/pdu_text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/udh.hpp"
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/mo_parts.hpp"

using namespace smpp_sim;

namespace {

MoText message(const std::string& text) {
  MoText mo;
  mo.from = "+447700900123";
  mo.to = "80800";
  mo.text = text;
  return mo;
}

std::vector<smpp::DeliverSm> made(const MoText& mo, std::uint16_t reference = 7) {
  std::string error;
  std::vector<smpp::DeliverSm> parts;
  for (const auto& request : make_mo(mo, reference, error)) parts.push_back(std::get<smpp::DeliverSm>(request));
  CHECK(error == "");
  return parts;
}

std::string error_of(const MoText& mo) {
  std::string error;
  CHECK(make_mo(mo, 7, error).empty());
  return error;
}

std::string hex(std::span<const std::byte> octets) { return smpp::to_hex(octets); }
std::string body(const smpp::DeliverSm& pdu) { return hex(pdu.short_message); }
std::string head(const smpp::DeliverSm& pdu, std::size_t octets) { return body(pdu).substr(0, octets * 2); }
std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a short MO is one deliver_sm with the addresses as SMSCs send them (P116)") {
  const auto parts = made(message("Hi@"));
  REQUIRE(parts.size() == 1);
  CHECK(body(parts[0]) == "486900");
  CHECK(parts[0].data_coding == 0);
  CHECK(parts[0].esm_class == 0);
  CHECK(parts[0].source == smpp::Address{1, 1, "447700900123"});
  CHECK(parts[0].destination == smpp::Address{3, 0, "80800"});
}

TEST_CASE("each alphabet has its octets and its data_coding") {
  struct Row {
    MoAlphabet alphabet;
    const char* text;
    const char* octets;
    int data_coding;
  };
  const Row rows[] = {
      {MoAlphabet::automatic, "é€", "051b65", 0},   {MoAlphabet::automatic, "Ω😀", "03a9d83dde00", 8},
      {MoAlphabet::gsm7, "hello", "68656c6c6f", 0}, {MoAlphabet::gsm7_packed, "hellohello", "e8329bfd4697d9ec37", 0},
      {MoAlphabet::latin1, "hé", "68e9", 3},        {MoAlphabet::ucs2, "hé", "006800e9", 8},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text, row.octets);
    MoText mo = message(row.text);
    mo.alphabet = row.alphabet;
    const auto parts = made(mo);
    REQUIRE(parts.size() == 1);
    CHECK(body(parts[0]) == row.octets);
    CHECK(parts[0].data_coding == row.data_coding);
  }
}

TEST_CASE("a data_coding alone chooses the alphabet, and beside an alphabet only its own value") {
  MoText mo = message("hé");
  mo.data_coding = std::uint8_t{8};
  CHECK(body(made(mo)[0]) == "006800e9");
  mo.alphabet = MoAlphabet::latin1;
  const auto odd = made(mo);
  CHECK(body(odd[0]) == "68e9");
  CHECK(odd[0].data_coding == 8);
}

TEST_CASE("long MOs have an 8-bit or 16-bit concatenation header (P104)") {
  MoText mo = message(repeated("a", 161));
  auto parts = made(mo, 0x1234);
  REQUIRE(parts.size() == 2);
  CHECK(head(parts[0], 7) == "05000334020161");
  CHECK(head(parts[1], 7) == "05000334020261");
  CHECK(parts[0].short_message.size() == 6 + 153);
  CHECK(parts[0].esm_class == 0x40);
  mo.long_mode = smpp::LongMode::udh16;
  mo.reference = std::uint16_t{0xABCD};
  parts = made(mo, 0x1234);
  REQUIRE(parts.size() == 2);
  CHECK(head(parts[0], 8) == "060804abcd020161");
  CHECK(parts[0].short_message.size() == 7 + 152);
}

TEST_CASE("a packed part begins at a septet boundary behind its header (P110)") {
  MoText mo = message(repeated("a", 161));
  mo.alphabet = MoAlphabet::gsm7_packed;
  const auto parts = made(mo);
  REQUIRE(parts.size() == 2);
  CHECK(head(parts[0], 8) == "050003070201c2e1");  // one fill bit: 'a' is 0x61, so 0xc2 first
  CHECK(parts[0].short_message.size() == 140);
  CHECK(body(parts[1]) == "050003070202c2e170381c0e871b");  // seven spare bits hold CR (P94)
}

TEST_CASE("no part ends inside an escape or a surrogate pair") {
  const auto escaped = made(message(repeated("a", 152) + "€" + repeated("b", 20)));
  REQUIRE(escaped.size() == 2);
  CHECK(escaped[0].short_message.size() == 6 + 152);
  CHECK(head(escaped[1], 8) == "0500030702021b65");
  const auto paired = made(message("é" + repeated("ж", 65) + "😀" + repeated("ж", 10)));
  REQUIRE(paired.size() == 2);
  CHECK(paired[0].short_message.size() == 6 + 66 * 2);
  CHECK(head(paired[1], 10) == "050003070202d83dde00");
}

TEST_CASE("SAR parts have the three TLVs and no header (P108)") {
  MoText mo = message(repeated("a", 161));
  mo.long_mode = smpp::LongMode::sar;
  const auto parts = made(mo, 0x0102);
  REQUIRE(parts.size() == 2);
  CHECK(parts[1].esm_class == 0);
  CHECK(hex(smpp::write_tlvs(parts[1].tlvs)) ==
        "020c00020102020e00010"
        "2020f000102");
  CHECK(body(parts[1]) == repeated("61", 8));
}

TEST_CASE("message_payload takes a long text in one PDU, and its short_message is empty") {
  MoText mo = message(repeated("a", 300));
  mo.long_mode = smpp::LongMode::payload;
  const auto parts = made(mo);
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].short_message.empty());
  CHECK(hex(*parts[0].tlvs.octets(smpp::tag::message_payload)) == repeated("61", 300));
}

TEST_CASE("parts go in the order asked for, twice or never (P137)") {
  MoText mo = message(repeated("a", 153) + repeated("b", 153) + repeated("c", 153));
  const auto numbers = [&](std::vector<unsigned> wanted) {
    mo.parts = std::move(wanted);
    std::string all;
    for (const auto& part : made(mo)) all += std::to_string(smpp::payload_of(part).concatenation->number);
    return all;
  };
  CHECK(numbers({}) == "123");
  CHECK(numbers({1, 3, 2}) == "132");
  CHECK(numbers({1, 1, 3}) == "113");
  CHECK(numbers({2}) == "2");
  mo.parts = {1, 4};
  CHECK(error_of(mo) == "parts: 4, but the message has 3");
}

TEST_CASE("ports stand in the header, before the text and behind the concatenation") {
  MoText mo = message("hi");
  mo.ports = MoPorts{16000, 1234};
  auto parts = made(mo);
  CHECK(body(parts[0]) ==
        "060504"
        "3e80"
        "04d2"
        "6869");
  CHECK(parts[0].esm_class == 0x40);
  mo.text = repeated("a", 160);
  parts = made(mo);
  REQUIRE(parts.size() == 2);
  CHECK(head(parts[0], 13) ==
        "0b"
        "0003070201"
        "05043e8004d2"
        "61");
  CHECK(parts[0].short_message.size() == 12 + 146);
  mo.long_mode = smpp::LongMode::sar;
  parts = made(mo);
  CHECK(hex(smpp::write_tlvs(parts[0].tlvs)) ==
        "020a000204d2"
        "020b00023e80");
}

TEST_CASE("octets go as they are, or cut as binary where a long mode is named") {
  MoText mo = message("");
  mo.octets = *smpp::from_hex("050003010202ff00");
  mo.esm_class = 0x40;
  mo.data_coding = std::uint8_t{4};
  CHECK(body(made(mo)[0]) == "050003010202ff00");
  MoText big = message("");
  big.octets = smpp::Octets(300, std::byte{0xEE});
  const auto parts = made(big);
  REQUIRE(parts.size() == 3);
  CHECK(head(parts[2], 7) == "050003070303ee");
  CHECK(parts[0].short_message.size() == 140);
  big.esm_class = 0x40;
  CHECK(error_of(big) == "hex: more than 254 octets with a header of their own");
}

TEST_CASE("data_sm carries the same in message_payload, with the TLVs asked for") {
  MoText mo = message("hi");
  mo.data_sm = true;
  mo.tlvs.add(0x1401, {std::byte{0x0a}});
  std::string error;
  const auto requests = make_mo(mo, 7, error);
  REQUIRE(requests.size() == 1);
  const auto& pdu = std::get<smpp::DataSm>(requests[0]);
  CHECK(hex(smpp::write_tlvs(pdu.tlvs)) ==
        "140100010a"
        "042400026869");
  CHECK(pdu.destination.addr == "80800");
}

TEST_CASE("a text that looks like a receipt is a message still (P72)") {
  MoText mo = message(receipt_text_of("123"));
  const auto parts = made(mo);
  CHECK(smpp::to_text(parts[0].short_message).rfind("id:123 sub:001 ", 0) == 0);
  CHECK_FALSE(smpp::is_receipt(parts[0]));
  mo.esm_class = 0x04;
  CHECK(smpp::is_receipt(made(mo)[0]));
}

TEST_CASE("what an MO cannot be is refused with the reason") {
  MoText mo = message("漢");
  mo.alphabet = MoAlphabet::latin1;
  CHECK(error_of(mo) == "text: a character is not in Latin-1");
  mo.alphabet = MoAlphabet::gsm7;
  CHECK(error_of(mo).rfind("text: ", 0) == 0);
  mo = message("x");
  mo.data_coding = std::uint8_t{17};
  CHECK(error_of(mo).rfind("data_coding: ", 0) == 0);
  mo = message(repeated("a", 153 * 255 + 1));
  CHECK(error_of(mo).rfind("text: ", 0) == 0);
}

TEST_CASE("the words for parts, ports and TLVs are read strictly") {
  CHECK(part_list_of("1,3,2") == std::vector<unsigned>{1, 3, 2});
  for (const char* bad : {"", "0", "1,", ",1", "a", "1,256", "1 2"}) CHECK_FALSE(part_list_of(bad));
  CHECK(ports_of("16000")->destination == 16000);
  CHECK(ports_of("16000:9")->source == 9);
  for (const char* bad : {"", "65536", "1:", ":1", "x"}) CHECK_FALSE(ports_of(bad));
  CHECK(tlv_of("0x1401=0a0b")->tag == 0x1401);
  CHECK(hex(tlv_of("its_session_info=0102")->value) == "0102");
  for (const char* bad : {"", "0x1401", "0x1401=0", "0x14011=00", "nonsense=00"}) CHECK_FALSE(tlv_of(bad));
  CHECK(alphabet_of("gsm7-packed") == MoAlphabet::gsm7_packed);
  CHECK_FALSE(alphabet_of("GSM"));
  CHECK(long_mode_of("sar") == smpp::LongMode::sar);
  CHECK_FALSE(long_mode_of("udh"));
}

TEST_CASE("what no PDU can hold is told to whoever asked, and a list of parts has an end") {
  MoText mo = message("Hi");
  mo.from = "123456789012345678901";
  CHECK_FALSE(error_of(mo).empty());
  std::string list = "1";
  for (int i = 1; i < 1000; ++i) list += ",1";
  CHECK(part_list_of(list).has_value());
  CHECK_FALSE(part_list_of(list + ",1").has_value());
}
