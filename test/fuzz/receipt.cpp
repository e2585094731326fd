// Receipts, as text alone and as PDUs of any esm_class, data_coding and TLVs.
#include "smpp/receipt.hpp"
#include "smpp/receipt_id.hpp"
#include "smpp/text.hpp"
#include "test/fuzz/message.hpp"

#include <algorithm>

namespace {

using fuzz::check;

void check_receipt(const smpp::Receipt& receipt, std::size_t octets) {
  check(!receipt.id.empty() || receipt.state.has_value(), "a receipt says for what, or how it went");
  const std::size_t read = receipt.text_id.size() + receipt.stat.size() + receipt.err.size() + receipt.sub.size() +
                           receipt.dlvrd.size() + receipt.submit_date.size() + receipt.done_date.size();
  check(read <= octets, "fields are tokens of the text");
  const auto candidates = smpp::id_candidates(receipt.id);
  check(!candidates.empty() && candidates.front() == receipt.id, "an id is looked up as it is first");
  check(candidates.size() <= 8, "few spellings of an id");
  for (auto candidate = candidates.begin(); candidate != candidates.end(); ++candidate) {
    check(std::find(candidates.begin(), candidate, *candidate) == candidate, "each spelling once");
    check(candidate->size() <= receipt.id.size() * 2 + 1, "a spelling is no longer than a number of its digits");
  }
  static_cast<void>(receipt.is_final());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* begin, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(begin), size);
  if (const auto receipt = smpp::parse_receipt_text(text)) check_receipt(*receipt, size);
  fuzz::Input input(begin, size);
  const auto pdu = fuzz::message_of(input);
  if (!pdu) return 0;
  const auto receipt = smpp::parse_receipt(*pdu);
  static_cast<void>(smpp::is_receipt(*pdu));
  // Latin-1 octets become two of UTF-8, half a UTF-16 unit up to three.
  if (receipt) check_receipt(*receipt, size * 3);
  return 0;
}
