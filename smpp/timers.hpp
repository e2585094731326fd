// The timers of a session, under the specification's names (SMPP v5.0 2.7) where it has one. Zero switches a timer off.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

namespace smpp {

struct Timers {
  std::chrono::milliseconds session_init{30'000};   // from the connection, and anew from bind(), to the answered bind (P48)
  std::chrono::milliseconds enquire_link{30'000};   // without any PDU received: ask whether the peer is there (P54)
  std::chrono::milliseconds enquire_link_response{30'000};  // still nothing after asking: the peer is gone (P55)
  std::chrono::milliseconds inactivity{0};          // without a message either way: unbind; off (P56)
  std::chrono::milliseconds response{60'000};       // a request without its response (P57)
  std::chrono::milliseconds pdu_read{10'000};       // a PDU that has begun and does not end (P5)
  std::chrono::milliseconds unbind{30'000};         // our unbind without its response (P64)
  std::chrono::milliseconds peer_close{5'000};      // after the peer's unbind: time for it to close (P65)
};

struct TimerName {
  std::string_view name;
  std::chrono::milliseconds Timers::*timer;
};

inline constexpr std::array<TimerName, 8> kTimerNames{{
    {"session_init", &Timers::session_init},
    {"enquire_link", &Timers::enquire_link},
    {"enquire_link_response", &Timers::enquire_link_response},
    {"inactivity", &Timers::inactivity},
    {"response", &Timers::response},
    {"pdu_read", &Timers::pdu_read},
    {"unbind", &Timers::unbind},
    {"peer_close", &Timers::peer_close},
}};

}  // namespace smpp
