// The PDUs (SMPP v3.4 section 4, v5.0 section 4), members spelled as in the specification; where it has the three of
// ton, npi and address they are one Address. Each struct has one description of its fields in layout.hpp, from which
// encode, decode, text and comparison follow.
#pragma once

#include "smpp/address.hpp"
#include "smpp/command.hpp"
#include "smpp/octets.hpp"
#include "smpp/status.hpp"
#include "smpp/tlv.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

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
struct DataSmResp : MessageRespBody {};
struct BroadcastSmResp : MessageRespBody {};
struct QueryBroadcastSmResp : MessageRespBody {};

// All text is in the TLV message_payload; absent: empty (P24).
struct DataSm {
  std::string service_type;
  Address source;       // 64 octets, where other commands have 20
  Address destination;
  std::uint8_t esm_class = 0;
  std::uint8_t registered_delivery = 0;
  std::uint8_t data_coding = 0;
  Tlvs tlvs;
};

struct DistributionList {
  std::string dl_name;  // at most 20 octets
  bool operator==(const DistributionList&) const = default;
};
using DestAddress = std::variant<Address, DistributionList>;  // dest_flag 1, 2

struct SubmitMulti {
  std::string service_type;
  Address source;
  std::vector<DestAddress> dest_address;  // 1 to 254; number_of_dests follows from it (P23)
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority_flag = 0;
  std::string schedule_delivery_time;
  std::string validity_period;
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  Octets short_message;
  Tlvs tlvs;
};

struct UnsuccessSme {
  Address destination;
  command_status error_status_code = command_status::ESME_ROK;
  bool operator==(const UnsuccessSme&) const = default;
};

// Destinations that are not listed were accepted and share message_id (P23).
struct SubmitMultiResp {
  std::string message_id;
  std::vector<UnsuccessSme> unsuccess_sme;  // at most 255; no_unsuccess follows from it
  Tlvs tlvs;
};

// query_sm, cancel_sm and replace_sm name the source address, cancel_sm the destination too, as submitted (P25).
struct QuerySm {
  std::string message_id;
  Address source;
};
struct QuerySmResp {
  std::string message_id;
  std::string final_date;  // empty, 16 characters, or 12 from v3.3 peers (P20)
  std::uint8_t message_state = 0;
  std::uint8_t error_code = 0;
};
struct CancelSm {
  std::string service_type;
  std::string message_id;
  Address source;
  Address destination;
};
struct CancelSmResp {};
struct ReplaceSm {
  std::string message_id;
  Address source;
  std::string schedule_delivery_time;
  std::string validity_period;
  std::uint8_t registered_delivery = 0;
  std::uint8_t sm_default_msg_id = 0;
  Octets short_message;
  Tlvs tlvs;  // since v5.0
};
struct ReplaceSmResp {};

// Neither has a response.
struct Outbind {
  std::string system_id;
  std::string password;
};
struct AlertNotification {
  Address source;  // both 64 octets
  Address esme_addr;
  Tlvs tlvs;       // ms_availability_status
};

// v5.0. Its TLVs broadcast_area_identifier, broadcast_content_type, broadcast_rep_num and broadcast_frequency_interval
// are mandatory (P27).
struct BroadcastSm {
  std::string service_type;
  Address source;
  std::string message_id;
  std::uint8_t priority_flag = 0;
  std::string schedule_delivery_time;
  std::string validity_period;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  Tlvs tlvs;
};
struct QueryBroadcastSm {
  std::string message_id;
  Address source;
  Tlvs tlvs;  // user_message_reference
};
struct CancelBroadcastSm {
  std::string service_type;
  std::string message_id;
  Address source;
  Tlvs tlvs;
};
struct CancelBroadcastSmResp {};

struct Unbind {};
struct UnbindResp {};
struct EnquireLink {};
struct EnquireLinkResp {};
struct GenericNack {};

// A command without a description, a vendor's own for instance: by its number, with its body as it came.
struct Unknown {
  command_id id{};
  Octets body;
};

// Equal when every described field is.
#define SMPP_PDU(type, command, fields) bool operator==(const type& left, const type& right);
#include "smpp/pdu_list.inc"
#undef SMPP_PDU
bool operator==(const Unknown& left, const Unknown& right);

#define SMPP_PDU(type, command, fields) type,
using PduBody = std::variant<
#include "smpp/pdu_list.inc"
    Unknown>;
#undef SMPP_PDU

struct Pdu {
  command_status status = command_status::ESME_ROK;
  std::uint32_t sequence_number = 0;
  PduBody body;
  bool header_only = false;  // a response of 16 octets although its command has a body (P10, P11)

  [[nodiscard]] command_id id() const;
  bool operator==(const Pdu&) const = default;
};

// What a session can be asked to send and to answer. It binds and unbinds itself.
using Request =
    std::variant<SubmitSm, DeliverSm, DataSm, SubmitMulti, QuerySm, CancelSm, ReplaceSm, BroadcastSm, QueryBroadcastSm,
                 CancelBroadcastSm, AlertNotification, Outbind, EnquireLink, BindReceiver, BindTransmitter,
                 BindTransceiver, Unbind, Unknown>;

struct Response {
  command_status status = command_status::ESME_ROK;
  std::variant<SubmitSmResp, DeliverSmResp, DataSmResp, SubmitMultiResp, QuerySmResp, CancelSmResp, ReplaceSmResp,
               BroadcastSmResp, QueryBroadcastSmResp, CancelBroadcastSmResp, BindReceiverResp, BindTransmitterResp,
               BindTransceiverResp, UnbindResp, EnquireLinkResp, GenericNack, Unknown>
      body;
};
// The response to that command, its fields empty; generic_nack to a command that is not described.
[[nodiscard]] Response make_response(command_id request, command_status status = command_status::ESME_ROK);

// The same message as a deliver_sm, its text in message_payload: what reads one of the two then reads both (P24).
[[nodiscard]] DeliverSm deliver_sm_of(const DataSm& pdu);

[[nodiscard]] command_id id_of(const PduBody& body);
[[nodiscard]] command_id id_of(const Request& request);
[[nodiscard]] command_id id_of(const Response& response);

// One readable line: `deliver_sm sequence_number=7 source_addr=447700900001 ... short_message="YES"`. Fields at
// their default are left out. It contains numbers and texts of people: not for logs as it is.
[[nodiscard]] std::string to_text(const Pdu& pdu);

}  // namespace smpp
