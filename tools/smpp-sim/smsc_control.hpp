// The control HTTP of what the SMSC does on the wire: rules, faults, and requests of its own. The rest is control.hpp's.
#pragma once

#include "core/http/message.hpp"
#include "core/http/server.hpp"
#include "tools/smpp-sim/smsc.hpp"

namespace smpp_sim {

class SmscControl {
 public:
  explicit SmscControl(Smsc& smsc) : smsc_(smsc) {}
  // GET /behaviour/rules, POST /behaviour with "rules", GET and POST /faults, POST /enquire_link, /unbind,
  // /alert_notification, /outbind, /pdu.
  [[nodiscard]] bool takes(const core::http::Request& request) const;
  void handle(const core::http::Request& request, core::http::Reply reply);

 private:
  core::http::Response rules(const core::http::Request& request);
  core::http::Response fault(const core::http::Request& request);
  core::http::Response ask(const core::http::Request& request);
  void outbind(const core::http::Request& request, core::http::Reply reply);

  Smsc& smsc_;
};

}  // namespace smpp_sim
