// The PDUs (SMPP v3.4 section 4, v5.0 section 4), members spelled as in the specification; where it has the three of
// ton, npi and address they are one Address. Each struct has one description of its fields in layout.hpp, from which
// encode, decode, text and comparison follow. Commands that are not described yet are Unknown, octet for octet.
#pragma once

#include "smpp/address.hpp"
#include "smpp/command.hpp"
#include "smpp/octets.hpp"
#include "smpp/status.hpp"
#include "smpp/tlv.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace smpp {

struct BindBody {
  std::string system_id;
  std::string password;
  std::string system_type;
  std::uint8_t interface_version = 0x34;
  std::uint8_t addr_ton = 0;
  std::uint8_t addr_npi = 0;
  std::string address_range;
};
struct BindReceiver : BindBody {};
struct BindTransmitter : BindBody {};
struct BindTransceiver : BindBody {};

struct BindRespBody {
  std::string system_id;
  Tlvs tlvs;  // sc_interface_version
};
struct BindReceiverResp : BindRespBody {};
struct BindTransmitterResp : BindRespBody {};
struct BindTransceiverResp : BindRespBody {};

struct MessageBody {
  std::string service_type;
  Address source;
  Address destination;
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority_flag = 0;
  std::string schedule_delivery_time;  // empty or 16 characters (P121)
  std::string validity_period;
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  Octets short_message;                // at most 255 octets; sm_length follows from it
  Tlvs tlvs;
};
struct SubmitSm : MessageBody {};
struct DeliverSm : MessageBody {};

struct MessageRespBody {
  std::string message_id;
  Tlvs tlvs;
};
struct SubmitSmResp : MessageRespBody {};
struct DeliverSmResp : MessageRespBody {};

struct Unbind {};
struct UnbindResp {};
struct EnquireLink {};
struct EnquireLinkResp {};
struct GenericNack {};

// A command whose fields are not described: by its number, with its body as it came.
struct Unknown {
  command_id id{};
  Octets body;
};

// Equal when every described field is.
bool operator==(const BindReceiver& left, const BindReceiver& right);
bool operator==(const BindTransmitter& left, const BindTransmitter& right);
bool operator==(const BindTransceiver& left, const BindTransceiver& right);
bool operator==(const BindReceiverResp& left, const BindReceiverResp& right);
bool operator==(const BindTransmitterResp& left, const BindTransmitterResp& right);
bool operator==(const BindTransceiverResp& left, const BindTransceiverResp& right);
bool operator==(const SubmitSm& left, const SubmitSm& right);
bool operator==(const SubmitSmResp& left, const SubmitSmResp& right);
bool operator==(const DeliverSm& left, const DeliverSm& right);
bool operator==(const DeliverSmResp& left, const DeliverSmResp& right);
bool operator==(const Unbind& left, const Unbind& right);
bool operator==(const UnbindResp& left, const UnbindResp& right);
bool operator==(const EnquireLink& left, const EnquireLink& right);
bool operator==(const EnquireLinkResp& left, const EnquireLinkResp& right);
bool operator==(const GenericNack& left, const GenericNack& right);
bool operator==(const Unknown& left, const Unknown& right);

using PduBody = std::variant<BindReceiver, BindTransmitter, BindTransceiver, BindReceiverResp, BindTransmitterResp,
                             BindTransceiverResp, SubmitSm, SubmitSmResp, DeliverSm, DeliverSmResp, Unbind, UnbindResp,
                             EnquireLink, EnquireLinkResp, GenericNack, Unknown>;

struct Pdu {
  command_status status = command_status::ESME_ROK;
  std::uint32_t sequence_number = 0;
  PduBody body;
  bool header_only = false;  // a response of 16 octets although its command has a body (P10, P11)

  [[nodiscard]] command_id id() const;
  bool operator==(const Pdu&) const = default;
};

// What a session can be asked to send and to answer. It binds and unbinds itself.
using Request = std::variant<SubmitSm, DeliverSm, EnquireLink, BindReceiver, BindTransmitter, BindTransceiver, Unbind,
                             Unknown>;

struct Response {
  command_status status = command_status::ESME_ROK;
  std::variant<SubmitSmResp, DeliverSmResp, BindReceiverResp, BindTransmitterResp, BindTransceiverResp, UnbindResp,
               EnquireLinkResp, GenericNack, Unknown>
      body;
};

[[nodiscard]] command_id id_of(const PduBody& body);
[[nodiscard]] command_id id_of(const Request& request);
[[nodiscard]] command_id id_of(const Response& response);

// One readable line: `deliver_sm sequence_number=7 source_addr="447700900001" ... short_message="YES"`. Fields at
// their default are left out. It contains numbers and texts of people: not for logs as it is.
[[nodiscard]] std::string to_text(const Pdu& pdu);

}  // namespace smpp
