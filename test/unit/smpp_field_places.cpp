// Where the fields of a PDU stand, held against the codec that reads the same octets.
#include "smpp/codec.hpp"
#include "smpp/field_places.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <string>
#include <vector>

using namespace smpp;

namespace {

// Every PDU of the vectors, good and bad.
std::vector<Octets> vectors() {
  std::vector<Octets> pdus;
  std::ifstream file(BINDERY_SOURCE_DIR "/test/vectors/pdu.jsonl");
  for (std::string line; std::getline(file, line);) {
    const auto octets = from_hex(boost::json::parse(line).at("hex").as_string());
    if (octets && octets->size() >= kHeaderLength) pdus.push_back(*octets);
  }
  return pdus;
}

const FieldPlace* find(const std::vector<FieldPlace>& places, std::string_view name) {
  for (const auto& place : places) {
    if (place.name == name) return &place;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("the fields of every vector follow each other without a gap and end with the PDU") {
  REQUIRE(vectors().size() > 100);
  for (const Octets& pdu : vectors()) {
    std::size_t at = 0;
    for (const auto& place : places_of(pdu)) {
      CHECK(place.offset == at);
      CHECK(place.length > 0);
      at += place.length;
    }
    CHECK(at == pdu.size());
  }
}

TEST_CASE("a field stands where the codec has read it, with the value that it has read") {
  std::size_t compared = 0;
  for (const Octets& pdu : vectors()) {
    const auto decoded = decode(pdu);
    if (!decoded || read_header(pdu).command_length != pdu.size() || !decoded->tolerances.empty()) continue;
    const auto places = places_of(pdu);
    CHECK(find(places, "undecoded") == nullptr);
    for (const auto& field : fields_of(decoded->pdu)) {
      if (field.is_default || field.name == "dest_address" || field.name == "unsuccess_sme") continue;
      INFO(field.name << " of " << to_text(decoded->pdu));
      const bool found = std::any_of(places.begin(), places.end(), [&](const FieldPlace& place) {
        return place.name == field.name && (place.value == field.value || place.is_tlv);
      });
      CHECK(found);
      ++compared;
    }
  }
  CHECK(compared > 300);
}

TEST_CASE("the octets of a submit_multi are told destination by destination") {
  Pdu pdu = make_pdu(command_id::submit_multi);
  REQUIRE(set_field(pdu, "dest_address", "1/1/447700900001,dl/friends"));
  const auto places = places_of(*encode(pdu));
  const FieldPlace* list = find(places, "dl_name");
  REQUIRE(list != nullptr);
  CHECK(list->value == "friends");
  CHECK(list->length == 8);
  CHECK(find(places, "destination_addr")->value == "447700900001");
  CHECK(find(places, "number_of_dests")->offset == 16 + 1 + 3);
}

TEST_CASE("what cannot be told apart is one field at the end") {
  Pdu pdu = make_pdu(command_id::deliver_sm);
  REQUIRE(set_field(pdu, "short_message", "hello"));
  Octets octets = *encode(pdu);
  octets.resize(octets.size() - 2);
  const auto places = places_of(octets);
  CHECK(find(places, "sm_length")->value == "5");
  CHECK(places.back().name == "undecoded");
  CHECK(places.back().value == to_hex(octets_of("hel")));
  CHECK(places_of(octets_of("short")).front().name == "undecoded");
}

TEST_CASE("an error response that is TLVs alone shows them, and an unknown command its body") {
  const auto error = from_hex("0000001980000004000000530000000104240005" "68656c6c6f");
  REQUIRE(error);
  CHECK(find(places_of(*error), "message_payload")->offset == 16);
  const auto unknown = from_hex("00000012000102000000000000000001abcd");
  CHECK(places_of(*unknown).back().name == "body");
  CHECK(places_of(*unknown).back().value == "abcd");
}
