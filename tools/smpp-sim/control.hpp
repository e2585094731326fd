// The control HTTP of the simulator: injects messages, shows the ledger, changes behaviour, drops links.
#pragma once

#include "core/http/message.hpp"
#include "core/http/server.hpp"
#include "tools/smpp-sim/smsc.hpp"

#include <functional>
#include <memory>
#include <string>

namespace smpp_sim {

class Control {
 public:
  Control(Smsc& smsc, Schedule& schedule) : smsc_(smsc), schedule_(schedule) {}
  void handle(const core::http::Request& request, core::http::Reply reply);

 private:
  void mo(const core::http::Request& request, core::http::Reply reply);
  core::http::Response behaviour(const core::http::Request& request);
  core::http::Response health() const;

  Smsc& smsc_;
  Schedule& schedule_;
};

}  // namespace smpp_sim
