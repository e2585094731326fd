// The one description of each PDU: its fields in the order of the wire (SMPP v5.0 section 4, PROTOCOL section 2).
// codec.cpp, pdu.cpp and pdu_text.cpp each walk these lists; nothing else knows what a PDU consists of.
// Internal to smpp. A new command is a struct in pdu.hpp, a Layout here and a line in with_described.
#pragma once

#include "smpp/pdu.hpp"

#include <concepts>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace smpp {

enum class Limit : std::uint8_t { fixed, liftable };  // liftable: longer values are demanded in practice (P44)

template <class Body>
struct CStringField {
  std::string_view name;
  std::string Body::*member;
  std::size_t longest;  // octets, with its NUL
  Limit limit = Limit::fixed;
};
template <class Body>
struct TimeField {  // C-string of 1 or 17 octets (P121)
  std::string_view name;
  std::string Body::*member;
};
template <class Body>
struct IntegerField {  // 1 octet
  std::string_view name;
  std::uint8_t Body::*member;
};
template <class Body>
struct AddressField {
  std::string_view ton_name, npi_name, name;
  Address Body::*member;
  std::size_t longest;
};
template <class Body>
struct ShortMessageField {  // sm_length and so many octets
  std::string_view name;
  Octets Body::*member;
};
template <class Body>
struct TlvsField {
  Tlvs Body::*member;
};

template <class Body> CStringField(const char*, std::string Body::*, int) -> CStringField<Body>;
template <class Body> CStringField(const char*, std::string Body::*, int, Limit) -> CStringField<Body>;
template <class Body> TimeField(const char*, std::string Body::*) -> TimeField<Body>;
template <class Body> IntegerField(const char*, std::uint8_t Body::*) -> IntegerField<Body>;
template <class Body> AddressField(const char*, const char*, const char*, Address Body::*, int) -> AddressField<Body>;
template <class Body> ShortMessageField(const char*, Octets Body::*) -> ShortMessageField<Body>;
template <class Body> TlvsField(Tlvs Body::*) -> TlvsField<Body>;

inline constexpr auto kBindFields = std::tuple{
    CStringField{"system_id", &BindBody::system_id, 16, Limit::liftable},
    CStringField{"password", &BindBody::password, 9, Limit::liftable},
    CStringField{"system_type", &BindBody::system_type, 13, Limit::liftable},
    IntegerField{"interface_version", &BindBody::interface_version},
    IntegerField{"addr_ton", &BindBody::addr_ton},
    IntegerField{"addr_npi", &BindBody::addr_npi},
    CStringField{"address_range", &BindBody::address_range, 41},
};

inline constexpr auto kBindRespFields = std::tuple{
    CStringField{"system_id", &BindRespBody::system_id, 16},
    TlvsField{&BindRespBody::tlvs},
};

inline constexpr auto kMessageFields = std::tuple{
    CStringField{"service_type", &MessageBody::service_type, 6, Limit::liftable},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &MessageBody::source, 21},
    AddressField{"dest_addr_ton", "dest_addr_npi", "destination_addr", &MessageBody::destination, 21},
    IntegerField{"esm_class", &MessageBody::esm_class},
    IntegerField{"protocol_id", &MessageBody::protocol_id},
    IntegerField{"priority_flag", &MessageBody::priority_flag},
    TimeField{"schedule_delivery_time", &MessageBody::schedule_delivery_time},
    TimeField{"validity_period", &MessageBody::validity_period},
    IntegerField{"registered_delivery", &MessageBody::registered_delivery},
    IntegerField{"replace_if_present_flag", &MessageBody::replace_if_present_flag},
    IntegerField{"data_coding", &MessageBody::data_coding},
    IntegerField{"sm_default_msg_id", &MessageBody::sm_default_msg_id},
    ShortMessageField{"short_message", &MessageBody::short_message},
    TlvsField{&MessageBody::tlvs},
};

inline constexpr auto kMessageRespFields = std::tuple{
    CStringField{"message_id", &MessageRespBody::message_id, 65},
    TlvsField{&MessageRespBody::tlvs},
};

inline constexpr auto kNoFields = std::tuple<>{};

template <command_id Id, const auto& Fields>
struct LayoutOf {
  static constexpr command_id id = Id;
  static constexpr const auto& fields = Fields;
  static constexpr bool has_body = std::tuple_size_v<std::remove_cvref_t<decltype(Fields)>> > 0;
};

template <class P> struct Layout;
template <> struct Layout<BindReceiver> : LayoutOf<command_id::bind_receiver, kBindFields> {};
template <> struct Layout<BindTransmitter> : LayoutOf<command_id::bind_transmitter, kBindFields> {};
template <> struct Layout<BindTransceiver> : LayoutOf<command_id::bind_transceiver, kBindFields> {};
template <> struct Layout<BindReceiverResp> : LayoutOf<command_id::bind_receiver_resp, kBindRespFields> {};
template <> struct Layout<BindTransmitterResp> : LayoutOf<command_id::bind_transmitter_resp, kBindRespFields> {};
template <> struct Layout<BindTransceiverResp> : LayoutOf<command_id::bind_transceiver_resp, kBindRespFields> {};
template <> struct Layout<SubmitSm> : LayoutOf<command_id::submit_sm, kMessageFields> {};
template <> struct Layout<SubmitSmResp> : LayoutOf<command_id::submit_sm_resp, kMessageRespFields> {};
template <> struct Layout<DeliverSm> : LayoutOf<command_id::deliver_sm, kMessageFields> {};
template <> struct Layout<DeliverSmResp> : LayoutOf<command_id::deliver_sm_resp, kMessageRespFields> {};
template <> struct Layout<Unbind> : LayoutOf<command_id::unbind, kNoFields> {};
template <> struct Layout<UnbindResp> : LayoutOf<command_id::unbind_resp, kNoFields> {};
template <> struct Layout<EnquireLink> : LayoutOf<command_id::enquire_link, kNoFields> {};
template <> struct Layout<EnquireLinkResp> : LayoutOf<command_id::enquire_link_resp, kNoFields> {};
template <> struct Layout<GenericNack> : LayoutOf<command_id::generic_nack, kNoFields> {};

// Calls visit(field) for every field in the order of the wire.
template <class P, class Visit>
void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, Layout<P>::fields);
}

// Calls visit(std::type_identity<P>) with the struct of that command; type_identity<Unknown> where it has none.
template <class Visit>
decltype(auto) with_described(command_id id, Visit&& visit) {
  switch (id) {
    case command_id::bind_receiver: return visit(std::type_identity<BindReceiver>{});
    case command_id::bind_transmitter: return visit(std::type_identity<BindTransmitter>{});
    case command_id::bind_transceiver: return visit(std::type_identity<BindTransceiver>{});
    case command_id::bind_receiver_resp: return visit(std::type_identity<BindReceiverResp>{});
    case command_id::bind_transmitter_resp: return visit(std::type_identity<BindTransmitterResp>{});
    case command_id::bind_transceiver_resp: return visit(std::type_identity<BindTransceiverResp>{});
    case command_id::submit_sm: return visit(std::type_identity<SubmitSm>{});
    case command_id::submit_sm_resp: return visit(std::type_identity<SubmitSmResp>{});
    case command_id::deliver_sm: return visit(std::type_identity<DeliverSm>{});
    case command_id::deliver_sm_resp: return visit(std::type_identity<DeliverSmResp>{});
    case command_id::unbind: return visit(std::type_identity<Unbind>{});
    case command_id::unbind_resp: return visit(std::type_identity<UnbindResp>{});
    case command_id::enquire_link: return visit(std::type_identity<EnquireLink>{});
    case command_id::enquire_link_resp: return visit(std::type_identity<EnquireLinkResp>{});
    case command_id::generic_nack: return visit(std::type_identity<GenericNack>{});
    default: return visit(std::type_identity<Unknown>{});
  }
}

}  // namespace smpp
