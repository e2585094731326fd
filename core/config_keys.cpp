#include "core/config_keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace core {
namespace {

using K = KeyType;
using smpp::command_status;

std::uint32_t u32(const KeyValue& value) { return static_cast<std::uint32_t>(value.number); }
std::uint8_t u8(const KeyValue& value) { return static_cast<std::uint8_t>(value.number); }

constexpr std::array<std::string_view, 7> kAlphabets{"gsm7", "gsm7-packed", "latin1", "ascii", "cp1252", "utf8", "ucs2"};  // as the enumeration
constexpr std::array<std::string_view, 14> kLanguages{"", "turkish", "spanish", "portuguese", "bengali", "gujarati", "hindi",
                                                      "kannada", "malayalam", "oriya", "punjabi", "tamil", "telugu", "urdu"};

// "8", "0x08".
template <class Number>
bool read_number(std::string_view text, std::int64_t most, Number& into) {
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  std::int64_t number = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  if (failed != std::errc{} || end != text.data() + text.size() || number < 0 || number > most) return false;
  into = static_cast<Number>(number);
  return true;
}

std::string among(std::string_view word, std::span<const std::string_view> words) {
  std::string list, meant = nearest(word, words);
  for (const std::string_view each : words) {
    if (!each.empty()) list += (list.empty() ? "" : ", ") + std::string(each);
  }
  return "\"" + std::string(word) + "\" is none of " + list + (meant.empty() ? "" : " (did you mean \"" + meant + "\"?)");
}

void put_languages(KeyValue& value, std::uint16_t& into) {
  into = 0;
  for (const std::string& name : value.texts) {
    const auto found = std::find(kLanguages.begin() + 1, kLanguages.end(), name);
    if (found == kLanguages.end()) value.mistake = among(name, kLanguages);
    else into = static_cast<std::uint16_t>(into | 1U << (found - kLanguages.begin()));
  }
}

void put_data_coding(KeyValue& value, std::map<std::uint8_t, smpp::Alphabet>& into) {
  std::uint8_t data_coding = 0;
  const auto found = std::find(kAlphabets.begin(), kAlphabets.end(), value.text);
  if (!read_number(value.name, 255, data_coding)) value.mistake = "\"" + value.name + "\" is no data_coding from 0 to 255";
  else if (found == kAlphabets.end()) value.mistake = among(value.text, kAlphabets);
  else into[data_coding] = static_cast<smpp::Alphabet>(found - kAlphabets.begin());
}

void put_state(KeyValue& value, smpp::StatMap& into) {
  static constexpr std::array<std::string_view, 10> kStates{"SCHEDULED", "ENROUTE",  "DELIVERED", "EXPIRED",  "DELETED",
                                                            "UNDELIVERABLE", "ACCEPTED", "UNKNOWN", "REJECTED", "SKIPPED"};
  const auto found = std::find(kStates.begin(), kStates.end(), value.text);
  if (found == kStates.end()) value.mistake = among(value.text, kStates);
  std::string word = value.name;
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (found != kStates.end()) into[std::move(word)] = static_cast<smpp::MessageState>(found - kStates.begin());
}

void put_status(KeyValue& value, std::map<command_status, smpp::status_class>& into) {
  static constexpr std::array kClasses{smpp::status_class::throttle, smpp::status_class::retry, smpp::status_class::perm, smpp::status_class::config};
  static constexpr std::array<std::string_view, 4> kNames{"throttle", "retry", "perm", "config"};
  const auto status = smpp::status_of(value.name);
  const auto found = std::find(kNames.begin(), kNames.end(), value.text);
  if (!status || *status == command_status::ESME_ROK) value.mistake = "\"" + value.name + "\" is no status of a refusal: its name as in the specification, or its number";
  else if (found == kNames.end()) value.mistake = among(value.text, kNames);
  else into[*status] = kClasses[static_cast<std::size_t>(found - kNames.begin())];
}

void put_err_text(KeyValue& value, std::map<std::uint32_t, std::string>& into) {
  std::uint32_t number = 0;
  if (!read_number(value.name, 0xFFFF'FFFF, number)) value.mistake = "\"" + value.name + "\" is no number";
  else into[number] = value.text;
}

// "+05:30", "-03:00".
void put_zone(KeyValue& value, std::chrono::minutes& into) {
  const std::string& text = value.text;
  int hours = 0, minutes = 0;
  const bool formed = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' && read_number(std::string_view(text).substr(1, 2), 14, hours) &&
                      read_number(std::string_view(text).substr(4, 2), 59, minutes);
  if (!formed) value.mistake = "\"" + text + "\" is not ahead of UTC by hours and minutes such as \"+05:30\"";
  else into = std::chrono::minutes((hours * 60 + minutes) * (text[0] == '-' ? -1 : 1));
}

constexpr std::array sections{
    Section{"", false, "The top of the file.", nullptr},
    Section{"http", false, "The admin HTTP port: API, metrics, health.", nullptr},
    Section{"http.token", true,
            "Who may use the API, and how far. Each names one of `file`, `env`, `value`. Without any, the first start writes an "
            "admin token to `data_dir/admin.token` (0600).",
            [](Config& c) { c.http.tokens.emplace_back(); }},
    Section{"smsc", true, "An account at a carrier. Rate and receipts belong to it, over all its binds.",
            [](Config& c) { c.smsc.emplace_back(); }},
    Section{"smsc.quirks", false, "What this carrier does its own way.", nullptr},
    Section{"smsc.quirks.tlv", true,
            "A TLV of the carrier's own: sent with every message, or read from what it delivers and then a field of the conversation.",
            [](Config& c) { c.smsc.back().quirks.tlvs.emplace_back(); }},
    Section{"smsc.quirks.tariff", true, "What makes a message cost the subscriber something here; asked for by `tariff` of a message.",
            [](Config& c) { c.smsc.back().quirks.tariffs.emplace_back(); }},
    Section{"sender", true, "A number or name that messages come from and replies go to.", [](Config& c) { c.senders.emplace_back(); }},
    Section{"route", true, "Recipients by number: the longest matching prefix wins over the sender's list.",
            [](Config& c) { c.routes.emplace_back(); }},
    Section{"endpoint", true, "Who hears of events, by signed HTTP POST (Standard Webhooks): the CRM. URLs are trusted as written.",
            [](Config& c) { c.endpoints.emplace_back(); }},
    Section{"messages", false, "What holds for every message.", nullptr},
    Section{"webhooks", false, "What holds for every endpoint.", nullptr},
    Section{"log", false, "One line per event, on stderr.", nullptr},
};

constexpr std::array keys{
    // ---- top
    Key{"data_dir", K::text, "", "\"/var/lib/bindery\"", false,
        "Where the database and generated secrets live; made when missing. The environment's BINDERY_DATA_DIR overrides it.",
        [](Config& c, KeyValue& v) { c.data_dir = v.text; }},
    Key{"campaigns", K::text, "", "\"campaigns/*.toml\"", false, "The campaign files: a directory and a file name with `*` and `?`.",
        [](Config& c, KeyValue& v) { c.campaigns = v.text; }},
    // ---- http
    Key{"http.listen", K::text, "", "\"127.0.0.1:8080\"", false, "Address and port; port 0 takes any free one.",
        [](Config& c, KeyValue& v) { c.http.listen = v.text; }},
    Key{"http.hosts", K::text_list, "", "[]", false, "Host names the port answers for, beside loopback ones and `listen`.",
        [](Config& c, KeyValue& v) { c.http.hosts = v.texts; }},
    Key{"http.behind_proxy", K::boolean, "", "false", false,
        "Says that a proxy with TLS stands in front; required to listen beyond loopback.",
        [](Config& c, KeyValue& v) { c.http.behind_proxy = v.flag; }},
    Key{"http.token.name", K::text, "", "", true, "Who this is, in logs and for idempotency keys.",
        [](Config& c, KeyValue& v) { c.http.tokens.back().name = v.text; }},
    Key{"http.token.role", K::choice, "view | operate | admin", "\"view\"", false,
        "`view` reads, `operate` also sends and launches, `admin` also changes the system.",
        [](Config& c, KeyValue& v) { c.http.tokens.back().role = static_cast<Role>(v.number); }},
    Key{"http.token.file", K::text, "", "", false, "A file that holds the token; not readable by group or others.",
        [](Config& c, KeyValue& v) { c.http.tokens.back().token = {Secret::Origin::file, v.text, {}}; }},
    Key{"http.token.env", K::text, "", "", false, "The environment variable that holds the token.",
        [](Config& c, KeyValue& v) { c.http.tokens.back().token = {Secret::Origin::env, v.text, {}}; }},
    Key{"http.token.value", K::text, "", "", false, "The token itself; for demos, warned about.",
        [](Config& c, KeyValue& v) { c.http.tokens.back().token = {Secret::Origin::written, {}, v.text}; }},
    // ---- smsc
    Key{"smsc.id", K::text, "", "", true, "The account's name in this file, in logs, metrics and the API.",
        [](Config& c, KeyValue& v) { c.smsc.back().id = v.text; }},
    Key{"smsc.hosts", K::text_list, "", "", true, "`host:port`, tried in turn; names are looked up on each attempt.",
        [](Config& c, KeyValue& v) { c.smsc.back().hosts = v.texts; }},
    Key{"smsc.system_id", K::text, "", "", true, "As the carrier gave it.",
        [](Config& c, KeyValue& v) { c.smsc.back().system_id = v.text; }},
    Key{"smsc.password", K::secret, "", "", true, "`{ env = \"NAME\" }` or `{ file = \"path\" }`; plain text only in demos. SMPP allows 8 characters, many carriers more.",
        [](Config& c, KeyValue& v) { c.smsc.back().password = v.secret; }},
    Key{"smsc.system_type", K::text, "", "\"\"", false, "Only if the carrier asks for one.",
        [](Config& c, KeyValue& v) { c.smsc.back().system_type = v.text; }},
    Key{"smsc.address_range", K::text, "", "\"\"", false, "Only if the carrier asks for one.",
        [](Config& c, KeyValue& v) { c.smsc.back().address_range = v.text; }},
    Key{"smsc.bind", K::choice, "transceiver | pair | transmitter | receiver", "\"transceiver\"", false, "`pair` is a transmitter and a receiver.",
        [](Config& c, KeyValue& v) { c.smsc.back().bind = static_cast<BindMode>(v.number); }},
    Key{"smsc.binds", K::integer, "1..64", "1", false, "Connections; of a pair, that many of each.",
        [](Config& c, KeyValue& v) { c.smsc.back().binds = u32(v); }},
    Key{"smsc.window", K::integer, "1..1000", "10", false, "Unanswered submit_sm per bind.",
        [](Config& c, KeyValue& v) { c.smsc.back().window = u32(v); }},
    Key{"smsc.window_auto", K::boolean, "", "false", false, "Begin with a window of 1 and widen it up to `window` while nothing is throttled.",
        [](Config& c, KeyValue& v) { c.smsc.back().window_auto = v.flag; }},
    Key{"smsc.max_messages_per_bind", K::integer, "0..1000000000", "0", false, "submit_sm after which a session is ended and begun anew, for carriers that cap it; 0: any number.",
        [](Config& c, KeyValue& v) { c.smsc.back().max_messages_per_bind = u32(v); }},
    Key{"smsc.least_gap", K::duration, "", "\"0\"", false, "Between two attempts to connect, at least; for carriers that bar who comes back too soon.",
        [](Config& c, KeyValue& v) { c.smsc.back().least_gap = v.duration; }},
    Key{"smsc.burst", K::integer, "0..10000", "0", false, "Segments that may leave at once within `rate`; 0: a fiftieth of a second's.",
        [](Config& c, KeyValue& v) { c.smsc.back().burst = u32(v); }},
    Key{"smsc.reconnect_max", K::duration, "", "\"60s\"", false, "The longest wait after a connection failed; the first is a second.",
        [](Config& c, KeyValue& v) { c.smsc.back().reconnect_max = v.duration; }},
    Key{"smsc.already_bound_retry", K::duration, "", "\"30s\"", false, "The first wait after ESME_RALYBND; the others are twice that.",
        [](Config& c, KeyValue& v) { c.smsc.back().already_bound_retry = v.duration; }},
    Key{"smsc.auth_retry", K::duration, "", "\"60s\"", false, "The first wait after a refused account; it grows to ten times that.",
        [](Config& c, KeyValue& v) { c.smsc.back().auth_retry = v.duration; }},
    Key{"smsc.pdu_read_timeout", K::duration, "", "\"10s\"", false, "How long a PDU that has begun may take to end.",
        [](Config& c, KeyValue& v) { c.smsc.back().pdu_read_timeout = v.duration; }},
    Key{"smsc.unbind_timeout", K::duration, "", "\"30s\"", false, "How long our unbind may stay unanswered.",
        [](Config& c, KeyValue& v) { c.smsc.back().unbind_timeout = v.duration; }},
    Key{"smsc.rx_hosts", K::text_list, "", "[]", false, "Of a pair: where its receivers bind, if not at `hosts`.",
        [](Config& c, KeyValue& v) { c.smsc.back().rx_hosts = v.texts; }},
    Key{"smsc.rx_system_id", K::text, "", "\"\"", false, "Of a pair's receivers, if not `system_id`.",
        [](Config& c, KeyValue& v) { c.smsc.back().rx_system_id = v.text; }},
    Key{"smsc.rx_password", K::secret, "", "", false, "Of a pair's receivers, if not `password`.",
        [](Config& c, KeyValue& v) { c.smsc.back().rx_password = v.secret; }},
    Key{"smsc.rx_system_type", K::text, "", "\"\"", false, "Of a pair's receivers, if not `system_type`.",
        [](Config& c, KeyValue& v) { c.smsc.back().rx_system_type = v.text; }},
    Key{"smsc.outbind_listen", K::text, "", "\"\"", false, "Address and port at which the carrier may knock with an outbind; we then bind as a receiver on its connection. Empty: nowhere.",
        [](Config& c, KeyValue& v) { c.smsc.back().outbind_listen = v.text; }},
    Key{"smsc.outbind_system_id", K::text, "", "\"\"", false, "The system_id of its outbind; with `outbind_listen`.",
        [](Config& c, KeyValue& v) { c.smsc.back().outbind_system_id = v.text; }},
    Key{"smsc.outbind_password", K::secret, "", "", false, "The password of its outbind; with `outbind_listen`.",
        [](Config& c, KeyValue& v) { c.smsc.back().outbind_password = v.secret; }},
    Key{"smsc.rate", K::rate, "", "", false, "Segments, over all binds of the account; no key: no limit.",
        [](Config& c, KeyValue& v) { c.smsc.back().rate = v.rate; }},
    Key{"smsc.profile", K::choice, "strict-3.4 | legacy-3.3 | latin1-default | decimal-hex-ids | payload-only | no-tlv | pair", "\"strict-3.4\"", false,
        "A named set of keys to start from; what the account says itself goes before it. They are listed at the end.",
        [](Config& c, KeyValue& v) { c.smsc.back().profile = v.text; }},
    Key{"smsc.in_doubt", K::choice, "hold | resend_once | give_up", "\"hold\"", false,
        "What becomes of a message whose link ended before it was answered: hold it for a late response or an operator until its validity ends, send it once more, or call it unknown at once.",
        [](Config& c, KeyValue& v) { c.smsc.back().in_doubt = static_cast<InDoubt>(v.number); }},
    Key{"smsc.enquire_link", K::duration, "", "\"30s\"", false, "Silence after which the link is probed; several carriers disconnect after 30 s.",
        [](Config& c, KeyValue& v) { c.smsc.back().enquire_link = v.duration; }},
    Key{"smsc.response_timeout", K::duration, "", "\"60s\"", false, "How long a request may stay unanswered before it is in doubt.",
        [](Config& c, KeyValue& v) { c.smsc.back().response_timeout = v.duration; }},
    Key{"smsc.bind_timeout", K::duration, "", "\"30s\"", false, "How long a bind may stay unanswered.",
        [](Config& c, KeyValue& v) { c.smsc.back().bind_timeout = v.duration; }},
    Key{"smsc.connect_timeout", K::duration, "", "\"10s\"", false, "Of DNS, and of a TCP connection to each address.",
        [](Config& c, KeyValue& v) { c.smsc.back().connect_timeout = v.duration; }},
    Key{"smsc.inactivity", K::duration, "", "\"0\"", false, "Silence after which we rebind by ourselves; 0: never.",
        [](Config& c, KeyValue& v) { c.smsc.back().inactivity = v.duration; }},
    Key{"smsc.local_address", K::text, "", "\"\"", false, "The address of this machine to connect from, where the carrier admits only some; empty: any.",
        [](Config& c, KeyValue& v) { c.smsc.back().local_address = v.text; }},
    Key{"smsc.tls", K::boolean, "", "false", false, "TLS 1.2 or 1.3 to all hosts of the account; without it password and messages travel in the clear.",
        [](Config& c, KeyValue& v) { c.smsc.back().tls = v.flag; }},
    Key{"smsc.tls_verify", K::choice, "full | none", "\"full\"", false,
        "`full`: the certificate must be of a trusted authority and for the host in `hosts`; `none`: anybody on the way may pose as the carrier, warned about.",
        [](Config& c, KeyValue& v) { c.smsc.back().tls_verify = static_cast<TlsVerify>(v.number); }},
    Key{"smsc.tls_ca", K::text, "", "\"\"", false, "Certificates (PEM) to trust instead of the system's: a carrier's own authority, or its server's certificate.",
        [](Config& c, KeyValue& v) { c.smsc.back().tls_ca = v.text; }},
    Key{"smsc.tls_certificate", K::text, "", "\"\"", false, "Our certificate with its chain (PEM), where the carrier asks for one; with `tls_key`.",
        [](Config& c, KeyValue& v) { c.smsc.back().tls_certificate = v.text; }},
    Key{"smsc.tls_key", K::text, "", "\"\"", false, "Its private key (PEM), without a passphrase; not readable by group or others.",
        [](Config& c, KeyValue& v) { c.smsc.back().tls_key = v.text; }},
    // ---- smsc.quirks
    Key{"smsc.quirks.default_alphabet", K::choice, "gsm7 | gsm7-packed | latin1 | ascii | cp1252 | utf8 | ucs2", "\"gsm7\"", false,
        "What data_coding 0 means here.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.default_alphabet = static_cast<smpp::Alphabet>(v.number); }},
    Key{"smsc.quirks.receipt_id", K::choice, "auto | same | hex-to-decimal | decimal-to-hex", "\"auto\"", false,
        "What receipts do to the id of the response: nothing but case and zeros, or write it in the other radix; auto tries all and learns.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.receipt_id = static_cast<smpp::ReceiptIdMode>(v.number); }},
    Key{"smsc.quirks.busy_status", K::choice, "ESME_RTHROTTLED | ESME_RX_T_APPN | ESME_RMSGQFUL | ESME_RSYSERR", "\"ESME_RTHROTTLED\"", false,
        "The answer to a deliver_sm we cannot take now; some SMSCs hold ESME_RX_T_APPN for final.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.busy_status = smpp::status_of(v.text).value_or(command_status::ESME_RTHROTTLED); }},
    Key{"smsc.quirks.status_map", K::map, "", "{}", false,
        "What a status in submit_sm_resp means here: `{ \"0x401\" = \"config\", ESME_RSUBMITFAIL = \"retry\" }`; throttle (again soon, slower), retry (again later), perm (failed), config (failed, and so will the next).",
        [](Config& c, KeyValue& v) { put_status(v, c.smsc.back().quirks.status_map); }},
    Key{"smsc.quirks.send_tlvs", K::choice, "auto | yes | no", "\"auto\"", false, "`auto`: where both sides speak 3.4 or later.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.send_tlvs = v.number == 0 ? std::nullopt : std::optional(v.number == 1); }},
    Key{"smsc.quirks.strict", K::boolean, "", "false", false, "What deviates from SMPP v5.0 is refused with the status it names, not tolerated and counted: for proving an SMSC, not for traffic.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.strict = v.flag; }},
    Key{"smsc.quirks.deliver_resp_id", K::choice, "empty | echo", "\"empty\"", false, "The message_id of our deliver_sm_resp: none, as the specification says, or the id of the receipt it answers, which some SMSCs match by.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.echo_message_id = v.number == 1; }},
    Key{"smsc.quirks.accept_short_sm", K::boolean, "", "false", false, "A short_message that ends before its sm_length is taken as it is, not refused.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.accept_short_sm = v.flag; }},
    Key{"smsc.quirks.max_pdu", K::integer, "1024..1048576", "69648", false, "The longest command_length that is read; more means that the stream is lost.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.max_pdu = u32(v); }},
    Key{"smsc.quirks.allow_ucs2", K::boolean, "", "true", false, "false: a text that needs UCS-2 is refused.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.allow_ucs2 = v.flag; }},
    Key{"smsc.quirks.allow_latin1", K::boolean, "", "false", false, "true: data_coding 3 where it is shorter and every character arrives.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.allow_latin1 = v.flag; }},
    Key{"smsc.quirks.latin1_beyond_gsm", K::boolean, "", "false", false, "With `allow_latin1`: also characters that GSM-7 lacks, as on CDMA; 140 characters a message.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.latin1_beyond_gsm = v.flag; }},
    Key{"smsc.quirks.national_shift", K::text_list, "", "[]", false, "Languages whose tables of 3GPP TS 23.038 the handsets know: turkish, spanish, portuguese, bengali, gujarati, hindi, kannada, malayalam, oriya, punjabi, tamil, telugu, urdu.",
        [](Config& c, KeyValue& v) { put_languages(v, c.smsc.back().quirks.national_shift); }},
    Key{"smsc.quirks.ucs2_little_endian", K::boolean, "", "false", false, "UCS-2 with the low octet first, both ways; a byte order mark goes before it.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.ucs2_little_endian = v.flag; }},
    Key{"smsc.quirks.dcs_map", K::map, "", "{}", false, "What a data_coding means here, where it is not the specification's: `{ \"4\" = \"latin1\" }`; alphabets as for `default_alphabet`.",
        [](Config& c, KeyValue& v) { put_data_coding(v, c.smsc.back().quirks.dcs_map); }},
    Key{"smsc.quirks.dcs4_text", K::boolean, "", "false", false, "data_coding 4 holds text, not octets.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.dcs4_text = v.flag; }},
    Key{"smsc.quirks.gsm_data_coding", K::boolean, "", "false", false, "data_coding is the GSM one below 16 too, as in SMPP 3.3.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.gsm_data_coding = v.flag; }},
    Key{"smsc.quirks.transliterate", K::choice, "off | quotes | full | ascii", "\"off\"", false, "Characters that would cost a text its small coding are replaced: quotation marks; also spaces, dashes and the like; also accents. What was replaced stands in the history of the message.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.transliterate = static_cast<smpp::Transliteration>(v.number); }},
    Key{"smsc.quirks.long_mode", K::choice, "udh8 | udh16 | sar | payload | split | truncate", "\"udh8\"", false, "How a text goes that one message does not hold: parts with a header of 8 or 16 bits, with SAR TLVs, whole in message_payload, as messages that do not know of each other, or cut.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.long_mode = static_cast<smpp::LongMode>(v.number); }},
    Key{"smsc.quirks.flash", K::choice, "coding-group-f | coding-group-1 | dest-addr-subunit", "\"coding-group-f\"", false, "How a flash message (class 0) is told.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.flash = static_cast<smpp::ClassBy>(v.number); }},
    Key{"smsc.quirks.max_parts", K::integer, "1..255", "10", false, "Parts of a long message; a longer text is refused.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.max_parts = u32(v); }},
    Key{"smsc.quirks.reassembly_timeout", K::duration, "", "\"300s\"", false, "How long a long message from a handset waits for its parts before what is there goes on; at most 24h.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.reassembly_timeout = v.duration; }},
    Key{"smsc.quirks.validity_format", K::choice, "relative | absolute | none", "\"relative\"", false, "How validity_period is written; some SMSCs take only one form, or none.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.validity_format = static_cast<engine::ValidityFormat>(v.number); }},
    Key{"smsc.quirks.validity_max", K::duration, "", "\"0\"", false, "The longest validity_period this SMSC takes; 0: any.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.validity_max = v.duration; }},
    Key{"smsc.quirks.receipt_by_text", K::boolean, "", "false", false, "Receipts are marked by nothing but their text. It then counts for a message that is outstanding for the person it comes from, and only there.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.receipt_by_text = v.flag; }},
    Key{"smsc.quirks.receipt_bits", K::integer, "0..60", "0", false, "Bits of esm_class that mean a receipt here beside 4 and 32.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.receipt_bits = u8(v); }},
    Key{"smsc.quirks.receipt_zone", K::text, "", "\"+00:00\"", false, "How far the clock of its receipts is ahead of UTC.",
        [](Config& c, KeyValue& v) { put_zone(v, c.smsc.back().quirks.receipt_zone); }},
    Key{"smsc.quirks.receipt_last_part_only", K::boolean, "", "false", false, "Only the last part of a long message has a receipt, and it speaks for all.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.receipt_last_part_only = v.flag; }},
    Key{"smsc.quirks.receipt_by_address", K::boolean, "", "false", false, "Some responses have no message_id: a receipt that fits no id is then for the one open message of that person and sender that has none. No key: such a receipt only settles what is in doubt.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.receipt_by_address = v.flag; }},
    Key{"smsc.quirks.user_message_reference", K::boolean, "", "false", false, "Each segment carries user_message_reference, and receipts give it back: they find their message even where the response was lost.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.user_message_reference = v.flag; }},
    Key{"smsc.quirks.stat_map", K::map, "", "{}", false, "What `stat:` words of its own mean: `{ \"DONE\" = \"DELIVERED\" }`; SCHEDULED, ENROUTE, DELIVERED, EXPIRED, DELETED, UNDELIVERABLE, ACCEPTED, UNKNOWN, REJECTED, SKIPPED.",
        [](Config& c, KeyValue& v) { put_state(v, c.smsc.back().quirks.stat_map); }},
    Key{"smsc.quirks.stat_numbers", K::boolean, "", "false", false, "`stat:` is the number of message_state.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.stat_numbers = v.flag; }},
    Key{"smsc.quirks.err_radix", K::choice, "10 | 16", "\"10\"", false, "Of `err:` in receipts.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.err_radix = v.number == 1 ? 16 : 10; }},
    Key{"smsc.quirks.err_texts", K::map, "", "{}", false, "What the numbers of `err:` mean, in decimal, for the history of messages: `{ \"5\" = \"absent subscriber\" }`.",
        [](Config& c, KeyValue& v) { put_err_text(v, c.smsc.back().quirks.err_texts); }},
    Key{"smsc.quirks.source_ton", K::integer, "0..6", "", false, "Type of number of our numeric senders; no key: 3 up to eight digits, else 1.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.source_ton = u8(v); }},
    Key{"smsc.quirks.source_npi", K::integer, "0..18", "", false, "Numbering plan of our numeric senders; no key: 0 up to eight digits, else 1.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.source_npi = u8(v); }},
    Key{"smsc.quirks.short_code_ton", K::integer, "0..6", "", false, "Type of number of senders of up to eight digits; no key: as `source_ton`.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.short_code_ton = u8(v); }},
    Key{"smsc.quirks.short_code_npi", K::integer, "0..18", "", false, "Numbering plan of senders of up to eight digits; no key: as `source_npi`.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.short_code_npi = u8(v); }},
    Key{"smsc.quirks.alphanumeric_ton", K::integer, "0..6", "", false, "Type of number of senders with letters; no key: 5.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.alphanumeric_ton = u8(v); }},
    Key{"smsc.quirks.alphanumeric_npi", K::integer, "0..18", "", false, "Numbering plan of senders with letters; no key: 0.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.alphanumeric_npi = u8(v); }},
    Key{"smsc.quirks.destination_ton", K::integer, "0..6", "", false, "Type of number of recipients; no key: 1, international.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.destination_ton = u8(v); }},
    Key{"smsc.quirks.destination_npi", K::integer, "0..18", "", false, "Numbering plan of recipients; no key: 1, E.164.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.destination_npi = u8(v); }},
    Key{"smsc.quirks.bind_ton", K::integer, "0..6", "0", false, "addr_ton of the bind.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.bind_ton = u8(v); }},
    Key{"smsc.quirks.bind_npi", K::integer, "0..18", "0", false, "addr_npi of the bind.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.bind_npi = u8(v); }},
    Key{"smsc.quirks.registered_delivery", K::integer, "0..31", "1", false, "0: no receipts; 1: always; 2: on failure only.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.registered_delivery = u8(v); }},
    Key{"smsc.quirks.interface_version", K::integer, "0..80", "52", false, "Of the bind: 51 is 3.3, 52 is 3.4, 80 is 5.0.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.interface_version = u8(v); }},
    Key{"smsc.quirks.protocol_id", K::integer, "0..255", "0", false, "Of every message; 65 to 71 replace an earlier one of the same type on the handset.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.protocol_id = u8(v); }},
    Key{"smsc.quirks.replace_if_present", K::boolean, "", "false", false,
        "A message takes the place of one to the same person that still waits at the SMSC.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.replace_if_present = v.flag; }},
    Key{"smsc.quirks.service_type", K::text, "", "\"\"", false, "Only if the carrier asks for one.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.service_type = v.text; }},
    Key{"smsc.quirks.country_code", K::text, "", "\"\"", false, "Put before national numbers in deliver_sm (\"44\"); empty: none are assumed.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.country_code = v.text; }},
    Key{"smsc.quirks.destination_plus", K::boolean, "", "false", false, "Recipients are written with +.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.destination_plus = v.flag; }},
    Key{"smsc.quirks.exit_code", K::text, "", "\"00\"", false, "Before international numbers in deliver_sm, as they are dialled there (\"011\").",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.exit_code = v.text; }},
    Key{"smsc.quirks.trunk_prefix", K::text, "", "\"0\"", false, "Before national numbers in deliver_sm; empty: none.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.trunk_prefix = v.text; }},
    // ---- smsc.quirks.tlv
    Key{"smsc.quirks.tlv.name", K::text, "", "", true, "What requests, conditions and templates call it.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tlvs.back().name = v.text; }},
    Key{"smsc.quirks.tlv.tag", K::integer, "0..65535", "", true, "As the carrier gives it: `0x1400`.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tlvs.back().tag = static_cast<std::uint16_t>(v.number); }},
    Key{"smsc.quirks.tlv.type", K::choice, "int1 | int2 | int4 | string | cstring | hex", "\"string\"", false, "`cstring` ends with a NUL, `string` does not.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tlvs.back().type = static_cast<engine::VendorTlv::Type>(v.number); }},
    Key{"smsc.quirks.tlv.direction", K::choice, "out | in", "\"out\"", false, "`out`: of submit_sm; `in`: of deliver_sm and data_sm.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tlvs.back().inbound = v.number == 1; }},
    Key{"smsc.quirks.tlv.value", K::text, "", "\"\"", false, "What is sent: as it is, or `{field}` of the conversation, else of the contact; a request may give another.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tlvs.back().value = v.text; }},
    Key{"smsc.quirks.tlv.tariff", K::text, "", "\"\"", false, "Only with messages of this tariff; empty: with all.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tlvs.back().tariff = v.text; }},
    // ---- smsc.quirks.tariff
    Key{"smsc.quirks.tariff.name", K::text, "", "", true, "What `tariff` of a message calls it.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tariffs.back().name = v.text; }},
    Key{"smsc.quirks.tariff.service_type", K::text, "", "\"\"", false, "Instead of the account's; empty: that one.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tariffs.back().service_type = v.text; }},
    Key{"smsc.quirks.tariff.source", K::text, "", "\"\"", false, "The sender of its messages, to which a STOP then goes; empty: the one that was asked for.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tariffs.back().source = v.text; }},
    Key{"smsc.quirks.tariff.source_ton", K::integer, "0..6", "", false, "Type of number of the source.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tariffs.back().source_ton = u8(v); }},
    Key{"smsc.quirks.tariff.source_npi", K::integer, "0..18", "", false, "Numbering plan of the source.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tariffs.back().source_npi = u8(v); }},
    Key{"smsc.quirks.tariff.esm_class", K::integer, "0..255", "0", false, "Bits added to esm_class.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.tariffs.back().esm_class = u8(v); }},
    // ---- sender
    Key{"sender.number", K::text, "", "", true, "A short code, an E.164 number without `+`, or a name of up to 11 characters.",
        [](Config& c, KeyValue& v) { c.senders.back().number = v.text; }},
    Key{"sender.smsc", K::text_list, "", "", true, "The accounts it may leave by, best first.",
        [](Config& c, KeyValue& v) { c.senders.back().smsc = v.texts; }},
    Key{"sender.rate", K::rate, "", "", false, "Segments of this sender; no key: no limit of its own.",
        [](Config& c, KeyValue& v) { c.senders.back().rate = v.rate; }},
    Key{"sender.stop_reply", K::text, "", "\"You are unsubscribed and will get no more messages. Text START to come back.\"", false,
        "Confirms a STOP, at most once a day; empty: nothing is sent.", [](Config& c, KeyValue& v) { c.senders.back().stop_reply = v.text; }},
    Key{"sender.start_reply", K::text, "", "\"Welcome back. Text STOP to end, HELP for help.\"", false, "Answers a START; empty: nothing is sent.",
        [](Config& c, KeyValue& v) { c.senders.back().start_reply = v.text; }},
    Key{"sender.help_reply", K::text, "", "\"Text STOP to end all messages from this number, START to come back.\"", false,
        "Answers a HELP; empty: nothing is sent.", [](Config& c, KeyValue& v) { c.senders.back().help_reply = v.text; }},
    // ---- route
    Key{"route.prefix", K::text, "", "", true, "Leading digits of the recipient's E.164 number.",
        [](Config& c, KeyValue& v) { c.routes.back().prefix = v.text; }},
    Key{"route.smsc", K::text, "", "", true, "The account.", [](Config& c, KeyValue& v) { c.routes.back().smsc = v.text; }},
    // ---- endpoint
    Key{"endpoint.name", K::text, "", "", true, "What `notify` in a campaign calls it.",
        [](Config& c, KeyValue& v) { c.endpoints.back().name = v.text; }},
    Key{"endpoint.url", K::text, "", "", true, "http or https; certificates are verified, redirects not followed.",
        [](Config& c, KeyValue& v) { c.endpoints.back().url = v.text; }},
    Key{"endpoint.secret", K::secret, "", "", true, "Signs every request: `whsec_` and base64 of 24 to 64 octets, or a text of 24 characters or more.",
        [](Config& c, KeyValue& v) { c.endpoints.back().secret = v.secret; }},
    Key{"endpoint.concurrency", K::integer, "1..64", "8", false, "Requests in flight at once.",
        [](Config& c, KeyValue& v) { c.endpoints.back().concurrency = u32(v); }},
    Key{"endpoint.retry", K::duration_list, "", "[\"5s\", \"5m\", \"30m\", \"2h\", \"5h\", \"10h\", \"14h\", \"20h\", \"24h\"]", false,
        "The waits between attempts; after the last the event is dead.", [](Config& c, KeyValue& v) { c.endpoints.back().retry = v.durations; }},
    // ---- messages, webhooks, log
    Key{"messages.validity", K::duration, "", "\"24h\"", false, "How long a message may try to leave; whole hours.",
        [](Config& c, KeyValue& v) { c.messages.validity = v.duration; }},
    Key{"webhooks.source", K::text, "", "\"bindery\"", false, "`source` of the CloudEvents: which installation speaks.",
        [](Config& c, KeyValue& v) { c.webhooks.source = v.text; }},
    Key{"webhooks.ca_file", K::text, "", "\"\"", false, "Certificates (PEM) to trust instead of the system's.",
        [](Config& c, KeyValue& v) { c.webhooks.ca_file = v.text; }},
    Key{"log.level", K::choice, "trace | debug | info | warn | error", "\"info\"", false, "The least that is written.",
        [](Config& c, KeyValue& v) { c.log.level = static_cast<LogLevel>(v.number); }},
    Key{"log.mask", K::boolean, "", "true", false, "Phone numbers as 4477****001 and texts by their length only.",
        [](Config& c, KeyValue& v) { c.log.mask = v.flag; }},
};

}  // namespace

std::span<const Key> config_keys() { return keys; }
std::span<const Section> config_sections() { return sections; }

}  // namespace core
