// What tests and the page ask about PDUs: those that passed, those that are waited for, and all as they come.
#pragma once

#include "core/http/server.hpp"
#include "tools/smpp-sim/control_request.hpp"
#include "tools/smpp-sim/schedule.hpp"
#include "tools/smpp-sim/smsc.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace smpp_sim {

class Inspection {
 public:
  static constexpr std::size_t kMostListed = 1'000;  // PDUs in one answer
  static constexpr std::chrono::minutes kLongestWait{10};
  static constexpr std::size_t kMaxStreams = 32;  // of GET /events

  Inspection(Smsc& smsc, Schedule& schedule);
  ~Inspection();
  Inspection(const Inspection&) = delete;
  Inspection& operator=(const Inspection&) = delete;

  void pdus(const core::http::Request& request, core::http::Reply reply);
  void wait(const core::http::Request& request, core::http::Reply reply);
  void events(const core::http::Request& request, core::http::Reply reply);
  void messages(const core::http::Request& request, core::http::Reply reply);

 private:
  struct Waiter {
    PduFilter filter;
    std::size_t count = 1;
    bool hex = false;
    std::vector<std::uint64_t> seen;
    core::http::Reply reply;
  };
  struct Listener {
    std::shared_ptr<core::http::BodyStream> stream;
    PduFilter filter;
    bool hex = false;
    std::uint64_t rate = 0;               // PDUs a second at most; 0: all
    std::uint64_t sent = 0, skipped = 0;  // in this second
    std::size_t octets = 0;               // of events so far
  };
  struct PhoneWaiter {
    std::string number;
    std::uint64_t after = 0;
    core::http::Reply reply;
  };

  void on_pdu(const LoggedPdu& pdu);
  void on_link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at);
  void on_message(const HandsetMessage& message);
  void answer(Waiter& waiter, unsigned status);
  void send(Listener& listener, const LoggedPdu& pdu);
  void tick();
  void start_ticking();
  [[nodiscard]] std::string state_event(const Listener& listener) const;
  [[nodiscard]] core::http::Response messages_response(const std::string& number, std::uint64_t after) const;

  Smsc& smsc_;
  Schedule& schedule_;
  std::list<std::shared_ptr<Waiter>> waiters_;
  std::list<std::shared_ptr<PhoneWaiter>> phones_;
  std::list<Listener> listeners_;
  std::map<std::string, std::uint64_t> rates_, last_rates_;  // PDUs of this second and the last by command
  bool ticking_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // timers outlive nobody
};

}  // namespace smpp_sim
