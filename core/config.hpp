// The configuration as plain values. Every key, its type, unit and default stand in one table (config_keys.cpp),
// which feeds the parser, its hints and conf/REFERENCE.md; the defaults here are held equal to it by a test.
//
// Flow: load_config (config_load.hpp) reads file, secrets and campaign files -> parse_config -> Config + mistakes.
#pragma once

#include "core/engine/settings.hpp"
#include "rules/program.hpp"
#include "smpp/receipt_id.hpp"
#include "smpp/status.hpp"
#include "smpp/text.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

using Duration = std::chrono::milliseconds;

// A password, token or signing key: where it comes from and, once resolved, what it is. Never printed.
struct Secret {
  enum class Origin { none, written, env, file };  // written: plain in the configuration, for demos
  Origin origin = Origin::none;
  std::string name;                                // of the variable, or the path
  std::string value;
  std::uint32_t line = 0, column = 0;              // of the key, for messages
  bool operator==(const Secret& other) const { return origin == other.origin && name == other.name && value == other.value; }
};

enum class Role { view, operate, admin };          // each may do what those before it may
std::string_view to_string(Role role);

struct TokenSettings {
  std::string name;
  Role role = Role::view;
  Secret token;
  bool operator==(const TokenSettings&) const = default;
};

struct HttpSettings {
  std::string listen = "127.0.0.1:8080";
  std::vector<std::string> hosts;                  // Host names accepted beside loopback ones (S5)
  bool behind_proxy = false;                       // must be true to listen beyond loopback (S1)
  std::vector<TokenSettings> tokens;
  bool operator==(const HttpSettings&) const = default;
};

enum class BindMode { transceiver, pair, transmitter, receiver };
std::string_view to_string(BindMode mode);
enum class TlsVerify { full, none };               // none: anybody on the way may be the carrier (S12)
enum class InDoubt { hold, resend_once, give_up };          // what happens to a message that may or may not have arrived

// What a carrier does its own way.
struct Quirks {
  smpp::Alphabet default_alphabet = smpp::Alphabet::gsm7;   // P95
  smpp::ReceiptIdMode receipt_id = smpp::ReceiptIdMode::automatic;  // P77
  smpp::command_status busy_status = smpp::command_status::ESME_RTHROTTLED;
  std::map<smpp::command_status, smpp::status_class> status_map;  // P38
  std::optional<bool> send_tlvs;                            // P35; absent: by the version
  bool accept_short_sm = false;                             // P13
  bool strict = false;                                      // P139
  bool echo_message_id = false;                             // deliver_resp_id (P28)
  std::uint32_t max_pdu = 69'648;                           // P2
  // ---- text (P92 to P109)
  bool allow_ucs2 = true, allow_latin1 = false, latin1_beyond_gsm = false;
  std::uint16_t national_shift = 0;                         // bit n: language n of 23.038
  bool ucs2_little_endian = false;
  std::map<std::uint8_t, smpp::Alphabet> dcs_map;           // data_codings that mean something else here (P96)
  bool dcs4_text = false, gsm_data_coding = false;
  smpp::Transliteration transliterate = smpp::Transliteration::off;  // P100
  smpp::LongMode long_mode = smpp::LongMode::udh8;          // P102
  smpp::ClassBy flash = smpp::ClassBy::coding_group_f;      // P101
  std::uint32_t max_parts = 10;                             // P106
  Duration reassembly_timeout{300'000};                     // P112
  engine::ValidityFormat validity_format = engine::ValidityFormat::relative;  // P121
  Duration validity_max{0};                                 // 0: no cap (P122)
  // ---- receipts (P72 to P91)
  bool receipt_by_text = false;
  std::uint8_t receipt_bits = 0;
  smpp::StatMap stat_map;
  bool stat_numbers = false;
  std::uint32_t err_radix = 10;
  std::map<std::uint32_t, std::string> err_texts;
  std::chrono::minutes receipt_zone{0};
  bool receipt_last_part_only = false;
  bool receipt_by_address = false;                          // P42
  bool user_message_reference = false;                      // P127
  // ---- addresses (P115 to P120)
  std::optional<std::uint8_t> short_code_ton, short_code_npi, alphanumeric_ton, alphanumeric_npi;
  bool destination_plus = false;
  std::string exit_code = "00", trunk_prefix = "0";
  std::optional<std::uint8_t> source_ton, source_npi;       // absent: by the kind of sender
  std::optional<std::uint8_t> destination_ton, destination_npi;
  std::uint8_t bind_ton = 0, bind_npi = 0;                  // addr_ton, addr_npi of the bind
  std::uint8_t registered_delivery = 1;                     // P86
  std::uint8_t interface_version = 0x34;                    // P46
  std::uint8_t protocol_id = 0;                             // P103
  bool replace_if_present = false;
  std::string service_type;
  std::string country_code;                                 // of national numbers in deliver_sm (P117); empty: none
  std::vector<engine::VendorTlv> tlvs;                      // P124
  std::vector<engine::Tariff> tariffs;                      // P126
  bool operator==(const Quirks&) const = default;
};

struct SmscSettings {                              // an account at a carrier; rate and receipts are over all its binds
  std::string id;
  std::vector<std::string> hosts;                  // "smsc.example.net:2775", tried in turn
  std::string system_id;
  Secret password;
  std::string system_type;
  std::string address_range;
  BindMode bind = BindMode::transceiver;
  std::uint32_t binds = 1;                         // of a pair: that many of each
  std::uint32_t window = 10;                       // unanswered submit_sm per bind
  bool window_auto = false;                        // P60
  std::uint32_t max_messages_per_bind = 0;         // P63; 0: any number
  std::uint32_t burst = 0;                         // P61; 0: a fiftieth of a second's rate
  Duration least_gap{0}, reconnect_max{60'000};    // P51
  Duration already_bound_retry{30'000};            // P49
  Duration auth_retry{60'000};                     // P50
  Duration pdu_read_timeout{10'000};               // P5
  Duration unbind_timeout{30'000};                 // P64
  std::vector<std::string> rx_hosts;               // P43: of a pair's receivers; empty: as the transmitters
  std::string rx_system_id, rx_system_type;
  Secret rx_password;
  std::string outbind_listen;                      // P53; empty: nobody is awaited
  std::string outbind_system_id;                   // how the SMSC names itself
  Secret outbind_password;
  double rate = 0;                                 // segments a second over all binds; 0: no limit
  std::string profile = "strict-3.4";
  InDoubt in_doubt = InDoubt::hold;
  Quirks quirks;
  Duration enquire_link{30'000};                   // P54
  Duration response_timeout{60'000};               // P57
  Duration bind_timeout{30'000};                   // P48: session_init
  Duration connect_timeout{10'000};
  Duration inactivity{0};                          // P56; 0: off
  std::string local_address;                       // P70; literal; empty: any
  bool tls = false;                                // P69
  TlsVerify tls_verify = TlsVerify::full;
  std::string tls_ca;                              // PEM files; empty: the system's authorities, no client certificate
  std::string tls_certificate, tls_key;
  bool operator==(const SmscSettings&) const = default;
};

struct SenderSettings {
  std::string number;                              // "80800", "447700900100", "Acme"
  std::vector<std::string> smsc;                   // account ids, in order of preference
  double rate = 0;                                 // segments a second; 0: no limit
  std::string stop_reply = "You are unsubscribed and will get no more messages. Text START to come back.";
  std::string start_reply = "Welcome back. Text STOP to end, HELP for help.";
  std::string help_reply = "Text STOP to end all messages from this number, START to come back.";
  bool operator==(const SenderSettings&) const = default;
};

struct RouteSettings {
  std::string prefix;                              // of the recipient's E.164 digits; the longest wins
  std::string smsc;                                // account id
  bool operator==(const RouteSettings&) const = default;
};

struct EndpointSettings {                          // the CRM; its URL is trusted as written (S17)
  std::string name;
  std::string url;
  Secret secret;                                   // signs (S20): "whsec_" + base64, or any text of 24 characters and more
  std::uint32_t concurrency = 8;                   // S21
  std::vector<Duration> retry;                     // waits before attempt 2, 3, ...; then the event is dead
  bool operator==(const EndpointSettings&) const = default;
  EndpointSettings();                              // retry: the schedule of Standard Webhooks, 75 h in all
};

enum class LogLevel { trace, debug, info, warn, error };
struct LogSettings {
  LogLevel level = LogLevel::info;
  bool mask = true;                                // numbers and texts (S29)
  bool operator==(const LogSettings&) const = default;
};

struct MessageSettings {
  Duration validity{24 * 3'600'000};               // how long a message may try when its sender names no time
  bool operator==(const MessageSettings&) const = default;
};

struct WebhookSettings {                           // of all endpoints
  std::string source = "bindery";                  // CloudEvents `source`
  std::string ca_file;                             // PEM; empty: the system's
  bool operator==(const WebhookSettings&) const = default;
};

struct Config {
  std::string path;                                // of the file, as given
  std::string data_dir = "/var/lib/bindery";       // relative paths are joined to the directory of the file
  std::string campaigns = "campaigns/*.toml";      // so is this glob
  HttpSettings http;
  std::vector<SmscSettings> smsc;
  std::vector<SenderSettings> senders;
  std::vector<RouteSettings> routes;
  std::vector<EndpointSettings> endpoints;
  LogSettings log;
  MessageSettings messages;
  WebhookSettings webhooks;
  bool operator==(const Config&) const = default;

  [[nodiscard]] const SmscSettings* find_smsc(std::string_view id) const;
  [[nodiscard]] const SenderSettings* find_sender(std::string_view number) const;
  [[nodiscard]] const EndpointSettings* find_endpoint(std::string_view name) const;
};

using Mistake = rules::Mistake;

// Where a value stands in the file, by instance: "http.listen", "smsc[0].id", "sender[1].smsc[0]"; "smsc[0]": the entry.
struct Place { std::uint32_t line = 0, column = 0; };
using Places = std::map<std::string, Place, std::less<>>;

struct ParsedConfig {
  Config config;                                   // as far as it could be read
  std::vector<Mistake> mistakes;                   // any: the configuration must not be used
  std::vector<Mistake> warnings;
  Places places;
  [[nodiscard]] bool ok() const { return mistakes.empty(); }
};

// Pure: reads no file and no environment; secrets are named but not resolved. Every mistake at once; a TOML syntax
// error alone.
[[nodiscard]] ParsedConfig parse_config(const rules::Source& source);

// What campaign files may refer to.
[[nodiscard]] rules::Surroundings surroundings_of(const Config& config);

}  // namespace core
