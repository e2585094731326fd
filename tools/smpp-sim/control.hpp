// The control HTTP of the simulator: injects messages, shows the ledger and what passed, changes behaviour, drops links,
// and serves the page. openapi.json describes every route.
#pragma once

#include "core/http/message.hpp"
#include "core/http/server.hpp"
#include "tools/smpp-sim/inspection.hpp"
#include "tools/smpp-sim/smsc.hpp"
#include "tools/smpp-sim/smsc_control.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace smpp_sim {

class Control {
 public:
  struct Route {
    std::string_view method, path;
    void (Control::*serve)(const core::http::Request& request, core::http::Reply reply);
  };
  Control(Smsc& smsc, Schedule& schedule) : smsc_(smsc), schedule_(schedule), inspection_(smsc, schedule), wire_(smsc) {}
  void handle(const core::http::Request& request, core::http::Reply reply);
  [[nodiscard]] static std::span<const Route> routes();

 private:
  void page(const core::http::Request& request, core::http::Reply reply);
  void get_health(const core::http::Request& request, core::http::Reply reply);
  void get_ledger(const core::http::Request& request, core::http::Reply reply);
  void get_subscribers(const core::http::Request& request, core::http::Reply reply);
  void get_messages(const core::http::Request& request, core::http::Reply reply);
  void get_pdus(const core::http::Request& request, core::http::Reply reply);
  void get_wait(const core::http::Request& request, core::http::Reply reply);
  void get_events(const core::http::Request& request, core::http::Reply reply);
  void get_behaviour(const core::http::Request& request, core::http::Reply reply);
  void get_certificate(const core::http::Request& request, core::http::Reply reply);
  void mo(const core::http::Request& request, core::http::Reply reply);
  void post_behaviour(const core::http::Request& request, core::http::Reply reply);
  void post_network(const core::http::Request& request, core::http::Reply reply);
  void drop_links(const core::http::Request& request, core::http::Reply reply);
  void post_reset(const core::http::Request& request, core::http::Reply reply);
  void get_rules(const core::http::Request& request, core::http::Reply reply);
  void get_faults(const core::http::Request& request, core::http::Reply reply);
  void post_fault(const core::http::Request& request, core::http::Reply reply);
  void enquire_link(const core::http::Request& request, core::http::Reply reply);
  void unbind(const core::http::Request& request, core::http::Reply reply);
  void alert_notification(const core::http::Request& request, core::http::Reply reply);
  void outbind(const core::http::Request& request, core::http::Reply reply);
  void post_pdu(const core::http::Request& request, core::http::Reply reply);

  core::http::Response behaviour(const core::http::Request& request);
  core::http::Response behaviour_now() const;
  core::http::Response health() const;

  Smsc& smsc_;
  Schedule& schedule_;
  Inspection inspection_;
  SmscControl wire_;
};

}  // namespace smpp_sim
