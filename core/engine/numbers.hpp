// Addresses as the engine keys them: E.164 digits without '+' for people, short codes and names as they are (P117).
#pragma once

#include "core/engine/settings.hpp"
#include "smpp/address.hpp"

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

}  // namespace core::engine
