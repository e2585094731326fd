// Addresses as the engine keys them: E.164 digits without '+' for people, short codes and names as they are (P117).
#pragma once

#include "core/engine/settings.hpp"
#include "smpp/address.hpp"
#include "smpp/receipt.hpp"
#include "smpp/receipt_id.hpp"
#include "storage/records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::engine {

// What a deliver_sm's source stands for. Empty: nobody that could be answered (letters, nothing at all, or more digits
// than a number has).
[[nodiscard]] std::string person_of(const smpp::Address& address, const AccountSettings& account);
// Our own number of a deliver_sm's destination: the configured sender that it means, whatever form the carrier writes it
// in (P117); else as written, without '+'.
[[nodiscard]] std::string sender_of(const smpp::Address& address, const AccountSettings& account, const std::vector<SenderSettings>& senders);
// A number given by a person or a program: 7 to 15 digits, an optional '+', separators dropped. Empty: malformed.
[[nodiscard]] std::string e164(std::string_view written);
[[nodiscard]] smpp::Address source_address(std::string_view sender, const AccountSettings& account);
[[nodiscard]] smpp::Address destination_address(std::string_view number, const AccountSettings& account);
// Message ids and receipts' ids under one key: lower case, without leading zeros (P77).
[[nodiscard]] std::string normalised_id(std::string_view id);
// One person written in two ways: international, national or with an exit code, the last 8 digits are the same (P80).
[[nodiscard]] bool same_person(std::string_view one, std::string_view other);

// user_message_reference of a segment: 2 octets that two messages to one person rarely share (P127).
[[nodiscard]] std::uint16_t reference_of(storage::Id message, std::size_t segment);

// A key under which a receipt and a message may meet, and what the receipt then did to the id.
struct ReceiptKey {
  std::string id;                     // normalised
  smpp::IdForm form = smpp::IdForm::other_case;  // other_case: perhaps exact, perhaps zeros; the message's own id tells
  std::string written;                // the id it was made of
};
// The messages a receipt may mean: by the id of its TLV, then by that of its text. Empty: it has no id.
[[nodiscard]] std::vector<ReceiptKey> keys_of_receipt(const smpp::Receipt& receipt);
// The receipts that may have come before this response.
[[nodiscard]] std::vector<ReceiptKey> keys_of_response(const std::string& message_id);

}  // namespace core::engine
