#include "core/config_keys.hpp"
#include "core/config_places.hpp"
#include "core/engine/carrier_fields.hpp"
#include "core/http/client.hpp"
#include "core/http/server.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace core {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "smsc.example.net:2775", "[::1]:2775".
bool is_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  if (host.find(':') != std::string_view::npos && (host.front() != '[' || host.back() != ']')) return false;
  unsigned number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  return all_digits(port) && port.size() <= 5 && number >= 1 && number <= 65535;
}

bool is_literal_address(const std::string& text) {
  std::array<unsigned char, sizeof(::in6_addr)> octets;
  return ::inet_pton(AF_INET, text.c_str(), octets.data()) == 1 || ::inet_pton(AF_INET6, text.c_str(), octets.data()) == 1;
}

// Of "host:port".
bool is_this_machine(std::string_view host_and_port) {
  std::string host(host_and_port.substr(0, host_and_port.rfind(':')));
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  return host == "localhost" || core::http::is_loopback(host);
}

// A short code, E.164 digits, or an alphanumeric name of at most 11 characters of the GSM alphabet's ASCII part; "@" is 0
// there, the end of a C-octet string (P118).
bool is_sender(std::string_view text) {
  if (all_digits(text)) return text.size() >= 3 && text.size() <= 15;
  return !text.empty() && text.size() <= 11 && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '+' && c != '@'; });
}

class Checks {
 public:
  Checks(ParsedConfig& parsed, const Places& places) : parsed_(parsed), config_(parsed.config), places_(places) {}
  void run() {
    http();
    tokens();
    accounts();
    senders();
    routes();
    endpoints();
    if (config_.smsc.empty()) warn("", "no [[smsc]]: nothing can be sent or received");
    const auto hour = Duration(3'600'000);
    if (config_.messages.validity < hour || config_.messages.validity % hour != Duration(0)) {
      mistake("messages.validity", "messages.validity is a number of whole hours, at least \"1h\"");
    }
  }

 private:
  void http();
  void tokens();
  void accounts();
  void outbind(const SmscSettings& smsc, const std::string& here);
  void quirks(const Quirks& quirks, const std::string& here);
  void transport(const SmscSettings& smsc, const std::string& here);
  void senders();
  void routes();
  void endpoints();
  void account_exists(const std::string& id, const std::string& where);
  Mistake at(const std::string& where, std::string message) const {
    const auto found = places_.find(where);
    const Place place = found == places_.end() ? Place{1, 1} : found->second;
    return {config_.path, place.line, place.column, std::move(message)};
  }
  void mistake(const std::string& where, std::string message) { parsed_.mistakes.push_back(at(where, std::move(message))); }
  void warn(const std::string& where, std::string message) { parsed_.warnings.push_back(at(where, std::move(message))); }
  // Values that were mistakes already, or are missing, have no place or are empty: one mistake each is enough.
  bool once(std::set<std::string>& seen, const std::string& value, const std::string& where, std::string_view what) {
    if (value.empty() || seen.insert(value).second) return true;
    mistake(where, fmt::format("{} \"{}\" is there twice", what, value));
    return false;
  }

  ParsedConfig& parsed_;
  const Config& config_;
  const Places& places_;
};

void Checks::http() {
  const auto endpoint = core::http::parse_endpoint(config_.http.listen);
  if (!endpoint) return mistake("http.listen", fmt::format("\"{}\" is not an address and port such as \"127.0.0.1:8080\"", config_.http.listen));
  if (!core::http::is_loopback(endpoint->address) && !config_.http.behind_proxy) {
    mistake("http.listen", fmt::format("\"{}\" is beyond loopback, where tokens would travel in the clear: put a proxy with TLS in front and "
                                       "say behind_proxy = true (S1)", config_.http.listen));
  }
}

void Checks::tokens() {
  std::set<std::string> names;
  for (std::size_t i = 0; i < config_.http.tokens.size(); ++i) {
    const auto& token = config_.http.tokens[i];
    const std::string here = fmt::format("http.token[{}]", i);
    once(names, token.name, here + ".name", "the token");
    int sources = 0;
    for (const char* source : {".file", ".env", ".value"}) sources += places_.count(here + source) != 0;
    if (sources != 1) mistake(here, "[[http.token]] needs exactly one of \"file\", \"env\", \"value\"");
    if (token.token.origin == Secret::Origin::written) {
      warn(here + ".value", "the token stands in the configuration itself; use file or env outside demos");
      if (token.token.value.size() < 16) mistake(here + ".value", "a token has at least 16 characters (S2)");
    }
  }
}

void Checks::accounts() {
  std::set<std::string> ids, listeners;
  for (std::size_t i = 0; i < config_.smsc.size(); ++i) {
    const auto& smsc = config_.smsc[i];
    const std::string here = fmt::format("smsc[{}]", i);
    once(ids, smsc.id, here + ".id", "the account");
    for (std::size_t n = 0; n < smsc.hosts.size(); ++n) {
      if (!is_host_and_port(smsc.hosts[n])) {
        mistake(fmt::format("{}.hosts[{}]", here, n), fmt::format("\"{}\" is not a host and port such as \"smsc.example.net:2775\"", smsc.hosts[n]));
      }
    }
    // Longer ones are demanded in practice, and are sent as they are (P44).
    if (smsc.system_id.size() > 15) warn(here + ".system_id", "SMPP gives a system_id 15 characters; this one is sent as it is");
    if (smsc.system_type.size() > 12) warn(here + ".system_type", "SMPP gives a system_type 12 characters; this one is sent as it is");
    for (std::size_t n = 0; n < smsc.rx_hosts.size(); ++n) {
      if (!is_host_and_port(smsc.rx_hosts[n])) mistake(fmt::format("{}.rx_hosts[{}]", here, n), fmt::format("\"{}\" is not a host and port", smsc.rx_hosts[n]));
    }
    if (smsc.bind != BindMode::pair) {
      for (const auto& [name, there] : {std::pair{".rx_hosts", !smsc.rx_hosts.empty()}, {".rx_system_id", !smsc.rx_system_id.empty()},
                                        {".rx_password", smsc.rx_password.origin != Secret::Origin::none}, {".rx_system_type", !smsc.rx_system_type.empty()}}) {
        if (there) mistake(here + name, fmt::format("smsc{} says nothing without bind = \"pair\"", name));
      }
    }
    outbind(smsc, here);
    if (!smsc.outbind_listen.empty()) once(listeners, smsc.outbind_listen, here + ".outbind_listen", "the address");
    if (smsc.password.origin == Secret::Origin::written) {
      warn(here + ".password", "the password stands in the configuration itself; use { env = \"NAME\" } or { file = \"path\" } outside demos");
    }
    transport(smsc, here);
    quirks(smsc.quirks, here + ".quirks");
    if (!smsc.quirks.country_code.empty() && (!all_digits(smsc.quirks.country_code) || smsc.quirks.country_code.size() > 3)) {
      mistake(here + ".quirks.country_code", "a country code is one to three digits, without +");
    }
    for (const auto& [name, time] : {std::pair{".enquire_link", smsc.enquire_link}, {".response_timeout", smsc.response_timeout},
                                     {".bind_timeout", smsc.bind_timeout}, {".connect_timeout", smsc.connect_timeout},
                                     {".pdu_read_timeout", smsc.pdu_read_timeout}, {".unbind_timeout", smsc.unbind_timeout},
                                     {".reconnect_max", smsc.reconnect_max}, {".already_bound_retry", smsc.already_bound_retry},
                                     {".auth_retry", smsc.auth_retry}}) {
      if (time < Duration(100)) mistake(here + name, fmt::format("smsc{} is at least \"100ms\"", name));
    }
  }
}

void Checks::outbind(const SmscSettings& smsc, const std::string& here) {
  if (smsc.outbind_listen.empty()) {
    if (!smsc.outbind_system_id.empty()) mistake(here + ".outbind_system_id", "outbind_system_id says nothing without outbind_listen");
    if (smsc.outbind_password.origin != Secret::Origin::none) mistake(here + ".outbind_password", "outbind_password says nothing without outbind_listen");
    return;
  }
  const std::string host = smsc.outbind_listen.substr(0, smsc.outbind_listen.rfind(':'));
  const std::string bare = host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
  if (!is_host_and_port(smsc.outbind_listen) || !is_literal_address(bare)) {
    mistake(here + ".outbind_listen", fmt::format("\"{}\" is not a literal address and port such as \"192.0.2.10:2776\"", smsc.outbind_listen));
  }
  if (smsc.tls) mistake(here + ".outbind_listen", "outbind_listen speaks no TLS: the bind that follows would send our password in the clear; leave tls out, or let the carrier be connected to");
  else if (!core::http::is_loopback(bare)) warn(here + ".outbind_listen", "the link is plain: our password and messages travel in the clear; use a tunnel (S26)");
  // Whoever knocks is told our own password by the bind that follows.
  if (smsc.outbind_system_id.empty()) mistake(here + ".outbind_listen", "outbind_listen needs outbind_system_id and outbind_password: whoever knocks is sent our own password");
  else if (smsc.outbind_password.origin == Secret::Origin::none) mistake(here + ".outbind_listen", "outbind_listen needs outbind_password: whoever knocks is sent our own");
}

void Checks::quirks(const Quirks& quirks, const std::string& here) {
  if (quirks.latin1_beyond_gsm && !quirks.allow_latin1) mistake(here + ".latin1_beyond_gsm", "latin1_beyond_gsm says nothing without allow_latin1 = true");
  if (quirks.reassembly_timeout < Duration(1'000) || quirks.reassembly_timeout > Duration(24 * 3'600'000)) {
    mistake(here + ".reassembly_timeout", "smsc.quirks.reassembly_timeout is between \"1s\" and \"24h\"");
  }
  const bool old_version = quirks.interface_version < 0x34 && quirks.interface_version != 0x22;
  if (quirks.send_tlvs == false || (!quirks.send_tlvs && old_version)) {
    const std::string none = quirks.send_tlvs ? "send_tlvs = \"no\" sends none" : "interface_version is below 3.4, so that none are sent; send_tlvs = \"yes\" sends them all the same";
    if (quirks.long_mode == smpp::LongMode::sar || quirks.long_mode == smpp::LongMode::payload) {
      mistake(here + ".long_mode", "long_mode needs TLVs, and " + none);
    }
    if (quirks.flash == smpp::ClassBy::dest_addr_subunit) mistake(here + ".flash", "flash by dest-addr-subunit is a TLV, and " + none);
    const auto sent_one = std::find_if(quirks.tlvs.begin(), quirks.tlvs.end(), [](const engine::VendorTlv& tlv) { return !tlv.inbound; });
    if (sent_one != quirks.tlvs.end()) mistake(fmt::format("{}.tlv[{}]", here, sent_one - quirks.tlvs.begin()), "this is a TLV, and " + none);
  }
  for (const auto& [name, digits] : {std::pair{".exit_code", &quirks.exit_code}, {".trunk_prefix", &quirks.trunk_prefix}}) {
    if (!digits->empty() && !all_digits(*digits)) mistake(here + name, fmt::format("smsc.quirks{} is digits", name));
  }
  std::set<std::string> tariffs;
  for (std::size_t i = 0; i < quirks.tariffs.size(); ++i) {
    const engine::Tariff& tariff = quirks.tariffs[i];
    once(tariffs, tariff.name, fmt::format("{}.tariff[{}].name", here, i), "the tariff");
    if (const auto own = quirks.status_map.find(smpp::command_status::ESME_RSUBMITFAIL); i == 0 && own != quirks.status_map.end() && own->second == smpp::status_class::retry) {
      warn(here + ".status_map", "ESME_RSUBMITFAIL is tried again for other messages only: a message with a tariff may have been charged (P126)");
    }
    const std::string source = fmt::format("{}.tariff[{}].source", here, i);
    if (!tariff.source.empty() && !is_sender(tariff.source)) mistake(source, fmt::format("\"{}\" is no sender", tariff.source));
    else if (!tariff.source.empty() && !config_.find_sender(tariff.source)) {
      warn(source, fmt::format("no [[sender]] has the number {}: a STOP to it is honoured, anything else that comes to it is only kept", tariff.source));
    }
  }
  std::set<std::string> sent, read;
  for (std::size_t i = 0; i < quirks.tlvs.size(); ++i) {
    const engine::VendorTlv& tlv = quirks.tlvs[i];
    const std::string place = fmt::format("{}.tlv[{}]", here, i);
    // One name may stand for several outbound TLVs of different tariffs.
    once(tlv.inbound ? read : sent, tlv.inbound ? tlv.name : tlv.name + " " + tlv.tariff, place + ".name", "the TLV");
    if (tlv.inbound && !tlv.value.empty()) mistake(place + ".value", "a TLV that is read has no value to send");
    if (tlv.inbound && !tlv.tariff.empty()) mistake(place + ".tariff", "a TLV that is read belongs to no tariff");
    if (!tlv.tariff.empty() && !tariffs.contains(tlv.tariff)) mistake(place + ".tariff", fmt::format("there is no [[smsc.quirks.tariff]] named \"{}\"", tlv.tariff));
    if (tlv.inbound && engine::is_own_field(tlv.name)) mistake(place + ".name", fmt::format("\"{}\" is a field that this program sets itself", tlv.name));
    const bool constant = !tlv.value.empty() && !(tlv.value.starts_with('{') && tlv.value.ends_with('}'));
    if (constant && !engine::tlv_value(tlv.type, tlv.value)) mistake(place + ".value", fmt::format("\"{}\" is no value of its type", tlv.value));
  }
}

void Checks::transport(const SmscSettings& smsc, const std::string& here) {
  if (!smsc.local_address.empty() && !is_literal_address(smsc.local_address)) {
    mistake(here + ".local_address", fmt::format("\"{}\" is not a literal address such as \"192.0.2.10\"", smsc.local_address));
  }
  if (!smsc.tls) {
    for (const auto& [name, value] : {std::pair{".tls_ca", &smsc.tls_ca}, {".tls_certificate", &smsc.tls_certificate}, {".tls_key", &smsc.tls_key}}) {
      if (!value->empty()) mistake(here + name, fmt::format("smsc{} says nothing without tls = true", name));
    }
    if (smsc.tls_verify == TlsVerify::none) mistake(here + ".tls_verify", "smsc.tls_verify says nothing without tls = true");
    for (const auto& [name, hosts] : {std::pair{".hosts", &smsc.hosts}, {".rx_hosts", &smsc.rx_hosts}}) {
      const auto beyond = std::find_if(hosts->begin(), hosts->end(), [](const std::string& host) { return is_host_and_port(host) && !is_this_machine(host); });
      if (beyond == hosts->end()) continue;
      return warn(fmt::format("{}{}[{}]", here, name, beyond - hosts->begin()),
                  fmt::format("the link to {} is plain: password and messages travel in the clear; say tls = true if the carrier offers it, else use a tunnel (S26)", *beyond));
    }
    return;
  }
  if (smsc.tls_certificate.empty() != smsc.tls_key.empty()) {
    mistake(here + (smsc.tls_key.empty() ? ".tls_certificate" : ".tls_key"), "tls_certificate and tls_key go together");
  }
  if (smsc.tls_verify != TlsVerify::none) return;
  warn(here + ".tls_verify", "certificates are NOT verified: anybody on the way may pose as the carrier and take password and messages; "
                             "name the carrier's certificate in tls_ca instead (S12)");
  if (!smsc.tls_ca.empty()) mistake(here + ".tls_ca", "tls_ca says nothing with tls_verify = \"none\"");
}

void Checks::account_exists(const std::string& id, const std::string& where) {
  if (id.empty() || config_.find_smsc(id) != nullptr) return;
  std::vector<std::string_view> ids;
  for (const auto& smsc : config_.smsc) ids.push_back(smsc.id);
  const std::string meant = nearest(id, ids);
  mistake(where, fmt::format("there is no [[smsc]] with id \"{}\"{}", id, meant.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", meant)));
}

void Checks::senders() {
  std::set<std::string> numbers;
  for (std::size_t i = 0; i < config_.senders.size(); ++i) {
    const auto& sender = config_.senders[i];
    const std::string here = fmt::format("sender[{}]", i);
    once(numbers, sender.number, here + ".number", "the sender");
    if (!sender.number.empty() && !is_sender(sender.number)) {
      mistake(here + ".number", fmt::format("\"{}\" is neither a short code, nor E.164 digits without +, nor a name of up to 11 characters", sender.number));
    }
    for (std::size_t n = 0; n < sender.smsc.size(); ++n) account_exists(sender.smsc[n], fmt::format("{}.smsc[{}]", here, n));
  }
}

void Checks::routes() {
  std::set<std::string> prefixes;
  for (std::size_t i = 0; i < config_.routes.size(); ++i) {
    const auto& route = config_.routes[i];
    const std::string here = fmt::format("route[{}]", i);
    once(prefixes, route.prefix, here + ".prefix", "the prefix");
    if (!route.prefix.empty() && !all_digits(route.prefix)) mistake(here + ".prefix", "a prefix is digits, without +");
    account_exists(route.smsc, here + ".smsc");
  }
}

void Checks::endpoints() {
  std::set<std::string> names;
  for (std::size_t i = 0; i < config_.endpoints.size(); ++i) {
    const auto& endpoint = config_.endpoints[i];
    const std::string here = fmt::format("endpoint[{}]", i);
    once(names, endpoint.name, here + ".name", "the endpoint");
    if (endpoint.secret.origin == Secret::Origin::written) {
      warn(here + ".secret", "the secret stands in the configuration itself; use { env = \"NAME\" } or { file = \"path\" } outside demos");
    }
    std::string why;
    if (endpoint.url.empty()) continue;
    const auto url = core::http::parse_url(endpoint.url, &why);
    if (!url) {
      mistake(here + ".url", fmt::format("\"{}\": {}", endpoint.url, why));
    } else if (url->scheme == "http" && !core::http::is_loopback(url->host) && url->host != "localhost") {
      warn(here + ".url", "events travel in the clear; use https beyond this machine (S17)");
    }
  }
}

}  // namespace

void check_config(ParsedConfig& parsed, const Places& places) { Checks(parsed, places).run(); }

}  // namespace core
