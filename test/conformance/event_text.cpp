#include "test/conformance/event_text.hpp"

namespace conformance {
namespace {

struct Viewer {
  EventView operator()(const smpp::Bound& event) const {
    return {"bound",
            {{"peer_version", std::to_string(event.peer_version)}, {"tlvs_allowed", event.tlvs_allowed ? "yes" : "no"}},
            {},
            &event.response};
  }
  EventView operator()(const smpp::BindRefused& event) const {
    return {"bind_refused", {{"status", smpp::status_name(event.status)}}, {}, nullptr};
  }
  EventView operator()(const smpp::BindRequested& event) const {
    const char* type = event.type == smpp::BindType::transceiver   ? "transceiver"
                       : event.type == smpp::BindType::transmitter ? "transmitter"
                                                                   : "receiver";
    return {"bind_requested", {{"type", type}, {"number", std::to_string(event.incoming.number)}}, {}, &event.pdu};
  }
  EventView operator()(const smpp::Received& event) const {
    return {"received", {{"number", std::to_string(event.incoming.number)}}, {}, &event.pdu};
  }
  EventView operator()(const smpp::Notified& event) const { return {"notified", {}, {}, &event.pdu}; }
  EventView operator()(const smpp::OutbindRequested& event) const {
    return {"outbind_requested", {}, {}, &event.pdu};
  }
  EventView operator()(const smpp::Sent& event) const { return {"sent", token(event.token), {}, nullptr}; }
  EventView operator()(const smpp::Done& event) const {
    return {"done", answered(event.token, event.status), {}, &event.response};
  }
  EventView operator()(const smpp::Returned& event) const { return {"returned", token(event.token), {}, nullptr}; }
  EventView operator()(const smpp::Lost& event) const { return {"lost", token(event.token), {}, nullptr}; }
  EventView operator()(const smpp::TimedOut& event) const { return {"timed_out", token(event.token), {}, nullptr}; }
  EventView operator()(const smpp::Late& event) const {
    return {"late", answered(event.token, event.status), {}, &event.response};
  }
  EventView operator()(const smpp::Acknowledged& event) const {
    return {"acknowledged", {{"number", std::to_string(event.incoming.number)}}, {}, nullptr};
  }
  EventView operator()(const smpp::PeerUnbound&) const { return {"peer_unbound", {}, {}, nullptr}; }
  EventView operator()(const smpp::Tolerated& event) const {
    return {"tolerated", {{"kind", event.kind}}, {}, nullptr};
  }
  EventView operator()(const smpp::Malformed& event) const {
    return {"malformed", {{"kind", event.kind}, {"status", smpp::status_name(event.status)}}, {}, nullptr};
  }
  EventView operator()(const smpp::Closed& event) const { return {"closed", {}, event.reason, nullptr}; }

  using Facts = std::map<std::string, std::string>;
  static Facts token(smpp::Token token) { return {{"token", std::to_string(token)}}; }
  static Facts answered(smpp::Token token, smpp::command_status status) {
    return {{"token", std::to_string(token)}, {"status", smpp::status_name(status)}};
  }
};

}  // namespace

EventView view_of(const smpp::Event& event) { return std::visit(Viewer{}, event); }

std::string event_text(const smpp::Event& event) {
  const EventView view = view_of(event);
  std::string text = view.name;
  for (const auto& [name, value] : view.facts) text += ' ' + name + '=' + value;
  if (!view.reason.empty()) text += " reason=\"" + view.reason + '"';
  if (view.pdu) text += " (" + smpp::to_text(*view.pdu) + ')';
  return text;
}

std::string_view error_name(smpp::errc code) {
  switch (code) {
    case smpp::errc::not_bound: return "not_bound";
    case smpp::errc::window_full: return "window_full";
    case smpp::errc::not_in_this_version: return "not_in_this_version";
    case smpp::errc::unencodable: return "unencodable";
    default: return "other";
  }
}

}  // namespace conformance
