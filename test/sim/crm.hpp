// The simulated CRM behind the one endpoint: slow, failing, gone; it remembers every request it got.
#pragma once

#include "core/engine/release.hpp"
#include "test/sim/random.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace sim {

struct World;
class Node;

class Crm {
 public:
  explicit Crm(World& world) : world_(world) {}
  void request(const std::shared_ptr<Node>& from, const core::engine::WebhookRequest& request);

  struct Told {
    std::string type, body;
    std::uint32_t requests = 0;
    bool taken = false;               // answered 2xx, whether or not the answer arrived
    bool refused_for_good = false;    // 410
  };
  [[nodiscard]] const std::map<core::engine::Id, Told>& told() const { return told_; }

 private:
  void arrives(const std::shared_ptr<Node>& from, const core::engine::WebhookRequest& request);

  World& world_;
  std::map<core::engine::Id, Told> told_;
  std::map<core::engine::Id, core::engine::Id> newest_;   // per conversation, the newest event it was told
};

}  // namespace sim
