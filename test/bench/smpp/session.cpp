#include "smpp/session.hpp"

#include "test/bench/smpp/measure.hpp"
#include "test/bench/smpp/parts.hpp"

#include <cstdio>
#include <utility>

namespace bench {
namespace {

struct Pair {
  explicit Pair(std::uint32_t window)
      : esme(settings(smpp::Role::esme, window)), smsc(settings(smpp::Role::smsc, window)) {
    esme.connected(now);
    smsc.connected(now);
    while (esme.state() != smpp::State::bound_trx) turn();
  }

  static smpp::SessionSettings settings(smpp::Role role, std::uint32_t window) {
    smpp::SessionSettings made;
    made.role = role;
    made.window = window;
    made.bind.system_id = "bench";
    return made;
  }

  static void move(smpp::Session& from, smpp::Session& to, smpp::Now now) {
    const auto octets = from.output();
    to.receive(octets, now);
    from.written(octets.size());
  }

  // As many requests as there is room for, their answers, and all events.
  void turn() {
    while (esme.free_slots() > 0 && esme.request(request, ++token, now)) continue;
    move(esme, smsc, now);
    while (auto event = smsc.next_event()) {
      if (const auto* bind = std::get_if<smpp::BindRequested>(&*event)) {
        smsc.respond(bind->incoming, {smpp::command_status::ESME_ROK, smpp::BindTransceiverResp{}});
      } else if (const auto* received = std::get_if<smpp::Received>(&*event)) {
        smsc.respond(received->incoming, response);
      }
    }
    move(smsc, esme, now);
    while (auto event = esme.next_event()) done += std::holds_alternative<smpp::Done>(*event) ? 1 : 0;
  }

  smpp::Now now{std::chrono::hours(1)};
  smpp::Session esme, smsc;
  smpp::Request request{smpp::SubmitSm{a_message()}};
  smpp::Response response{smpp::command_status::ESME_ROK, smpp::SubmitSmResp{{"6E84FC04", {}}}};
  smpp::Token token = 0;
  std::uint64_t done = 0;
};

}  // namespace

void bench_session() {
  std::printf("two sessions in memory, one core: submit_sm and submit_sm_resp, both encoded and decoded\n");
  for (const std::uint32_t window : {1U, 10U, 100U}) {
    Pair pair(window);
    const auto figure = measure([&] { pair.turn(); });
    const double trips = window;
    // A trip is two PDUs, and each passes two sessions.
    std::printf("  window %3u %8.2f million PDUs a second (best %.2f) %6.2f allocations a PDU\n", window,
                2e3 * trips / figure.nanoseconds, 2e3 * trips / figure.best, figure.allocations / (2 * trips));
  }
}

}  // namespace bench
