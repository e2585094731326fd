// What the engine must know of the configuration; plain values, filled by the wiring.
#pragma once

#include "smpp/receipt.hpp"
#include "smpp/receipt_id.hpp"
#include "smpp/status.hpp"
#include "smpp/text.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core::engine {

enum class DoubtPolicy : std::uint8_t { hold, resend_once, give_up };  // give_up: unknown at once
enum class ValidityFormat : std::uint8_t { relative, absolute, none };

// A TLV of the carrier's own (P124), written or read by its name.
struct VendorTlv {
  enum class Type : std::uint8_t { int1, int2, int4, string, cstring, hex };  // cstring: with its NUL
  std::string name;
  std::uint16_t tag = 0;
  Type type = Type::string;
  bool inbound = false;               // read from deliver_sm and data_sm instead of written into submit_sm
  std::string value;                  // outbound: as it is, or "{field}" of the conversation, else of the contact
  std::string tariff;                 // only with messages of this tariff; empty: with all
  bool operator==(const VendorTlv&) const = default;
};

// What makes a message cost the subscriber something at this carrier (P126); its TLVs are VendorTlvs that name it.
struct Tariff {
  std::string name, service_type;
  std::string source;                 // the sender of its messages, for consent too; empty: the one asked for
  std::optional<std::uint8_t> source_ton, source_npi;
  std::uint8_t esm_class = 0;         // bits added to it
  bool operator==(const Tariff&) const = default;
};

struct AccountSettings {
  std::string id;
  double rate = 0;                    // segments per second over all binds; 0: no limit
  std::uint32_t burst = 0;            // segments at once within the rate; 0: TokenBucket::kBurstSeconds of it
  smpp::EncodeOptions text;           // how texts leave; reference, breaks and what was refused are the engine's
  smpp::DecodeOptions decoding;
  smpp::ReceiptProfile receipts;
  bool receipt_last_part_only = false;                 // the last part's speaks for all (P87)
  bool receipt_by_address = false;                     // finds a message that was accepted without an id (P42)
  bool user_message_reference = false;                 // sent with each segment, and in receipts (P127)
  std::chrono::seconds reassembly_timeout{300};        // P112
  ValidityFormat validity_format = ValidityFormat::relative;  // P121
  std::chrono::seconds validity_max{0};                // of validity_period; 0: no cap (P122)
  std::uint8_t destination_ton = 1, destination_npi = 1;
  std::uint8_t source_ton = 3, source_npi = 0;         // numeric senders of up to 8 digits
  std::uint8_t long_source_ton = 1, long_source_npi = 1;
  std::uint8_t name_source_ton = 5, name_source_npi = 0;   // alphanumeric senders
  bool destination_plus = false;      // "+" before international numbers (P116)
  std::uint8_t registered_delivery = 1;
  smpp::command_status busy_status = smpp::command_status::ESME_RTHROTTLED;
  bool echo_message_id = false;       // deliver_sm_resp to a receipt carries the receipt's id (P28)
  bool window_auto = false;           // begin with a window of 1 and widen it while nothing is throttled (P60)
  std::map<smpp::command_status, smpp::status_class> status_map;  // what a status means here, where it is not the table's (P38)
  std::uint8_t protocol_id = 0;       // P103
  bool replace_if_present = false;
  std::string service_type;
  smpp::ReceiptIdMode receipt_id = smpp::ReceiptIdMode::automatic;  // P77
  DoubtPolicy doubt_policy = DoubtPolicy::hold;
  std::string country_code;           // national numbers of inbound addresses (P117); empty: none assumed
  std::string exit_code = "00";       // before international numbers, as they are dialled there
  std::string trunk_prefix = "0";     // before national ones
  std::vector<Tariff> tariffs;
  std::vector<VendorTlv> vendor_tlvs;
};

struct SenderSettings {
  std::string number;
  std::vector<std::string> accounts;  // in order of preference
  double rate = 0;                    // segments per second; 0: no limit
  std::string stop_reply, start_reply, help_reply;     // class consent; empty: none is sent
};

struct RouteSettings { std::string prefix, account; };

struct EndpointSettings {
  std::string name;
  std::uint32_t concurrency = 8;      // requests in flight (S21)
  std::vector<std::chrono::seconds> schedule;  // delays after each failed attempt; empty: kWebhookSchedule
};

struct Settings {
  std::vector<AccountSettings> accounts;
  std::vector<SenderSettings> senders;
  std::vector<RouteSettings> routes;  // longest prefix wins
  std::vector<EndpointSettings> endpoints;
  unsigned node = 0;
  std::chrono::hours validity{24};    // of a message that names none
  std::string source = "bindery";     // CloudEvents `source`
  std::string trip_text;              // fault injection: an MO with this text breaks an ASSERT; empty: never
};

}  // namespace core::engine
