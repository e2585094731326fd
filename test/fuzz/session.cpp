// A session's life made of an input: settings, then steps, each an octet that says what happens and octets that say
// how. In either role: octets of the peer, PDUs made for the present state, requests, answers, time, writes, revocations.
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/judged_session.hpp"

#include "smpp/codec.hpp"

#include <array>

namespace {

using fuzz::Input;
using fuzz::JudgedSession;
using smpp::command_id;
using smpp::command_status;

constexpr std::array kCommands{command_id::bind_transceiver,
                               command_id::bind_transceiver_resp,
                               command_id::bind_transmitter,
                               command_id::bind_receiver,
                               command_id::bind_transmitter_resp,
                               command_id::bind_receiver_resp,
                               command_id::submit_sm,
                               command_id::submit_sm_resp,
                               command_id::deliver_sm,
                               command_id::deliver_sm_resp,
                               command_id::enquire_link,
                               command_id::enquire_link_resp,
                               command_id::unbind,
                               command_id::unbind_resp,
                               command_id::generic_nack,
                               command_id::data_sm,
                               command_id::data_sm_resp,
                               command_id::alert_notification,
                               command_id::outbind,
                               command_id::query_sm_resp,
                               static_cast<command_id>(0x00010200),
                               static_cast<command_id>(0x80010200)};

constexpr std::array kStatuses{command_status::ESME_ROK,        command_status::ESME_RTHROTTLED,
                               command_status::ESME_RINVCMDLEN, command_status::ESME_RALYBND,
                               command_status::ESME_RSYSERR,    static_cast<command_status>(0x40A)};

smpp::SessionSettings settings_of(Input& input) {
  const auto flags = input.octet();
  const auto sizes = input.octet();
  smpp::SessionSettings settings;
  settings.role = (flags & 1) == 0 ? smpp::Role::esme : smpp::Role::smsc;
  settings.bind.type = static_cast<smpp::BindType>((flags >> 1 & 3) % 3);
  settings.bind.system_id = "fuzz";
  if ((flags & 8) != 0) settings.bind.interface_version = 0x33;
  if ((flags & 16) != 0) settings.first_sequence_number = 0x7FFFFFFE;
  if ((flags & 32) != 0) settings.timers.inactivity = std::chrono::seconds(90);
  if ((flags & 64) != 0) settings.timers.response = std::chrono::milliseconds(0);
  if ((flags & 128) != 0) settings.max_command_length = 256;
  const auto more = input.octet();
  if ((more & 1) != 0) settings.await_outbind = true;
  if ((more & 2) != 0) settings.owner_answers_malformed = true;
  if ((more & 4) != 0) settings.send_tlvs = (more & 8) != 0;
  if ((more & 16) != 0) settings.accept_short_sm = true;
  if ((more & 32) != 0) settings.strict = true;
  if ((more & 64) != 0) settings.bind.interface_version = 0x50;
  // So few that the numbers go round while some are outstanding or timed out (P7).
  if ((more & 128) != 0 && (flags & 16) == 0) settings.highest_sequence_number = 40;
  settings.window = 1 + (sizes & 15U);
  settings.max_unanswered_incoming = 1 + (sizes >> 4);
  return settings;
}

smpp::MessageBody message_of(Input& input) {
  smpp::MessageBody body;
  body.source.addr = "80800";
  body.destination.addr = "447700900001";
  const auto how = input.octet();
  // Large ones fill the output, so that requests wait in the queue, where they can be revoked.
  if ((how & 0x80) != 0) {
    body.tlvs.add(smpp::tag::message_payload, smpp::Octets((how & 0x7F) * std::size_t{512}, std::byte{'x'}));
  } else {
    body.short_message = fuzz::copy_of(input.octets(how));
  }
  return body;
}

smpp::Request request_of(Input& input) {
  switch (input.octet() % 12) {
    case 0: return smpp::SubmitSm{message_of(input)};
    case 1: return smpp::DeliverSm{message_of(input)};
    case 2: {
      smpp::DataSm data_sm;
      data_sm.tlvs.add(smpp::tag::message_payload, fuzz::copy_of(input.octets(input.octet())));
      return data_sm;
    }
    case 3: return smpp::Unbind{};
    case 4: return smpp::Unknown{command_id::submit_sm_resp, {}};
    case 5: return smpp::Outbind{};
    case 6: return smpp::AlertNotification{};
    case 7: {
      smpp::SubmitMulti submit_multi;
      submit_multi.dest_address.emplace_back(smpp::Address{1, 1, "447700900001"});
      return submit_multi;
    }
    case 8: return smpp::QuerySm{};
    case 9: return smpp::CancelSm{};
    case 10: return smpp::ReplaceSm{};
    default: return smpp::Unknown{static_cast<command_id>(0x00010200), {}};
  }
}

smpp::Response response_of(Input& input) {
  smpp::Response response;
  const auto how = input.octet();
  response.status = kStatuses[how / 16U % kStatuses.size()];
  switch (how % 8) {
    case 0: response.body = smpp::BindTransceiverResp{}; break;
    case 1: response.body = smpp::BindReceiverResp{}; break;
    case 2: response.body = smpp::BindTransmitterResp{}; break;
    case 3: response.body = smpp::SubmitSmResp{{smpp::to_text(input.octets(input.octet())), {}}}; break;
    case 4: response.body = smpp::DeliverSmResp{}; break;
    case 5: response.body = smpp::GenericNack{}; break;
    default: response.body = smpp::DataSmResp{}; break;
  }
  return response;
}

// A whole PDU with a number that means something: of a request of ours, or any.
smpp::Octets pdu_of(Input& input, const JudgedSession& session) {
  const auto id = static_cast<std::uint32_t>(kCommands[input.octet() % kCommands.size()]);
  const auto how = input.octet();
  const auto status = static_cast<std::uint32_t>(kStatuses[how / 8U % kStatuses.size()]);
  std::uint32_t number = how % 8;
  if (number == 7) number = input.number(4);
  if (const auto& known = session.numbers(); number < 5 && number < known.size()) {
    number = known[known.size() - 1 - number];
  }
  const auto body = input.octets(input.octet());
  smpp::Octets pdu;
  for (const std::uint32_t word : {static_cast<std::uint32_t>(16 + body.size()), id, status, number}) {
    for (int shift = 24; shift >= 0; shift -= 8) pdu.push_back(static_cast<std::byte>(word >> shift & 0xFF));
  }
  pdu.insert(pdu.end(), body.begin(), body.end());
  return pdu;
}

void step(Input& input, JudgedSession& session) {
  switch (input.octet() % 12) {
    case 0: return session.receive(input.octets(input.number(2) % 2048));
    case 1:
    case 2:
    case 3: return session.receive(pdu_of(input, session));
    case 4:
    case 5: return session.request(request_of(input));
    case 6: {
      const auto which = input.octet();
      const auto response = response_of(input);
      const auto& known = session.incoming();
      if (known.empty()) return session.respond({1, which}, response);
      smpp::Incoming incoming = known[known.size() - 1 - which % known.size()];
      if (which == 0xFF) incoming.epoch = 2;
      return session.respond(incoming, response);
    }
    case 7: return session.pass(std::chrono::milliseconds(input.number(2)));
    case 8: return session.pass_to_deadline();
    case 9: {
      const auto count = input.octet();
      return session.written(count == 0xFF ? 1'000'000 : count * std::size_t{64});
    }
    case 10: return session.revoke(session.last_token() - input.octet() % 8U);
    default: {
      const auto how = input.octet();
      if (how % 16 == 1) return session.unbind();
      if (how % 16 == 2) return session.disconnect();
      if (how % 16 == 3) return session.bind();
      return session.written(1'000'000);
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* begin, std::size_t size) {
  Input input(begin, size);
  JudgedSession session(settings_of(input));
  session.connect();
  while (!input.empty() && !session.is_closed()) step(input, session);
  if (!session.is_closed()) session.disconnect();
  return 0;
}
