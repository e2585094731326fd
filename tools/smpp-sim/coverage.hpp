// Handsets that were taken off the network by hand (POST /network), and what waits for them. Pure.
#pragma once

#include "tools/smpp-sim/handsets.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smpp_sim {

class Coverage {
 public:
  // What waited for this number when it comes back, in order.
  std::vector<std::shared_ptr<Segment>> set(const std::string& number, bool is_on) {
    if (!is_on) {
      waiting_.try_emplace(number);
      return {};
    }
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return {};
    auto back = std::move(found->second);
    waiting_.erase(found);
    return back;
  }
  // True: it waits.
  bool hold(const std::shared_ptr<Segment>& segment) {
    const auto found = waiting_.find(handset_number(segment->pdu.destination.addr));
    if (found == waiting_.end()) return false;
    found->second.push_back(segment);
    return true;
  }
  [[nodiscard]] std::vector<std::string> off() const {
    std::vector<std::string> numbers;
    for (const auto& [number, held] : waiting_) numbers.push_back(number);
    return numbers;
  }
  void clear() { waiting_.clear(); }

 private:
  std::map<std::string, std::vector<std::shared_ptr<Segment>>> waiting_;  // by number that is off
};

}  // namespace smpp_sim
