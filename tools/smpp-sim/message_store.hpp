// The messages an SMSC has accepted, for query_sm, cancel_sm, replace_sm and the limit of one destination's queue.
// Bounded: the oldest is forgotten first. Pure.
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/receipt_state.hpp"
#include "tools/smpp-sim/behaviour.hpp"
#include "tools/smpp-sim/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace smpp_sim {

// A message of submit_sm, data_sm, one destination of submit_multi, or a broadcast_sm, that was accepted.
struct Segment {
  std::string account, id;
  smpp::SubmitSm pdu;
  Wall submitted_at{};
  smpp::MessageState state = smpp::MessageState::ENROUTE;
  Wall done_at{};                // once the state is final
  std::uint64_t connection = 0;  // on which it came
  std::optional<Outcome> outcome;
  ReceiptShape shape;
  bool waited = false;           // the handset was off the network when it should have arrived
  bool is_under_way = false;     // the store's: counted for its destination
};
using SegmentPtr = std::shared_ptr<Segment>;

class MessageStore {
 public:
  static constexpr std::size_t kKept = 100'000;  // messages; some 60 MB

  explicit MessageStore(std::size_t kept = kKept) : kept_(kept) {}

  void add(SegmentPtr segment);
  // The newest of that account, id and source address; null: none (P25).
  [[nodiscard]] SegmentPtr find(std::string_view account, std::string_view id, std::string_view source) const;
  // Those under way from `source` to `destination`, of cancel_sm without message_id; an empty service_type is any.
  [[nodiscard]] std::vector<SegmentPtr> under_way(std::string_view account, std::string_view service_type,
                                                  std::string_view source, std::string_view destination) const;
  [[nodiscard]] std::uint32_t queued(const std::string& destination) const;  // how many are under way to it
  void done(Segment& segment, smpp::MessageState state, Wall at);            // the first final state stays
  void clear();
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  void forget_oldest();
  void arrived(Segment& segment);

  std::size_t kept_;
  std::deque<SegmentPtr> order_;
  std::unordered_multimap<std::string_view, SegmentPtr> by_id_;  // the key lives in the segment; no empty ids
  std::unordered_map<std::string, std::uint32_t> under_way_;     // by destination
};

}  // namespace smpp_sim
