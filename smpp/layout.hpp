// The one description of each PDU: its fields in the order of the wire (SMPP v5.0 section 4, PROTOCOL section 2).
// codec.cpp, encode.cpp, pdu.cpp and pdu_text.cpp each walk these lists; nothing else knows what a PDU consists of.
// Internal to smpp. A new command is a struct in pdu.hpp, its fields here and a line in pdu_list.inc.
#pragma once

#include "smpp/pdu.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

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
struct DestinationsField {  // number_of_dests and so many of dest_flag with an address or a dl_name
  std::vector<DestAddress> Body::*member;
};
template <class Body>
struct UnsuccessField {  // no_unsuccess and so many addresses, each with its status
  std::vector<UnsuccessSme> Body::*member;
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
template <class Body> DestinationsField(std::vector<DestAddress> Body::*) -> DestinationsField<Body>;
template <class Body> UnsuccessField(std::vector<UnsuccessSme> Body::*) -> UnsuccessField<Body>;
template <class Body> TlvsField(Tlvs Body::*) -> TlvsField<Body>;

inline constexpr int kAddress = 21, kLongAddress = 65;  // octets with NUL
inline constexpr std::size_t kTimeLength = 17, kListName = 21;          // of times and of dl_name, with NUL
inline constexpr std::uint8_t kSmeAddress = 1, kDistributionList = 2;   // dest_flag
inline constexpr int kMessageId = 65;

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
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &MessageBody::source, kAddress},
    AddressField{"dest_addr_ton", "dest_addr_npi", "destination_addr", &MessageBody::destination, kAddress},
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
    CStringField{"message_id", &MessageRespBody::message_id, kMessageId},
    TlvsField{&MessageRespBody::tlvs},
};

inline constexpr auto kDataSmFields = std::tuple{
    CStringField{"service_type", &DataSm::service_type, 6, Limit::liftable},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &DataSm::source, kLongAddress},
    AddressField{"dest_addr_ton", "dest_addr_npi", "destination_addr", &DataSm::destination, kLongAddress},
    IntegerField{"esm_class", &DataSm::esm_class},
    IntegerField{"registered_delivery", &DataSm::registered_delivery},
    IntegerField{"data_coding", &DataSm::data_coding},
    TlvsField{&DataSm::tlvs},
};

inline constexpr auto kSubmitMultiFields = std::tuple{
    CStringField{"service_type", &SubmitMulti::service_type, 6, Limit::liftable},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &SubmitMulti::source, kAddress},
    DestinationsField{&SubmitMulti::dest_address},
    IntegerField{"esm_class", &SubmitMulti::esm_class},
    IntegerField{"protocol_id", &SubmitMulti::protocol_id},
    IntegerField{"priority_flag", &SubmitMulti::priority_flag},
    TimeField{"schedule_delivery_time", &SubmitMulti::schedule_delivery_time},
    TimeField{"validity_period", &SubmitMulti::validity_period},
    IntegerField{"registered_delivery", &SubmitMulti::registered_delivery},
    IntegerField{"replace_if_present_flag", &SubmitMulti::replace_if_present_flag},
    IntegerField{"data_coding", &SubmitMulti::data_coding},
    IntegerField{"sm_default_msg_id", &SubmitMulti::sm_default_msg_id},
    ShortMessageField{"short_message", &SubmitMulti::short_message},
    TlvsField{&SubmitMulti::tlvs},
};

inline constexpr auto kSubmitMultiRespFields = std::tuple{
    CStringField{"message_id", &SubmitMultiResp::message_id, kMessageId},
    UnsuccessField{&SubmitMultiResp::unsuccess_sme},
    TlvsField{&SubmitMultiResp::tlvs},
};

inline constexpr auto kQuerySmFields = std::tuple{
    CStringField{"message_id", &QuerySm::message_id, kMessageId},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &QuerySm::source, kAddress},
};

inline constexpr auto kQuerySmRespFields = std::tuple{
    CStringField{"message_id", &QuerySmResp::message_id, kMessageId},
    TimeField{"final_date", &QuerySmResp::final_date},
    IntegerField{"message_state", &QuerySmResp::message_state},
    IntegerField{"error_code", &QuerySmResp::error_code},
};

inline constexpr auto kCancelSmFields = std::tuple{
    CStringField{"service_type", &CancelSm::service_type, 6, Limit::liftable},
    CStringField{"message_id", &CancelSm::message_id, kMessageId},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &CancelSm::source, kAddress},
    AddressField{"dest_addr_ton", "dest_addr_npi", "destination_addr", &CancelSm::destination, kAddress},
};

inline constexpr auto kReplaceSmFields = std::tuple{
    CStringField{"message_id", &ReplaceSm::message_id, kMessageId},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &ReplaceSm::source, kAddress},
    TimeField{"schedule_delivery_time", &ReplaceSm::schedule_delivery_time},
    TimeField{"validity_period", &ReplaceSm::validity_period},
    IntegerField{"registered_delivery", &ReplaceSm::registered_delivery},
    IntegerField{"sm_default_msg_id", &ReplaceSm::sm_default_msg_id},
    ShortMessageField{"short_message", &ReplaceSm::short_message},
    TlvsField{&ReplaceSm::tlvs},
};

inline constexpr auto kOutbindFields = std::tuple{
    CStringField{"system_id", &Outbind::system_id, 16, Limit::liftable},
    CStringField{"password", &Outbind::password, 9, Limit::liftable},
};

inline constexpr auto kAlertNotificationFields = std::tuple{
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &AlertNotification::source, kLongAddress},
    AddressField{"esme_addr_ton", "esme_addr_npi", "esme_addr", &AlertNotification::esme_addr, kLongAddress},
    TlvsField{&AlertNotification::tlvs},
};

inline constexpr auto kBroadcastSmFields = std::tuple{
    CStringField{"service_type", &BroadcastSm::service_type, 6, Limit::liftable},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &BroadcastSm::source, kAddress},
    CStringField{"message_id", &BroadcastSm::message_id, kMessageId},
    IntegerField{"priority_flag", &BroadcastSm::priority_flag},
    TimeField{"schedule_delivery_time", &BroadcastSm::schedule_delivery_time},
    TimeField{"validity_period", &BroadcastSm::validity_period},
    IntegerField{"replace_if_present_flag", &BroadcastSm::replace_if_present_flag},
    IntegerField{"data_coding", &BroadcastSm::data_coding},
    IntegerField{"sm_default_msg_id", &BroadcastSm::sm_default_msg_id},
    TlvsField{&BroadcastSm::tlvs},
};

inline constexpr auto kQueryBroadcastSmFields = std::tuple{
    CStringField{"message_id", &QueryBroadcastSm::message_id, kMessageId},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &QueryBroadcastSm::source, kAddress},
    TlvsField{&QueryBroadcastSm::tlvs},
};

inline constexpr auto kCancelBroadcastSmFields = std::tuple{
    CStringField{"service_type", &CancelBroadcastSm::service_type, 6, Limit::liftable},
    CStringField{"message_id", &CancelBroadcastSm::message_id, kMessageId},
    AddressField{"source_addr_ton", "source_addr_npi", "source_addr", &CancelBroadcastSm::source, kAddress},
    TlvsField{&CancelBroadcastSm::tlvs},
};

inline constexpr auto kNoFields = std::tuple<>{};

template <command_id Id, const auto& Fields>
struct LayoutOf {
  static constexpr command_id id = Id;
  static constexpr const auto& fields = Fields;
  static constexpr bool has_body = std::tuple_size_v<std::remove_cvref_t<decltype(Fields)>> > 0;
};

template <class P> struct Layout;
#define SMPP_PDU(type, command, list) \
  template <> struct Layout<type> : LayoutOf<command_id::command, list> {};
#include "smpp/pdu_list.inc"
#undef SMPP_PDU

// Calls visit(field) for every field in the order of the wire.
template <class P, class Visit>
void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, Layout<P>::fields);
}

// Calls visit(std::type_identity<P>) with the struct of that command; type_identity<Unknown> where it has none.
template <class Visit>
decltype(auto) with_described(command_id id, Visit&& visit) {
  switch (id) {
#define SMPP_PDU(type, command, list) \
  case command_id::command: return visit(std::type_identity<type>{});
#include "smpp/pdu_list.inc"
#undef SMPP_PDU
    default: return visit(std::type_identity<Unknown>{});
  }
}

}  // namespace smpp
