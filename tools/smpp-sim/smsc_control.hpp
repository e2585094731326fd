// The control HTTP of what the SMSC does on the wire: rules, faults, and requests of its own. control.hpp has the routes.
#pragma once

#include "core/http/message.hpp"
#include "core/http/server.hpp"
#include "tools/smpp-sim/control_request.hpp"
#include "tools/smpp-sim/smsc.hpp"

#include <optional>
#include <vector>

namespace smpp_sim {

// The member "rules" of POST /behaviour, lines as of --when: all of them, or a mistake told by its index and column.
// Absent: there is none, or it is wrong.
[[nodiscard]] std::optional<std::vector<Rule>> rules_of(Body& body);

class SmscControl {
 public:
  explicit SmscControl(Smsc& smsc) : smsc_(smsc) {}

  [[nodiscard]] core::http::Response rules() const;   // with how often each matched and was obeyed
  [[nodiscard]] core::http::Response faults() const;  // how often each has happened
  // Each tells how many connections it was done to.
  core::http::Response let_happen(const core::http::Request& request);
  core::http::Response enquire_link(const core::http::Request& request);
  core::http::Response unbind(const core::http::Request& request);
  core::http::Response alert_notification(const core::http::Request& request);
  core::http::Response write_raw(const core::http::Request& request);
  void outbind(const core::http::Request& request, core::http::Reply reply);

 private:
  Smsc& smsc_;
};

}  // namespace smpp_sim
