#include "core/net/plan.hpp"

#include "core/engine/limits.hpp"
#include "core/net/limits.hpp"
#include "core/net/signature.hpp"
#include "core/quirks.hpp"

#include <string>

namespace core::net {

namespace {

engine::DoubtPolicy doubt_policy(InDoubt in_doubt) {
  switch (in_doubt) {
    case InDoubt::hold: break;
    case InDoubt::resend_once: return engine::DoubtPolicy::resend_once;
    case InDoubt::give_up: return engine::DoubtPolicy::give_up;
  }
  return engine::DoubtPolicy::hold;
}

engine::AccountSettings account_settings(const SmscSettings& smsc) {
  engine::AccountSettings account;
  const Quirks& quirks = smsc.quirks;
  account.id = smsc.id;
  account.rate = smsc.rate;
  account.window_auto = smsc.window_auto;
  account.status_map = quirks.status_map;
  account.text = text_options(quirks);
  account.decoding = decode_options(quirks);
  account.receipts = receipt_profile(quirks);
  account.receipt_last_part_only = quirks.receipt_last_part_only;
  account.receipt_by_address = quirks.receipt_by_address;
  account.user_message_reference = quirks.user_message_reference;
  account.reassembly_timeout = std::chrono::ceil<std::chrono::seconds>(quirks.reassembly_timeout);
  account.validity_format = quirks.validity_format;
  account.validity_max = std::chrono::ceil<std::chrono::seconds>(quirks.validity_max);
  account.destination_ton = quirks.destination_ton.value_or(account.destination_ton);
  account.destination_npi = quirks.destination_npi.value_or(account.destination_npi);
  account.destination_plus = quirks.destination_plus;
  account.source_ton = quirks.short_code_ton.value_or(quirks.source_ton.value_or(account.source_ton));
  account.source_npi = quirks.short_code_npi.value_or(quirks.source_npi.value_or(account.source_npi));
  account.name_source_ton = quirks.alphanumeric_ton.value_or(account.name_source_ton);
  account.name_source_npi = quirks.alphanumeric_npi.value_or(account.name_source_npi);
  account.long_source_ton = quirks.source_ton.value_or(account.long_source_ton);
  account.long_source_npi = quirks.source_npi.value_or(account.long_source_npi);
  account.registered_delivery = quirks.registered_delivery;
  account.busy_status = quirks.busy_status;
  account.echo_message_id = quirks.echo_message_id;
  account.protocol_id = quirks.protocol_id;
  account.replace_if_present = quirks.replace_if_present;
  account.service_type = quirks.service_type;
  account.receipt_id = quirks.receipt_id;
  account.doubt_policy = doubt_policy(smsc.in_doubt);
  account.burst = smsc.burst;
  account.country_code = quirks.country_code;
  account.exit_code = quirks.exit_code;
  account.trunk_prefix = quirks.trunk_prefix;
  account.tariffs = quirks.tariffs;
  account.vendor_tlvs = quirks.tlvs;
  return account;
}

smpp::SessionSettings session_settings(const SmscSettings& smsc, smpp::BindType type) {
  smpp::SessionSettings session;
  session.role = smpp::Role::esme;
  session.bind.type = type;
  session.bind.system_id = smsc.system_id;
  session.bind.password = smsc.password.value;
  session.bind.system_type = smsc.system_type;
  session.bind.interface_version = smsc.quirks.interface_version;
  session.bind.addr_ton = smsc.quirks.bind_ton;
  session.bind.addr_npi = smsc.quirks.bind_npi;
  session.bind.address_range = smsc.address_range;
  session.window = smsc.window;
  session.max_unanswered_incoming = static_cast<std::uint32_t>(engine::kUnansweredPerSession);
  session.busy_status = smsc.quirks.busy_status;
  session.max_command_length = smsc.quirks.max_pdu;
  session.accept_short_sm = smsc.quirks.accept_short_sm;
  session.strict = smsc.quirks.strict;
  session.send_tlvs = smsc.quirks.send_tlvs;
  session.owner_answers_malformed = true;
  session.timers.session_init = smsc.bind_timeout;
  session.timers.enquire_link = smsc.enquire_link;
  session.timers.response = smsc.response_timeout;
  session.timers.inactivity = smsc.inactivity;
  session.timers.pdu_read = smsc.pdu_read_timeout;
  session.timers.unbind = smsc.unbind_timeout;
  return session;
}

std::vector<smpp::BindType> bind_types(BindMode mode) {
  switch (mode) {
    case BindMode::transceiver: return {smpp::BindType::transceiver};
    case BindMode::pair: return {smpp::BindType::transmitter, smpp::BindType::receiver};
    case BindMode::transmitter: return {smpp::BindType::transmitter};
    case BindMode::receiver: return {smpp::BindType::receiver};
  }
  return {};
}

}  // namespace

engine::Settings engine_settings(const Config& config) {
  engine::Settings settings;
  for (const SmscSettings& smsc : config.smsc) settings.accounts.push_back(account_settings(smsc));
  for (const SenderSettings& sender : config.senders) {
    settings.senders.push_back({sender.number, sender.smsc, sender.rate, sender.stop_reply, sender.start_reply, sender.help_reply});
  }
  for (const RouteSettings& route : config.routes) settings.routes.push_back({route.prefix, route.smsc});
  for (const EndpointSettings& endpoint : config.endpoints) {
    engine::EndpointSettings& to = settings.endpoints.emplace_back();
    to.name = endpoint.name;
    to.concurrency = endpoint.concurrency;
    for (const Duration wait : endpoint.retry) to.schedule.push_back(std::chrono::ceil<std::chrono::seconds>(wait));
  }
  settings.validity = std::chrono::ceil<std::chrono::hours>(config.messages.validity);
  settings.source = config.webhooks.source;
  return settings;
}

std::optional<smpp::net::TlsSettings> tls_settings(const SmscSettings& smsc) {
  if (!smsc.tls) return std::nullopt;
  smpp::net::TlsSettings tls;
  tls.verify = smsc.tls_verify == TlsVerify::full;
  tls.ca_file = smsc.tls_ca;
  tls.certificate_file = smsc.tls_certificate;
  tls.key_file = smsc.tls_key;
  return tls;
}

namespace {

LinkPlan link_plan(const SmscSettings& smsc, std::uint32_t number, smpp::BindType type) {
  LinkPlan plan;
  plan.account = smsc.id;
  plan.bind = number;
  plan.connection.name = smsc.id + "/" + std::to_string(number);
  plan.connection.hosts = smsc.hosts;
  plan.connection.local_address = smsc.local_address;
  plan.connection.tls = tls_settings(smsc);
  plan.connection.connect_timeout = smsc.connect_timeout;
  plan.connection.stop_timeout = kUnbindTime;
  plan.connection.first_delay = (number - 1) * kBindStagger;
  plan.connection.least_gap = smsc.least_gap;
  plan.connection.backoff = {smsc.reconnect_max, smsc.already_bound_retry, smsc.auth_retry};
  if (type == smpp::BindType::transceiver) plan.connection.bind_hint = "if this SMSC knows no transceivers, bind = \"pair\" helps";
  plan.session = session_settings(smsc, type);
  plan.receipts = receipt_profile(smsc.quirks);
  plan.max_messages = smsc.max_messages_per_bind;
  return plan;
}

// Receivers of a pair may be another account at another place (P43).
void as_receiver_of_pair(const SmscSettings& smsc, LinkPlan& plan) {
  if (!smsc.rx_hosts.empty()) plan.connection.hosts = smsc.rx_hosts;
  if (!smsc.rx_system_id.empty()) plan.session.bind.system_id = smsc.rx_system_id;
  if (smsc.rx_password.origin != Secret::Origin::none) plan.session.bind.password = smsc.rx_password.value;
  if (!smsc.rx_system_type.empty()) plan.session.bind.system_type = smsc.rx_system_type;
}

}  // namespace

std::vector<LinkPlan> link_plans(const Config& config) {
  std::vector<LinkPlan> plans;
  for (const SmscSettings& smsc : config.smsc) {
    std::uint32_t number = 0;
    for (const smpp::BindType type : bind_types(smsc.bind)) {
      for (std::uint32_t i = 0; i < smsc.binds; ++i) {
        plans.push_back(link_plan(smsc, ++number, type));
        if (smsc.bind == BindMode::pair && type == smpp::BindType::receiver) as_receiver_of_pair(smsc, plans.back());
      }
    }
    if (smsc.outbind_listen.empty()) continue;
    plans.push_back(link_plan(smsc, ++number, smpp::BindType::receiver));
    plans.back().outbind = OutbindPlan{smsc.outbind_listen, smsc.outbind_system_id, smsc.outbind_password.value};
  }
  return plans;
}

std::vector<EndpointPlan> endpoint_plans(const Config& config) {
  std::vector<EndpointPlan> plans;
  for (const EndpointSettings& endpoint : config.endpoints) {
    plans.push_back({endpoint.name, endpoint.url, signing_key(endpoint.secret.value).value_or(std::string())});
  }
  return plans;
}

http::ClientSettings webhook_client(const Config& config) {
  http::ClientSettings client;
  client.ca_file = config.webhooks.ca_file;
  return client;
}

}  // namespace core::net
