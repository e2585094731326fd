// Matching a receipt's id (P76, P77, P80).
#include "smpp/receipt_id.hpp"
#include "test/unit/catch.hpp"

#include <algorithm>

namespace {

using smpp::FoundId;
using smpp::IdForm;
using smpp::ReceiptIdMode;
using smpp::ReceiptIdRule;

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

constexpr FoundId sure(IdForm form) { return {form, true, true}; }
constexpr FoundId somebody_else(IdForm form) { return {form, true, false}; }
constexpr FoundId nobody(IdForm form) { return {form, false, false}; }

std::optional<std::size_t> choose(const ReceiptIdRule& rule, std::vector<FoundId> found) { return rule.choose(found); }

ReceiptIdRule settled_on(IdForm form) {
  ReceiptIdRule rule;
  for (std::uint32_t i = 0; i < ReceiptIdRule::kSettle; ++i) rule.matched("1234", form);
  return rule;
}

}  // namespace

TEST_CASE("an id is looked up under its other writings, exact first (P77)") {
  CHECK(smpp::id_candidates("Ab12") == std::vector<std::string>{"Ab12", "ab12", "43794"});
  const auto decimal = smpp::id_candidates("0059113978");
  CHECK(decimal.front() == "0059113978");
  CHECK(has(decimal, "59113978"));
  CHECK(has(decimal, "38601fa"));
  CHECK(has(smpp::id_candidates("38601fa"), "59113978"));
  CHECK(has(smpp::id_candidates("6E84FC04"), "1854209028"));
  CHECK(has(smpp::id_candidates("1744719531"), "67fe4eab"));
  CHECK(smpp::id_candidates("1479978899.39") == std::vector<std::string>{"1479978899.39"});
  CHECK(smpp::id_candidates("0") == std::vector<std::string>{"0"});
  CHECK(smpp::id_candidates("") == std::vector<std::string>{""});
}

TEST_CASE("numbers of any length that an id has change their radix and back (P77)") {
  CHECK(smpp::decimal_to_hex("340282366920938463463374607431768211455") == "ffffffffffffffffffffffffffffffff");
  CHECK(smpp::hex_to_decimal("00FF") == "255");
  CHECK(smpp::decimal_to_hex("000") == "0");
  const std::string longest(64, 'f');
  const auto decimal = smpp::hex_to_decimal(longest);
  REQUIRE(decimal.has_value());
  CHECK(decimal->size() == 78);
  CHECK(smpp::decimal_to_hex(*decimal) == longest);
  CHECK_FALSE(smpp::decimal_to_hex("12a").has_value());
  CHECK_FALSE(smpp::hex_to_decimal("12g").has_value());
  CHECK_FALSE(smpp::hex_to_decimal("").has_value());
  // The square of a length that a peer chooses is not spent.
  CHECK_FALSE(smpp::decimal_to_hex(std::string(60'000, '9')).has_value());
}

TEST_CASE("how two writings of an id differ is told, the surest first (P77)") {
  CHECK(smpp::form_of("12", "12") == IdForm::exact);
  CHECK(smpp::form_of("aB", "Ab") == IdForm::other_case);
  CHECK(smpp::form_of("0012", "12") == IdForm::zeros);
  CHECK(smpp::form_of("0A", "a") == IdForm::zeros);
  CHECK(smpp::form_of("0059113978", "38601FA") == IdForm::decimal_to_hex);
  CHECK(smpp::form_of("38601FA", "59113978") == IdForm::hex_to_decimal);
  CHECK_FALSE(smpp::form_of("12", "13").has_value());
  CHECK_FALSE(smpp::form_of("a03ea27b-9bb4", "a03ea27b").has_value());
}

TEST_CASE("untaught, another radix counts for its own person and when nothing else fits (P77)") {
  const ReceiptIdRule rule;
  CHECK_FALSE(choose(rule, {}).has_value());
  CHECK(choose(rule, {nobody(IdForm::exact)}) == 0);
  CHECK(choose(rule, {somebody_else(IdForm::other_case)}) == 0);
  for (const IdForm form : {IdForm::zeros, IdForm::decimal_to_hex, IdForm::hex_to_decimal}) {
    CHECK(choose(rule, {sure(form)}) == 0);
    CHECK_FALSE(choose(rule, {nobody(form)}).has_value());
    CHECK_FALSE(choose(rule, {somebody_else(form)}).has_value());
  }
  CHECK_FALSE(choose(rule, {sure(IdForm::decimal_to_hex), sure(IdForm::hex_to_decimal)}).has_value());
  CHECK(choose(rule, {somebody_else(IdForm::decimal_to_hex), sure(IdForm::hex_to_decimal)}) == 1);
}

TEST_CASE("an equal id of somebody else yields to the same person's in the other radix (P80)") {
  const ReceiptIdRule rule;
  CHECK(choose(rule, {somebody_else(IdForm::exact), sure(IdForm::decimal_to_hex)}) == 1);
  CHECK(choose(rule, {sure(IdForm::exact), sure(IdForm::decimal_to_hex)}) == 0);
}

TEST_CASE("twenty matches in a row settle the mode, and it then needs no person (P77)") {
  ReceiptIdRule rule;
  for (std::uint32_t i = 1; i < ReceiptIdRule::kSettle; ++i) rule.matched("1854209028", IdForm::decimal_to_hex);
  CHECK(rule.mode() == ReceiptIdMode::automatic);
  CHECK_FALSE(choose(rule, {nobody(IdForm::decimal_to_hex)}).has_value());
  rule.matched("1854209028", IdForm::decimal_to_hex);
  CHECK(rule.mode() == ReceiptIdMode::decimal_to_hex);
  CHECK(choose(rule, {nobody(IdForm::decimal_to_hex)}) == 0);
  CHECK(choose(rule, {sure(IdForm::exact), sure(IdForm::decimal_to_hex)}) == 1);
  // Small ids overlap: an equal one is another message's where ids are known to change.
  CHECK_FALSE(choose(rule, {somebody_else(IdForm::exact)}).has_value());
  CHECK_FALSE(choose(rule, {somebody_else(IdForm::decimal_to_hex)}).has_value());
  CHECK(choose(rule, {sure(IdForm::exact)}) == 0);
}

TEST_CASE("a match of another mode begins the count anew (P77)") {
  ReceiptIdRule rule;
  for (std::uint32_t i = 1; i < ReceiptIdRule::kSettle; ++i) rule.matched("1854209028", IdForm::decimal_to_hex);
  rule.matched("77", IdForm::exact);
  rule.matched("1854209028", IdForm::decimal_to_hex);
  CHECK(rule.mode() == ReceiptIdMode::automatic);
}

TEST_CASE("an id that is the same in every radix teaches nothing (P77)") {
  ReceiptIdRule rule;
  for (int i = 0; i < 100; ++i) rule.matched("007", IdForm::exact);
  CHECK(rule.mode() == ReceiptIdMode::automatic);
  for (int i = 0; i < 100; ++i) rule.matched("a", IdForm::exact);
  CHECK(rule.mode() == ReceiptIdMode::same);
}

TEST_CASE("case and zeros are the same mode as no difference") {
  ReceiptIdRule rule;
  for (std::uint32_t i = 0; i < ReceiptIdRule::kSettle; ++i) rule.matched("00Ab", i % 2 == 0 ? IdForm::zeros : IdForm::other_case);
  CHECK(rule.mode() == ReceiptIdMode::same);
  CHECK(choose(rule, {nobody(IdForm::zeros)}) == 0);
}

TEST_CASE("a settled mode is forgotten after twenty misses in a row, not before (P77)") {
  ReceiptIdRule rule = settled_on(IdForm::decimal_to_hex);
  for (std::uint32_t i = 1; i < ReceiptIdRule::kUnsettle; ++i) rule.unmatched();
  CHECK(rule.mode() == ReceiptIdMode::decimal_to_hex);
  rule.matched("1234", IdForm::decimal_to_hex);
  for (std::uint32_t i = 1; i < ReceiptIdRule::kUnsettle; ++i) rule.unmatched();
  CHECK(rule.mode() == ReceiptIdMode::decimal_to_hex);
  rule.unmatched();
  CHECK(rule.mode() == ReceiptIdMode::automatic);
}

TEST_CASE("an SMSC that changes its writing is followed (P77)") {
  ReceiptIdRule rule = settled_on(IdForm::decimal_to_hex);
  for (std::uint32_t i = 0; i < ReceiptIdRule::kUnsettle; ++i) {
    CHECK(choose(rule, {sure(IdForm::exact)}) == 0);
    rule.matched("1234", IdForm::exact);
  }
  CHECK(rule.mode() == ReceiptIdMode::same);
}

TEST_CASE("what is configured is not unlearnt, and `same` never guesses (P77)") {
  ReceiptIdRule same(ReceiptIdMode::same), radix(ReceiptIdMode::decimal_to_hex);
  CHECK_FALSE(choose(same, {sure(IdForm::decimal_to_hex)}).has_value());
  CHECK(choose(same, {nobody(IdForm::zeros)}) == 0);
  CHECK(choose(radix, {somebody_else(IdForm::exact), somebody_else(IdForm::decimal_to_hex)}) == 1);
  CHECK(choose(radix, {sure(IdForm::exact)}) == 0);  // the TLV may have it as the response had
  CHECK_FALSE(choose(radix, {somebody_else(IdForm::exact)}).has_value());
  for (int i = 0; i < 100; ++i) same.matched("1234", IdForm::decimal_to_hex);
  for (int i = 0; i < 100; ++i) radix.unmatched();
  CHECK(same.mode() == ReceiptIdMode::same);
  CHECK(radix.mode() == ReceiptIdMode::decimal_to_hex);
}

TEST_CASE("what was learnt is said in one line (P77)") {
  ReceiptIdRule rule;
  CHECK(rule.learnt() == "no receipts seen");
  rule.matched("77", IdForm::exact);
  CHECK(rule.learnt() == "100 % of receipts match as received (1 seen, not settled)");
  rule = {};
  for (int i = 0; i < 98; ++i) rule.matched("1854209028", IdForm::decimal_to_hex);
  rule.unmatched();
  rule.unmatched();
  CHECK(rule.learnt() == "98 % of receipts match after decimal->hexadecimal (100 seen, settled)");
  rule.matched_later("1854209028", IdForm::decimal_to_hex);
  CHECK(rule.learnt() == "99 % of receipts match after decimal->hexadecimal (100 seen, settled)");
  ReceiptIdRule told(ReceiptIdMode::hex_to_decimal);
  told.matched("ff", IdForm::hex_to_decimal);
  CHECK(told.learnt() == "100 % of receipts match after hexadecimal->decimal (1 seen, as configured)");
}

TEST_CASE("old receipts fade from what is said") {
  ReceiptIdRule rule;
  for (int i = 0; i < 5000; ++i) rule.matched("77", IdForm::exact);
  CHECK(rule.seen() <= 1000);
  for (int i = 0; i < 5000; ++i) rule.matched("1854209028", IdForm::decimal_to_hex);
  CHECK(rule.learnt().substr(0, 50) == "100 % of receipts match after decimal->hexadecimal");
  CHECK(rule.mode() == ReceiptIdMode::decimal_to_hex);
}
