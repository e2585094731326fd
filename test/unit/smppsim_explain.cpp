// `smpp-sim explain`: what is told, and that nothing of the tables is without words.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/completion.hpp"
#include "tools/smpp-sim/glossary.hpp"

#include <algorithm>
#include <string>

using namespace smpp_sim;

namespace {
bool says(const std::string& name, const std::string& part) { return explain(name).find(part) != std::string::npos; }
}  // namespace

TEST_CASE("a status is explained by number and by name, in any case and without its prefix") {
  for (const char* name : {"0x58", "88", "ESME_RTHROTTLED", "esme_rthrottled", "RTHROTTLED", "throttled", "ESME_RTHROTTLEXCD"}) {
    INFO(name);
    CHECK(says(name, "command_status ESME_RTHROTTLED (0x00000058)"));
    CHECK(says(name, "what to do     keep the message"));
  }
  CHECK(says("ESME_RALYBND", "bindretry: not bound"));
  CHECK(says("0x40A", "a status of the SMSC's vendor"));
}

TEST_CASE("commands, TLVs and fields are explained, and a number may be several of them") {
  CHECK(says("deliver_sm", "a message from a handset"));
  CHECK(says("submit_sm_resp", "the response to submit_sm"));
  CHECK(says("0x0424", "TLV message_payload"));
  CHECK(says("0x0424", "a status of the SMSC's vendor"));
  CHECK(says("message_state", "2  DELIVERED, final"));
  CHECK(says("data_coding", "8  UCS-2"));
  CHECK(says("0x1403", "of a vendor"));
  CHECK(says("0x80000004", "command submit_sm_resp"));
}

TEST_CASE("an unknown name gets the names that are like it") {
  CHECK(explain("delivr_sm").empty());
  CHECK(near_names("delivr_sm").front() == "deliver_sm");
  CHECK(near_names("ESME_RTHROTLED").front() == "ESME_RTHROTTLED");
  CHECK(near_names("mesage_state").front() == "message_state");
  CHECK(near_names("qwertyuiop").empty());
}

TEST_CASE("every status of the specification has a meaning of its own") {
#define SMPP_STATUS(name, value, cls)                                                     \
  CHECK(!gloss_of(smpp::command_status::name).meaning.empty());                           \
  if ((value) < 0x19 || (value) > 0x9F) {                                                 \
    INFO(#name);                                                                          \
    CHECK(gloss_of(smpp::command_status::name).meaning.find("reserved") == std::string::npos); \
  }
#define SMPP_STATUS_ALIAS(name, other)
#include "smpp/status_list.inc"
#undef SMPP_STATUS
#undef SMPP_STATUS_ALIAS
}

TEST_CASE("values of fields have words where they have a meaning") {
  CHECK(meaning_of("esm_class", "68") == "delivery receipt, UDH");
  CHECK(meaning_of("registered_delivery", "17") == "receipt, intermediate notifications");
  CHECK(meaning_of("source_addr_ton", "5") == "alphanumeric");
  CHECK(meaning_of("interface_version", "34") == "3.4 meant, but written in decimal");
  CHECK(meaning_of("source_addr", "1").empty());
  CHECK(meaning_of("data_coding", "x").empty());
}

TEST_CASE("completion knows every command and option that it is given, and quotes what zsh would read") {
  const std::vector<CommandWords> commands{{"", "all", {"--help"}, {"help"}}, {"load", "it's: [x]", {"--rate", "-q"}, {"a:b", "c"}}};
  const std::string bash = completion_script("bash", commands);
  CHECK(bash.find("'') words=\"load --help\"") != std::string::npos);
  CHECK(bash.find("load) words=\"--rate -q\"") != std::string::npos);
  const std::string zsh = completion_script("zsh", commands);
  CHECK(zsh.find("'load:it'\\''s\\: \\[x\\]'") != std::string::npos);
  CHECK(zsh.find("'--rate[a\\:b]'") != std::string::npos);
  CHECK(completion_script("fish", commands).empty());
}
