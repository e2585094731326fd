// What the engine must know of the configuration; plain values, filled by the wiring.
#pragma once

#include "smpp/receipt_id.hpp"
#include "smpp/status.hpp"
#include "smpp/text.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace core::engine {

enum class DoubtPolicy : std::uint8_t { hold, resend_once };

struct AccountSettings {
  std::string id;
  double rate = 0;                    // segments per second over all binds; 0: no limit
  smpp::Alphabet default_alphabet = smpp::Alphabet::gsm7;
  std::uint32_t max_parts = 10;
  std::uint8_t destination_ton = 1, destination_npi = 1;
  std::uint8_t source_ton = 3, source_npi = 0;         // numeric senders of up to 8 digits
  std::uint8_t long_source_ton = 1, long_source_npi = 1;
  std::uint8_t registered_delivery = 1;
  smpp::command_status busy_status = smpp::command_status::ESME_RTHROTTLED;
  std::string service_type;
  smpp::ReceiptIdMode receipt_id = smpp::ReceiptIdMode::automatic;  // P77
  DoubtPolicy doubt_policy = DoubtPolicy::hold;
  std::string country_code;           // national numbers of inbound addresses (P117); empty: none assumed
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
