// Binds: which account may, in which version, how often; and the connections that we open with an outbind.
#include "tools/smpp-sim/smsc.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace smpp_sim {
using smpp::command_status;

namespace {

constexpr std::string_view kSystemId = "smpp-sim";
constexpr std::uint8_t kDecimal34 = 0x22;  // 34 in decimal, sent by mistake for 0x34 (P46)

Trigger trigger_of(smpp::BindType type) {
  if (type == smpp::BindType::transmitter) return Trigger::bind_transmitter;
  return type == smpp::BindType::receiver ? Trigger::bind_receiver : Trigger::bind_transceiver;
}

const smpp::BindBody* body_of(const smpp::BindRequested& request, smpp::Response& response) {
  if (const auto* trx = std::get_if<smpp::BindTransceiver>(&request.pdu.body)) {
    response.body = smpp::BindTransceiverResp{};
    return trx;
  }
  if (const auto* tx = std::get_if<smpp::BindTransmitter>(&request.pdu.body)) {
    response.body = smpp::BindTransmitterResp{};
    return tx;
  }
  response.body = smpp::BindReceiverResp{};
  return std::get_if<smpp::BindReceiver>(&request.pdu.body);
}

// `version`: what both sides have; below 3.4 there is no TLV to say it in (P20).
void fill(smpp::Response& response, std::uint8_t version) {
  const bool is_accepted = response.status == command_status::ESME_ROK;
  std::visit(
      [&](auto& answer) {
        if constexpr (std::is_base_of_v<smpp::BindRespBody, std::decay_t<decltype(answer)>>) {
          answer.system_id = kSystemId;
          if (is_accepted && version >= kVersion34) answer.tlvs.add_integer(smpp::tag::sc_interface_version, version);
        }
      },
      response.body);
}

}  // namespace

bool Smsc::has_accounts(const Client& client) const {
  const std::string& name = places_[client.place]->settings.name;
  return std::any_of(options_.accounts.begin(), options_.accounts.end(), [&](const auto& a) { return a.smsc == name; });
}

const SmscAccount* Smsc::account_of(const Client& client, const std::string& system_id) const {
  const std::string& name = places_[client.place]->settings.name;
  const auto found = std::find_if(options_.accounts.begin(), options_.accounts.end(), [&](const auto& account) {
    return account.smsc == name && account.system_id == system_id;
  });
  return found == options_.accounts.end() ? nullptr : &*found;
}

std::string Smsc::key_of(const Client& client, const std::string& system_id) const {
  const std::string& name = places_[client.place]->settings.name;
  return name.empty() ? system_id : system_id + "@" + name;
}

command_status Smsc::bind_status_of(const Client& client, const smpp::BindBody& body, Trigger type) {
  if (behaviour_.bind_status != command_status::ESME_ROK) return behaviour_.bind_status;
  if (!has_accounts(client)) return command_status::ESME_ROK;
  const SmscAccount* account = account_of(client, body.system_id);
  if (account == nullptr) return command_status::ESME_RINVSYSID;
  if (account->password != body.password) return command_status::ESME_RINVPASWD;
  if ((account->bind_types & static_cast<std::uint32_t>(type)) == 0) return command_status::ESME_RBINDFAIL;
  const auto others = std::count_if(clients_.begin(), clients_.end(), [&](const auto& entry) {
    return entry.second.is_bound && entry.second.account == account;
  });
  const bool is_full = account->max_binds != 0 && others >= static_cast<std::ptrdiff_t>(account->max_binds);
  return is_full ? command_status::ESME_RALYBND : command_status::ESME_ROK;
}

void Smsc::on_bind(Client& client, const smpp::BindRequested& request) {
  smpp::Response response;
  const smpp::BindBody* body = body_of(request, response);
  if (body == nullptr || client.is_deaf) return;
  const Trigger type = trigger_of(request.type);
  client.key = key_of(client, body->system_id);
  Decision decision;
  if (behaviours_.has(type)) {
    decision = behaviours_.decide({type, client.key, {}, {}, {}, 0}, random_, clocks_.steady());
  }
  if (decision.response == ResponseForm::none) decision.never = true;  // nobody is bound by what was never said
  // A rule refuses what an account could have; it does not admit what no account may.
  response.status = decision.status.value_or(command_status::ESME_ROK);
  if (response.status == command_status::ESME_ROK) response.status = bind_status_of(client, *body, type);
  if (decision.fault.fault == Fault::still_bound) {
    const auto ended = last_ended_.find(client.key);
    const bool is_soon = ended != last_ended_.end() && clocks_.steady() - ended->second < decision.fault.argument;
    if (is_soon) response.status = command_status::ESME_RALYBND;
    if (is_soon) ++faults_["still_bound"];
    decision.fault = {};
  }
  client.account = account_of(client, body->system_id);
  const std::uint8_t peers = body->interface_version == kDecimal34 ? kVersion34 : body->interface_version;
  client.version = std::min(peers, client.account == nullptr ? kVersion50 : client.account->version);
  client.takes_tlvs = client.version >= kVersion34;
  fill(response, client.version);
  const bool is_accepted = response.status == command_status::ESME_ROK && !decision.never;
  ++(is_accepted ? ledger_.counters.binds : ledger_.counters.binds_refused);
  if (is_accepted) client.random = Random(options_.seed, client.key, ++binds_of_[client.key]);
  const Asked asked{client.connection->id(), request.incoming, request.pdu.sequence_number, type};
  answer(client, asked, std::move(response), decision);
}

}  // namespace smpp_sim
