// Finding the message that a receipt's id means: ids come back in other case, without their zeros, or in the other
// radix (P76, P77, P80). An id is an opaque string; only comparisons read it as a number. No IO, no clock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

// How a receipt writes the id that the response had: decimal_to_hex means that it writes 1854209028 for 6E84FC04.
enum class ReceiptIdMode : std::uint8_t { automatic, same, hex_to_decimal, decimal_to_hex };
[[nodiscard]] std::string_view to_string(ReceiptIdMode mode);  // "decimal->hexadecimal"

// How two writings of one id differ, surest first.
enum class IdForm : std::uint8_t { exact, other_case, zeros, decimal_to_hex, hex_to_decimal };
[[nodiscard]] ReceiptIdMode mode_of(IdForm form);  // never automatic
// How a receipt's id means the response's; absent: in no way.
[[nodiscard]] std::optional<IdForm> form_of(std::string_view receipt_id, std::string_view response_id);
[[nodiscard]] inline bool same_id(std::string_view one, std::string_view other) { return form_of(one, other).has_value(); }

// Lower case, without leading zeros; one zero stays of many.
[[nodiscard]] std::string plain_id(std::string_view id);
// The number in the other radix, in lower case, without leading zeros; absent: not such a number, or longer than an id
// can be.
[[nodiscard]] std::optional<std::string> decimal_to_hex(std::string_view id);
[[nodiscard]] std::optional<std::string> hex_to_decimal(std::string_view id);

// The texts under which a receipt's id is looked up, best first: exact, lower case, without leading zeros,
// decimal -> hexadecimal, hexadecimal -> decimal; each once (P77).
[[nodiscard]] std::vector<std::string> id_candidates(std::string_view id);

// A message that is outstanding under one of the candidates.
struct FoundId {
  IdForm form = IdForm::exact;
  bool person_known = false;  // the receipt names whom it comes from
  bool same_person = false;   // and the message went there
};

// What one account's receipts do to its ids: told, or learnt from what matched. A value; copies are cheap.
//
// automatic: same case or not is trusted; zeros and the other radix only where the person is the same and nothing else
// fits. After kSettle matches in a row of one mode that mode goes first and needs no person; after kUnsettle receipts in a
// row that it did not match it is forgotten. Meanwhile the other forms go on to be tried, with the same care.
class ReceiptIdRule {
 public:
  static constexpr std::uint32_t kSettle = 20, kUnsettle = 20;

  ReceiptIdRule() = default;
  explicit ReceiptIdRule(ReceiptIdMode configured) : configured_(configured) {}

  // As configured, else as learnt, else automatic.
  [[nodiscard]] ReceiptIdMode mode() const;
  // Which of those found is meant; absent: none can be trusted.
  [[nodiscard]] std::optional<std::size_t> choose(std::span<const FoundId> found) const;

  // What a receipt taught. `id`: the receipt's; one that reads the same in every radix teaches nothing.
  void matched(std::string_view id, IdForm form);
  void unmatched();
  // One counted as unmatched found its message when the response came.
  void matched_later(std::string_view id, IdForm form);

  // "98 % of receipts match after decimal->hexadecimal (412 seen, settled)"
  [[nodiscard]] std::string learnt() const;
  [[nodiscard]] std::uint32_t seen() const;

  bool operator==(const ReceiptIdRule&) const = default;

 private:
  void missed();
  void forget_slowly();

  ReceiptIdMode configured_ = ReceiptIdMode::automatic;
  ReceiptIdMode settled_ = ReceiptIdMode::automatic;  // automatic: not yet
  ReceiptIdMode run_of_ = ReceiptIdMode::automatic;   // mode of the last matches
  std::uint32_t run_ = 0;                             // how many in a row
  std::uint32_t misses_ = 0;                          // in a row, of the settled mode
  std::array<std::uint32_t, 4> matches_{};            // by mode; automatic: none
  std::uint32_t unmatched_ = 0;
};

}  // namespace smpp
