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

bool operator==(const BindReceiver& left, const BindReceiver& right) { return equal(left, right); }
bool operator==(const BindTransmitter& left, const BindTransmitter& right) { return equal(left, right); }
bool operator==(const BindTransceiver& left, const BindTransceiver& right) { return equal(left, right); }
bool operator==(const BindReceiverResp& left, const BindReceiverResp& right) { return equal(left, right); }
bool operator==(const BindTransmitterResp& left, const BindTransmitterResp& right) { return equal(left, right); }
bool operator==(const BindTransceiverResp& left, const BindTransceiverResp& right) { return equal(left, right); }
bool operator==(const SubmitSm& left, const SubmitSm& right) { return equal(left, right); }
bool operator==(const SubmitSmResp& left, const SubmitSmResp& right) { return equal(left, right); }
bool operator==(const DeliverSm& left, const DeliverSm& right) { return equal(left, right); }
bool operator==(const DeliverSmResp& left, const DeliverSmResp& right) { return equal(left, right); }
bool operator==(const Unbind&, const Unbind&) { return true; }
bool operator==(const UnbindResp&, const UnbindResp&) { return true; }
bool operator==(const EnquireLink&, const EnquireLink&) { return true; }
bool operator==(const EnquireLinkResp&, const EnquireLinkResp&) { return true; }
bool operator==(const GenericNack&, const GenericNack&) { return true; }
bool operator==(const Unknown& left, const Unknown& right) { return left.id == right.id && left.body == right.body; }

command_id id_of(const PduBody& body) { return std::visit(IdOf{}, body); }
command_id id_of(const Request& request) { return std::visit(IdOf{}, request); }
command_id id_of(const Response& response) { return std::visit(IdOf{}, response.body); }
command_id Pdu::id() const { return id_of(body); }

}  // namespace smpp
