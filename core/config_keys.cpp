#include "core/config_keys.hpp"

#include <array>

namespace core {
namespace {

using K = KeyType;
using smpp::command_status;

std::uint32_t u32(const KeyValue& value) { return static_cast<std::uint32_t>(value.number); }
std::uint8_t u8(const KeyValue& value) { return static_cast<std::uint8_t>(value.number); }

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
    Key{"smsc.rate", K::rate, "", "", false, "Segments, over all binds of the account; no key: no limit.",
        [](Config& c, KeyValue& v) { c.smsc.back().rate = v.rate; }},
    Key{"smsc.profile", K::choice, "strict-3.4", "\"strict-3.4\"", false, "A named set of quirks to start from.",
        [](Config& c, KeyValue& v) { c.smsc.back().profile = v.text; }},
    Key{"smsc.in_doubt", K::choice, "hold | resend_once", "\"hold\"", false,
        "What becomes of a message whose link ended before it was answered: hold it for a late response or an operator until its validity ends, or send it once more.",
        [](Config& c, KeyValue& v) { c.smsc.back().in_doubt = static_cast<InDoubt>(v.number); }},
    Key{"smsc.enquire_link", K::duration, "", "\"30s\"", false, "Silence after which the link is probed; several carriers disconnect after 30 s.",
        [](Config& c, KeyValue& v) { c.smsc.back().enquire_link = v.duration; }},
    Key{"smsc.response_timeout", K::duration, "", "\"60s\"", false, "How long a request may stay unanswered before it is in doubt.",
        [](Config& c, KeyValue& v) { c.smsc.back().response_timeout = v.duration; }},
    Key{"smsc.bind_timeout", K::duration, "", "\"30s\"", false, "How long a bind may stay unanswered.",
        [](Config& c, KeyValue& v) { c.smsc.back().bind_timeout = v.duration; }},
    Key{"smsc.connect_timeout", K::duration, "", "\"10s\"", false, "Of a TCP connection.",
        [](Config& c, KeyValue& v) { c.smsc.back().connect_timeout = v.duration; }},
    Key{"smsc.inactivity", K::duration, "", "\"0\"", false, "Silence after which we rebind by ourselves; 0: never.",
        [](Config& c, KeyValue& v) { c.smsc.back().inactivity = v.duration; }},
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
    Key{"smsc.quirks.max_parts", K::integer, "1..255", "10", false, "Parts of a long message; a longer text is refused.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.max_parts = u32(v); }},
    Key{"smsc.quirks.source_ton", K::integer, "0..6", "", false, "Type of number of our senders; no key: by the kind of sender.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.source_ton = u8(v); }},
    Key{"smsc.quirks.source_npi", K::integer, "0..18", "", false, "Numbering plan of our senders; no key: by the kind of sender.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.source_npi = u8(v); }},
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
    Key{"smsc.quirks.service_type", K::text, "", "\"\"", false, "Only if the carrier asks for one.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.service_type = v.text; }},
    Key{"smsc.quirks.country_code", K::text, "", "\"\"", false, "Put before national numbers in deliver_sm (\"44\"); empty: none are assumed.",
        [](Config& c, KeyValue& v) { c.smsc.back().quirks.country_code = v.text; }},
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
