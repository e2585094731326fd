// Programs and operators that use the API: they send, import, launch, cancel and settle doubts; an answer that does not
// come in time makes them ask again, with the same Idempotency-Key where they have one.
#pragma once

#include "core/engine/input.hpp"
#include "core/engine/release.hpp"
#include "test/sim/random.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sim {

struct World;
class Node;

// One message a program wants to be sent, however often it had to ask.
struct Wish {
  core::engine::SendMessage request;
  unsigned asked = 0;
  std::set<core::engine::Id> messages;  // of 2xx answers
};

// One launch, from its first recipient to the answer.
struct Drive {
  std::string campaign, key;
  std::vector<core::engine::RecipientRow> rows;
  std::size_t chunk = 0;
  core::engine::Id launch = 0;
  std::uint64_t stored = 0;           // as the last answer said
  std::uint64_t refused = 0;
  bool launched = false;
};

class Clients {
 public:
  explicit Clients(World& world) : world_(world) {}
  void start();
  // The node answered; 2xx must be on disk by now.
  void answered(const core::engine::Answer& answer);
  void send_one(bool with_campaign);
  [[nodiscard]] const std::vector<std::unique_ptr<Wish>>& wishes() const { return wishes_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Drive>>& drives() const { return drives_; }
  [[nodiscard]] bool idle() const { return calls_.empty(); }

 private:
  using Then = std::function<void(const core::engine::Answered*)>;   // null: no answer in time
  void work();
  void ask(core::engine::Input input, core::engine::RequestId request, Then then);
  void ask_again(Wish& wish);
  void begin_drive();
  void go_on(Drive& drive);
  void launch(Drive& drive);
  void cancel_one();
  void settle_one();
  void explain_one();

  World& world_;
  core::engine::RequestId last_request_ = 0;
  std::map<core::engine::RequestId, Then> calls_;
  std::vector<std::unique_ptr<Wish>> wishes_;
  std::vector<std::unique_ptr<Drive>> drives_;
};

}  // namespace sim
