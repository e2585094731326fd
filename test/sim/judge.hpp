// The invariants (DESIGN 1, FAILURES 4.1), judged from what the carrier, the CRM and the clients know to be true and
// from what is on disk: never from the engine's own counters. Each is checked at the moment it could break; what only
// the end can show is checked in the healed end.
#pragma once

#include "core/engine/input.hpp"
#include "core/engine/release.hpp"
#include "storage/memory/memory_store.hpp"
#include "test/sim/carrier.hpp"
#include "test/sim/random.hpp"
#include "test/sim/tracer.hpp"

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sim {

struct World;
using core::engine::LinkRef;
using core::engine::SegmentRef;
using storage::Id;

// The most an account may take: what its rate gives, and the burst of DESIGN 3.4 at once.
struct PaceBound {
  double rate = 0, level = 0;
  Time filled{};
  void reset();
  [[nodiscard]] double burst() const;
  bool take(Time now);                // false: more than is permitted
};

class Judge {
 public:
  explicit Judge(World& world);

  // ---- our process
  void process_started(std::uint64_t incarnation, const storage::memory::Image& image);
  void recovered(const storage::memory::Image& image);
  void committed(const storage::Changes& changes, const storage::memory::Image& before, Time now);
  void request_answered(const core::engine::Answer& answer, const storage::memory::Image& image);

  // ---- our sessions
  void submit_encoded(const LinkRef& link, std::uint32_t window, std::uint32_t sequence_number, const SegmentRef& segment);
  void submit_ended(std::uint64_t epoch, std::uint32_t sequence_number);
  void delivery_answered(const LinkRef& link, const Tracer& tracer, smpp::command_status status);
  void our_session_ended(std::uint64_t epoch) { unanswered_.erase(epoch); }

  // ---- the carrier's books
  void submit_arrived(std::uint64_t session, std::uint32_t sequence_number, const smpp::SubmitSm& pdu);
  void submit_answered(std::uint64_t session, std::uint32_t sequence_number);
  void carrier_session_ended(std::uint64_t session) { at_carrier_.erase(session); }
  void segment_taken(const Taken& taken);
  void delivery_owed(std::uint64_t group, const Utterance& utterance);
  void receipt_owed(const Taken& taken, std::uint64_t group, const std::string& id, smpp::MessageState state, bool intermediate);
  void delivery_acknowledged(const Delivery& delivery);

  // ---- the healed end (judge_end.cpp)
  void end();
  // The first thing that is not at rest, or empty.
  [[nodiscard]] std::string unfinished() const;

 private:
  // Deliveries with the same octets: one, or an honest double.
  struct Group {
    std::vector<std::uint64_t> utterances;
    std::set<Id> rows, acting;
    std::map<std::uint64_t, unsigned> answered_ok;    // per session of ours
  };
  struct Receipt {
    SegmentRef segment;
    std::string account, id, own_id;
    smpp::MessageState state{};
    bool intermediate = false, acknowledged = false;
  };
  // How one utterance fared.
  struct Fate {
    std::set<Id> acting;
    Time first_part{};
    bool torn = false;                // its parts came further apart than the reassembly waits
  };

  void judge_message(Id id, const storage::Message* before, const storage::Message& after, Time now);
  void judge_claim(const storage::Message& message, Time now);
  void judge_inbound(Id id, const storage::Inbound& row, Time now);
  [[nodiscard]] bool all_parts_came(const Utterance& utterance) const;
  void judge_text(const storage::Inbound& row, const Utterance& utterance);
  void judge_event(Id id, const storage::Event& event);
  void judge_cause(Id id, const storage::Message& message);
  void consent_decided(const storage::Inbound& row, const Utterance& utterance);
  [[nodiscard]] bool receipt_is_stored(const Receipt& receipt) const;

  // judge_end.cpp
  void end_of_utterances() const;
  void end_of_messages() const;
  void end_of_segment(Id id, const storage::Message& message, std::size_t n) const;
  void end_of_receipts() const;
  void end_of_events() const;
  void end_of_effects() const;
  void end_of_launches() const;
  void end_of_wishes() const;

  [[noreturn]] static void broken(const char* invariant, const std::string& detail);
  [[nodiscard]] const storage::memory::Image& image() const;

  World& world_;
  std::array<std::array<bool, storage::kMessageStates>, storage::kMessageStates> reachable_{};
  std::map<std::string, PaceBound> account_pace_, sender_pace_;
  std::map<std::uint64_t, std::set<std::uint32_t>> unanswered_;                        // per session of ours
  std::map<std::pair<SegmentRef, std::uint32_t>, Time> encoded_at_;
  std::map<std::uint64_t, std::map<std::uint32_t, Time>> at_carrier_;                  // unanswered there: encoded when
  std::map<SegmentRef, std::vector<std::string>> copies_;                              // ids the carrier gave
  std::map<std::uint64_t, Group> groups_;
  std::map<std::uint64_t, Fate> fates_;
  std::map<std::uint64_t, Receipt> receipts_;
  std::map<std::pair<std::string, std::string>, bool> opted_out_;                      // as decided
  std::set<std::pair<std::string, std::string>> silent_;                               // the STOP is acknowledged
  std::set<std::pair<Id, std::pair<std::int32_t, std::int32_t>>> replies_;             // inbound, rule, index
  std::set<std::pair<std::string, std::string>> notified_;                             // inbound, type
  std::map<std::string, std::multiset<std::string>> events_of_;                        // inbound -> types
};

}  // namespace sim
