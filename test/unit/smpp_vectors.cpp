// pdu.jsonl: what is ok decodes to its fields, what is strictly ok re-encodes octet for octet, what is an error is
// refused or left waiting, and none of it does harm (P1 to P36). smpp-tables.json: our tables say the same.
#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/session.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_vector_files.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

using boost::json::object;
using boost::json::value;

constexpr std::uint32_t kMaxCommandLength = 69'648;

std::string spelled(const value& expected) {
  if (expected.is_string()) return std::string(expected.as_string());
  return std::to_string(expected.to_number<std::int64_t>());
}

const smpp::FieldText* find(const std::vector<smpp::FieldText>& fields, std::string_view name) {
  for (const auto& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

const smpp::Tlvs& tlvs_of(const smpp::Pdu& pdu) {
  static const smpp::Tlvs none;
  return std::visit(
      []<class P>(const P& body) -> const smpp::Tlvs& {
        if constexpr (requires { body.tlvs; }) return body.tlvs;
        return none;
      },
      pdu.body);
}

void check_tlvs(const smpp::Pdu& pdu, const boost::json::array& expected) {
  const smpp::Tlvs& got = tlvs_of(pdu);
  auto next = got.begin();
  for (const value& item : expected) {
    const object& row = item.as_object();
    if (row.contains("truncated")) continue;  // P32: dropped with what follows
    REQUIRE(next != got.end());
    const smpp::Tlv& tlv = *next++;
    CHECK(tlv.tag == std::stoul(vectors::text_of(row, "tag"), nullptr, 16));
    if (row.contains("hex")) CHECK(smpp::to_hex(tlv.value) == vectors::text_of(row, "hex"));
    if (!row.contains("value")) continue;
    const smpp::Tlvs one{tlv};
    if (row.at("value").is_string()) {
      CHECK(vectors::latin1_as_utf8(one.cstring(tlv.tag).value()) == spelled(row.at("value")));
    } else {
      CHECK(std::to_string(one.integer(tlv.tag).value()) == spelled(row.at("value")));
    }
  }
  CHECK(next == got.end());
}

std::int64_t number_in(const object& row, std::string_view key) { return row.at(key).to_number<std::int64_t>(); }

void check_address(const smpp::Address& got, const object& wanted) {
  CHECK(got.ton == number_in(wanted, "ton"));
  CHECK(got.npi == number_in(wanted, "npi"));
  CHECK(vectors::latin1_as_utf8(got.addr) == vectors::text_of(wanted, "addr"));
}

void check_destinations(const smpp::Pdu& pdu, const boost::json::array& wanted) {
  const auto& got = std::get<smpp::SubmitMulti>(pdu.body).dest_address;
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const object& row = wanted[i].as_object();
    if (const auto* list = std::get_if<smpp::DistributionList>(&got[i])) {
      CHECK(number_in(row, "dest_flag") == 2);
      CHECK(vectors::latin1_as_utf8(list->dl_name) == vectors::text_of(row, "dl_name"));
    } else {
      CHECK(number_in(row, "dest_flag") == 1);
      check_address(std::get<smpp::Address>(got[i]), row);
    }
  }
}

void check_unsuccess(const smpp::Pdu& pdu, const boost::json::array& wanted) {
  const auto& got = std::get<smpp::SubmitMultiResp>(pdu.body).unsuccess_sme;
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    check_address(got[i].destination, wanted[i].as_object());
    CHECK(static_cast<std::uint32_t>(got[i].error_status_code) == number_in(wanted[i].as_object(), "error_status_code"));
  }
}

void check_fields(const smpp::Decoded& decoded, std::size_t length, const object& expected) {
  const auto fields = smpp::fields_of(decoded.pdu);
  for (const auto& [key, wanted] : expected) {
    INFO("field " << std::string(key));
    if (key.starts_with("_")) continue;  // _body: octets of a command that has no body (P9)
    if (key == "command_length") {
      CHECK(std::to_string(length) == spelled(wanted));
    } else if (key == "command_status") {
      CHECK(std::to_string(static_cast<std::uint32_t>(decoded.pdu.status)) == spelled(wanted));
    } else if (key == "sequence_number") {
      CHECK(std::to_string(decoded.pdu.sequence_number) == spelled(wanted));
    } else if (key == "tlvs") {
      check_tlvs(decoded.pdu, wanted.as_array());
    } else if (key == "dest_address") {
      check_destinations(decoded.pdu, wanted.as_array());
    } else if (key == "number_of_dests") {
      CHECK(std::get<smpp::SubmitMulti>(decoded.pdu.body).dest_address.size() == wanted.to_number<std::uint64_t>());
    } else if (key == "unsuccess_sme") {
      check_unsuccess(decoded.pdu, wanted.as_array());
    } else if (key == "no_unsuccess") {
      CHECK(std::get<smpp::SubmitMultiResp>(decoded.pdu.body).unsuccess_sme.size() == wanted.to_number<std::uint64_t>());
    } else if (key == "sm_length") {
      CHECK(std::to_string(find(fields, "short_message")->value.size() / 2) == spelled(wanted));
    } else if (const auto* field = find(fields, key)) {
      CHECK(vectors::latin1_as_utf8(field->value) == spelled(wanted));
    } else {
      CHECK(spelled(wanted).empty());  // a response without its body (P11)
    }
  }
}

// Neither a session of ours nor its framing may come to harm by any octets.
void check_harmless(const smpp::Octets& octets) {
  for (const auto role : {smpp::Role::esme, smpp::Role::smsc}) {
    for (const std::size_t piece : {std::size_t{1}, octets.size() + 1}) {
      smpp::SessionSettings settings;
      settings.role = role;
      smpp::Session session(settings);
      session.connected(smpp::Now{});
      for (std::size_t at = 0; at < octets.size(); at += piece) {
        session.receive(std::span(octets).subspan(at, std::min(piece, octets.size() - at)), smpp::Now{});
      }
      session.disconnected({}, smpp::Now{});
      std::size_t closed = 0;
      while (const auto event = session.next_event()) closed += std::holds_alternative<smpp::Closed>(*event);
      CHECK(closed == 1);
    }
  }
}

std::uint32_t length_of(const smpp::Octets& octets) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length = length << 8 | std::to_integer<std::uint32_t>(octets[i]);
  return length;
}

// A text in a TLV that ends with the TLV instead of a NUL has its length twice over: nothing is in doubt, nothing counted.
bool tlv_lacks_its_nul(const object& row) { return vectors::text_of(row, "note").find("not NUL-terminated") != std::string::npos; }

void check_vector(const object& row) {
  const smpp::Octets octets = vectors::octets_of(row, "hex");
  check_harmless(octets);
  const bool ok = vectors::text_of(row, "expect") == "ok";
  const auto id = smpp::command_of(vectors::text_of(row, "command"));
  // Every command of the specifications is described: none is left out here.
  if (id) REQUIRE_FALSE(std::holds_alternative<smpp::Unknown>(smpp::make_pdu(*id).body));

  smpp::Framer framer(kMaxCommandLength);
  framer.append(octets);
  std::span<const std::byte> pdu;
  const auto found = framer.next(pdu);
  if (!ok) {
    // smscgateway.line17: the PDU by itself can be read, and what follows it loses the framing (P3).
    std::span<const std::byte> next;
    const bool lost = found == smpp::Framer::Found::pdu && framer.next(next) == smpp::Framer::Found::lost;
    // A length that no PDU has is known to be none from its four octets (P3).
    const bool impossible = octets.size() >= 4 && (length_of(octets) < smpp::kHeaderLength || length_of(octets) > kMaxCommandLength);
    CHECK((found == smpp::Framer::Found::lost) == impossible);
    if (found == smpp::Framer::Found::pdu && id && !lost) CHECK_FALSE(smpp::decode(pdu).has_value());
    if (found == smpp::Framer::Found::pdu && !id) CHECK_FALSE(smpp::is_known(smpp::read_header(pdu).id));
    return;
  }
  REQUIRE(found == smpp::Framer::Found::pdu);
  const auto decoded = smpp::decode(pdu);
  REQUIRE(decoded.has_value());
  CHECK(decoded->pdu.id() == id);
  check_fields(*decoded, pdu.size(), row.at("fields").as_object());
  if (vectors::text_of(row, "strict") == "ok") {
    CHECK(smpp::to_hex(smpp::encode(decoded->pdu).value()) == smpp::to_hex(pdu));
  } else if (pdu.size() == octets.size() && !smpp::is_response(*id) && !tlv_lacks_its_nul(row)) {
    CHECK_FALSE(decoded->tolerances.empty());  // what only the letter refuses is counted by name (P19)
  }
}

void check_file(const vectors::File& file) {
  for (const object& row : file.rows) {
    INFO(file.path << ": " << vectors::text_of(row, "name"));
    check_vector(row);
  }
  std::printf("%s: %zu checked\n", file.path.c_str(), file.rows.size());
}

boost::json::object tables() {
  std::ifstream in(BINDERY_SOURCE_DIR "/test/vectors/smpp-tables.json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return boost::json::parse(text).as_object();
}

std::uint32_t number(const object& row, std::string_view key) {
  return static_cast<std::uint32_t>(std::stoul(vectors::text_of(row, key), nullptr, 16));
}

}  // namespace

TEST_CASE("our PDU vectors decode, re-encode and are refused as they say (P22)") {
  const auto file = vectors::ours("pdu.jsonl");
  REQUIRE(vectors::why_too_few(file, 100) == "");
  check_file(file);
}

TEST_CASE("PDU vectors of other stacks decode, re-encode and are refused as they say (P22)") {
  check_file(vectors::field("pdu.jsonl"));
}

TEST_CASE("every command, status and TLV of the tables is known by its number and name") {
  const auto all = tables();
  for (const value& item : all.at("commands").as_array()) {
    const auto name = vectors::text_of(item.as_object(), "name");
    INFO(name);
    const auto id = static_cast<smpp::command_id>(number(item.as_object(), "id"));
    CHECK(smpp::command_name(id) == name);
    CHECK(smpp::command_of(name) == id);
    CHECK(smpp::is_known(id));
    CHECK_FALSE(std::holds_alternative<smpp::Unknown>(smpp::make_pdu(id).body));
  }
  for (const char* list : {"statuses", "extra_statuses"}) {
    for (const value& item : all.at(list).as_array()) {
      const auto name = vectors::text_of(item.as_object(), "name");
      INFO(name);
      const auto status = static_cast<smpp::command_status>(number(item.as_object(), "code"));
      CHECK(smpp::status_name(status) == name);
      CHECK(smpp::status_of(name) == status);
      CHECK(smpp::name_of(smpp::class_of(status)) == vectors::text_of(item.as_object(), "cls"));
    }
  }
  CHECK(smpp::tlv_table().size() == all.at("tlvs").as_array().size());
  for (const value& item : all.at("tlvs").as_array()) {
    const object& row = item.as_object();
    INFO(vectors::text_of(row, "name"));
    const auto* described = smpp::describe_tlv(static_cast<std::uint16_t>(number(row, "tag")));
    REQUIRE(described);
    CHECK(described->name == vectors::text_of(row, "name"));
    CHECK(smpp::describe_tlv(described->name) == described);
    CHECK(described->shortest == row.at("min").as_int64());
    CHECK(described->longest == row.at("max").as_int64());
  }
}
