#include "smpp/receipt_id.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace smpp {
namespace {

// Decimal digits of the longest message_id, 64 hexadecimal ones (SMPP v3.4 5.2.23): what is longer is no id of an SMSC,
// and its conversion, which takes the square of its length, is nobody's business.
constexpr std::size_t kLongestNumber = 78;
constexpr std::string_view kDecimal = "0123456789", kHexadecimal = "0123456789abcdef";
constexpr std::uint32_t kRemembered = 1000;  // receipts; what is older counts half, then a quarter

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower_case(std::string_view id) {
  std::string text(id);
  std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

// A number of any length from one base to another, most significant digit first.
std::optional<std::string> convert(std::string_view id, std::string_view from, std::string_view to) {
  const std::string digits = plain_id(id);
  if (digits.empty() || digits.size() > kLongestNumber) return std::nullopt;
  if (digits.find_first_not_of(from) != std::string::npos) return std::nullopt;
  std::vector<std::size_t> out{0};  // least significant first
  for (const char c : digits) {
    std::size_t carry = from.find(c);
    for (std::size_t& digit : out) {
      carry += digit * from.size();
      digit = carry % to.size();
      carry /= to.size();
    }
    for (; carry > 0; carry /= to.size()) out.push_back(carry % to.size());
  }
  std::string text;
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit) text += to[*digit];
  return text;
}

// One decimal digit is itself in every radix.
bool tells_radix(std::string_view id) {
  const std::string plain = plain_id(id);
  return plain.size() != 1 || plain[0] < '0' || plain[0] > '9';
}

constexpr std::size_t index(ReceiptIdMode mode) { return static_cast<std::size_t>(mode); }

bool needs_person(IdForm form) { return form != IdForm::exact && form != IdForm::other_case; }

}  // namespace

std::string_view to_string(ReceiptIdMode mode) {
  constexpr std::array<std::string_view, 4> kNames{"automatic", "same", "hexadecimal->decimal", "decimal->hexadecimal"};
  return kNames[index(mode)];
}

ReceiptIdMode mode_of(IdForm form) {
  if (form == IdForm::decimal_to_hex) return ReceiptIdMode::decimal_to_hex;
  if (form == IdForm::hex_to_decimal) return ReceiptIdMode::hex_to_decimal;
  return ReceiptIdMode::same;
}

std::optional<IdForm> form_of(std::string_view receipt_id, std::string_view response_id) {
  if (receipt_id == response_id) return IdForm::exact;
  if (lower_case(receipt_id) == lower_case(response_id)) return IdForm::other_case;
  const std::string response = plain_id(response_id);
  if (plain_id(receipt_id) == response) return IdForm::zeros;
  if (decimal_to_hex(receipt_id) == response) return IdForm::decimal_to_hex;
  if (hex_to_decimal(receipt_id) == response) return IdForm::hex_to_decimal;
  return std::nullopt;
}

std::string plain_id(std::string_view id) {
  while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
  return lower_case(id);
}

std::optional<std::string> decimal_to_hex(std::string_view id) { return convert(id, kDecimal, kHexadecimal); }
std::optional<std::string> hex_to_decimal(std::string_view id) { return convert(id, kHexadecimal, kDecimal); }

std::vector<std::string> id_candidates(std::string_view id) {
  std::vector<std::string> candidates;
  const auto add = [&](std::string candidate) {
    if (std::find(candidates.begin(), candidates.end(), candidate) == candidates.end()) {
      candidates.push_back(std::move(candidate));
    }
  };
  add(std::string(id));
  add(lower_case(id));
  add(plain_id(id));
  if (auto hexadecimal = decimal_to_hex(id)) add(*std::move(hexadecimal));
  if (auto decimal = hex_to_decimal(id)) add(*std::move(decimal));
  return candidates;
}

ReceiptIdMode ReceiptIdRule::mode() const {
  return configured_ == ReceiptIdMode::automatic ? settled_ : configured_;
}

std::optional<std::size_t> ReceiptIdRule::choose(std::span<const FoundId> found) const {
  const ReceiptIdMode known = mode();
  const bool told = configured_ != ReceiptIdMode::automatic;
  const auto first = [&](const auto& fits) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (fits(found[i])) return i;
    }
    return std::nullopt;
  };
  if (known != ReceiptIdMode::automatic) {
    auto by_rule = first([&](const FoundId& each) { return mode_of(each.form) == known && each.same_person; });
    if (!by_rule) {
      by_rule = first([&](const FoundId& each) {
        // A radix that was only learnt yields to a person that is somebody else.
        return mode_of(each.form) == known && (told || known == ReceiptIdMode::same || !each.person_known);
      });
    }
    if (by_rule || (told && known == ReceiptIdMode::same)) return by_rule;
  }
  const auto sure = first([](const FoundId& each) { return !needs_person(each.form) && each.same_person; });
  if (sure) return sure;
  const auto guess = [](const FoundId& each) { return needs_person(each.form) && each.same_person; };
  if (std::count_if(found.begin(), found.end(), guess) == 1) return first(guess);
  // The number may have been rewritten on its way; but where ids are known to change, an equal one is somebody else's.
  if (known != ReceiptIdMode::automatic && known != ReceiptIdMode::same) return std::nullopt;
  return first([](const FoundId& each) { return !needs_person(each.form); });
}

void ReceiptIdRule::matched(std::string_view id, IdForm form) {
  const ReceiptIdMode mode = mode_of(form);
  ++matches_[index(mode)];
  forget_slowly();
  if (configured_ != ReceiptIdMode::automatic || !tells_radix(id)) return;
  if (mode != run_of_) run_ = 0;
  run_of_ = mode;
  ++run_;
  if (mode == settled_) {
    misses_ = 0;
    return;
  }
  missed();
  if (settled_ == ReceiptIdMode::automatic && run_ >= kSettle) {
    settled_ = mode;
    misses_ = 0;
  }
}

void ReceiptIdRule::unmatched() {
  ++unmatched_;
  forget_slowly();
  missed();
}

void ReceiptIdRule::matched_later(std::string_view id, IdForm form) {
  if (unmatched_ > 0) --unmatched_;
  matched(id, form);
}

void ReceiptIdRule::missed() {
  if (settled_ == ReceiptIdMode::automatic || ++misses_ < kUnsettle) return;
  settled_ = ReceiptIdMode::automatic;
  misses_ = 0;
}

void ReceiptIdRule::forget_slowly() {
  if (seen() < kRemembered) return;
  for (std::uint32_t& count : matches_) count /= 2;
  unmatched_ /= 2;
}

std::uint32_t ReceiptIdRule::seen() const { return std::accumulate(matches_.begin(), matches_.end(), unmatched_); }

std::string ReceiptIdRule::learnt() const {
  if (seen() == 0) return "no receipts seen";
  ReceiptIdMode best = mode();
  if (best == ReceiptIdMode::automatic) {
    best = ReceiptIdMode::same;
    for (const auto each : {ReceiptIdMode::hex_to_decimal, ReceiptIdMode::decimal_to_hex}) {
      if (matches_[index(each)] > matches_[index(best)]) best = each;
    }
  }
  std::string line = std::to_string(std::uint64_t{matches_[index(best)]} * 100 / seen()) + " % of receipts match ";
  line += best == ReceiptIdMode::same ? "as received" : "after " + std::string(to_string(best));
  line += " (" + std::to_string(seen()) + " seen, ";
  if (configured_ != ReceiptIdMode::automatic) return line + "as configured)";
  return line + (settled_ == ReceiptIdMode::automatic ? "not settled)" : "settled)");
}

}  // namespace smpp
