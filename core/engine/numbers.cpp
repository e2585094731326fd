#include "core/engine/numbers.hpp"

#include <algorithm>

namespace core::engine {

namespace {
bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr std::size_t kShortest = 7, kLongest = 15;  // E.164: at most 15 digits; below 7 it is a short code
constexpr std::size_t kLongestWritten = 20;  // of destination_addr without its NUL (SMPP v3.4 5.2.9)
constexpr std::uint8_t kTonInternational = 1, kTonNational = 2, kTonAlphanumeric = 5;
}  // namespace

namespace {
std::string digits_of(const smpp::Address& address, const AccountSettings& account) {
  if (address.ton == kTonAlphanumeric || std::ranges::any_of(address.addr, letter)) return {};
  std::string digits;
  std::ranges::copy_if(address.addr, std::back_inserter(digits), digit);
  const bool plus = address.addr.starts_with('+');
  if (digits.size() < kShortest) return digits;
  // "00" is what people write everywhere; a carrier may have its country's own code besides.
  for (const std::string_view exit_code : {std::string_view(account.exit_code), std::string_view("00")}) {
    if (!exit_code.empty() && digits.starts_with(exit_code) && address.ton != kTonNational) return digits.substr(exit_code.size());
  }
  if (plus || address.ton == kTonInternational) return digits;
  const bool trunk = !account.trunk_prefix.empty() && digits.starts_with(account.trunk_prefix);
  if ((address.ton == kTonNational || trunk) && !account.country_code.empty()) {
    return account.country_code + (trunk ? digits.substr(account.trunk_prefix.size()) : digits);
  }
  return digits;
}
}  // namespace

// More digits than any number has cannot be written as a destination_addr; whoever sends them is kept, not answered.
std::string person_of(const smpp::Address& address, const AccountSettings& account) {
  std::string digits = digits_of(address, account);
  return digits.size() > kLongestWritten ? std::string{} : digits;
}

std::string sender_of(const smpp::Address& address, const AccountSettings& account, const std::vector<SenderSettings>& senders) {
  const auto ours = [&](const std::string& number) { return std::ranges::find(senders, number, &SenderSettings::number) != senders.end(); };
  std::string written = address.addr.starts_with('+') ? address.addr.substr(1) : address.addr;
  if (ours(written)) return written;
  std::string number = person_of(address, account);
  return ours(number) ? number : written;
}

std::string e164(std::string_view written) {
  std::string digits;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (digit(c)) {
      digits.push_back(c);
    } else if (c == '+' && digits.empty()) {
      continue;
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.') {
      return {};
    }
  }
  if (digits.starts_with("00")) digits.erase(0, 2);
  if (digits.size() < kShortest || digits.size() > kLongest || digits.front() == '0') return {};
  return digits;
}

smpp::Address source_address(std::string_view sender, const AccountSettings& account) {
  smpp::Address address;
  address.addr = sender;
  if (!std::ranges::all_of(sender, digit)) {
    address.ton = account.name_source_ton;
    address.npi = account.name_source_npi;
  } else if (sender.size() <= 8) {
    address.ton = account.source_ton;
    address.npi = account.source_npi;
  } else {
    address.ton = account.long_source_ton;
    address.npi = account.long_source_npi;
  }
  return address;
}

smpp::Address destination_address(std::string_view number, const AccountSettings& account) {
  smpp::Address address;
  address.ton = account.destination_ton;
  address.npi = account.destination_npi;
  address.addr = account.destination_plus ? "+" + std::string(number) : std::string(number);
  return address;
}

std::string normalised_id(std::string_view id) { return smpp::plain_id(id); }

bool same_person(std::string_view one, std::string_view other) {
  constexpr std::size_t kTelling = 8;
  if (one.size() < kTelling || other.size() < kTelling) return one == other && !one.empty();
  return one.substr(one.size() - kTelling) == other.substr(other.size() - kTelling);
}

std::uint16_t reference_of(storage::Id message, std::size_t segment) {
  std::uint64_t mixed = (message + segment) * 0x9E3779B97F4A7C15ULL;  // the golden ratio's bits: neighbours land far apart
  mixed ^= mixed >> 32;
  return static_cast<std::uint16_t>(mixed >> 16);
}

namespace {
void add_key(std::vector<ReceiptKey>& keys, std::optional<std::string> id, smpp::IdForm form, const std::string& written) {
  if (id && std::ranges::find(keys, *id, &ReceiptKey::id) == keys.end()) keys.push_back({*std::move(id), form, written});
}
}  // namespace

std::vector<ReceiptKey> keys_of_receipt(const smpp::Receipt& receipt) {
  std::vector<ReceiptKey> keys;
  for (const std::string* id : {&receipt.id, &receipt.text_id}) {
    if (id->empty() || (!keys.empty() && *id == receipt.id)) continue;
    add_key(keys, normalised_id(*id), smpp::IdForm::other_case, *id);
    add_key(keys, smpp::decimal_to_hex(*id), smpp::IdForm::decimal_to_hex, *id);
    add_key(keys, smpp::hex_to_decimal(*id), smpp::IdForm::hex_to_decimal, *id);
  }
  return keys;
}

std::vector<ReceiptKey> keys_of_response(const std::string& message_id) {
  std::vector<ReceiptKey> keys;
  if (message_id.empty()) return keys;
  add_key(keys, normalised_id(message_id), smpp::IdForm::other_case, message_id);
  // A receipt that turns hexadecimal into decimal waits under the hexadecimal of this one, and the other way round.
  add_key(keys, smpp::decimal_to_hex(message_id), smpp::IdForm::hex_to_decimal, message_id);
  add_key(keys, smpp::hex_to_decimal(message_id), smpp::IdForm::decimal_to_hex, message_id);
  return keys;
}

}  // namespace core::engine
