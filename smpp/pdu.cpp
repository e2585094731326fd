#include "smpp/pdu.hpp"

#include "smpp/layout.hpp"

namespace smpp {
namespace {

template <class P>
bool equal(const P& left, const P& right) {
  bool same = true;
  for_each_field<P>([&](const auto& field) { same = same && left.*field.member == right.*field.member; });
  return same;
}

struct IdOf {
  template <class P>
  command_id operator()(const P&) const {
    return Layout<P>::id;
  }
  command_id operator()(const Unknown& unknown) const { return unknown.id; }
};

}  // namespace

#define SMPP_PDU(type, command, fields) \
  bool operator==(const type& left, const type& right) { return equal(left, right); }
#include "smpp/pdu_list.inc"
#undef SMPP_PDU
bool operator==(const Unknown& left, const Unknown& right) { return left.id == right.id && left.body == right.body; }

command_id id_of(const PduBody& body) { return std::visit(IdOf{}, body); }
command_id id_of(const Request& request) { return std::visit(IdOf{}, request); }
command_id id_of(const Response& response) { return std::visit(IdOf{}, response.body); }
command_id Pdu::id() const { return id_of(body); }

DeliverSm deliver_sm_of(const DataSm& pdu) {
  DeliverSm same;
  same.service_type = pdu.service_type;
  same.source = pdu.source;
  same.destination = pdu.destination;
  same.esm_class = pdu.esm_class;
  same.registered_delivery = pdu.registered_delivery;
  same.data_coding = pdu.data_coding;
  same.tlvs = pdu.tlvs;
  return same;
}

}  // namespace smpp
