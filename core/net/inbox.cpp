#include "core/net/inbox.hpp"

#include <algorithm>
#include <utility>

namespace core::net {

using engine::Input;

// True: it is in. Acknowledgements of one session are cumulative, so a waiting one is replaced: under load a session
// makes one for nearly every response.
bool Inbox::admit(Input& input) {
  if (engine::is_offered(input)) {
    if (refusing_ || offered_.size() >= offered_limit_) return false;
    offered_.push_back(std::move(input));
  } else {
    if (const auto* ack = std::get_if<engine::LinkAcknowledged>(&input); ack && !owed_.empty()) {
      auto* last = std::get_if<engine::LinkAcknowledged>(&owed_.back());
      if (last && last->link == ack->link) {
        *last = *ack;
        return true;
      }
    }
    owed_.push_back(std::move(input));
  }
  ++put_in_;
  return true;
}

std::vector<Input> Inbox::put(std::vector<Input> inputs) {
  std::vector<Input> refused;
  if (inputs.empty()) return refused;
  {
    const std::lock_guard lock(mutex_);
    for (Input& input : inputs) {
      if (!admit(input)) refused.push_back(std::move(input));
    }
  }
  filled_.notify_one();
  return refused;
}

void Inbox::owe(Input input) {
  {
    const std::lock_guard lock(mutex_);
    admit(input);
  }
  filled_.notify_one();
}

std::vector<Input> Inbox::refuse_offered() {
  const std::lock_guard lock(mutex_);
  refusing_ = true;
  std::vector<Input> dropped(std::make_move_iterator(offered_.begin()), std::make_move_iterator(offered_.end()));
  taken_out_ += offered_.size();
  offered_.clear();
  return dropped;
}

void Inbox::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  filled_.notify_one();
}

std::uint64_t Inbox::put_in() const {
  const std::lock_guard lock(mutex_);
  return put_in_;
}

std::size_t Inbox::waiting() const {
  const std::lock_guard lock(mutex_);
  return owed_.size() + offered_.size();
}

void Inbox::wait(std::chrono::milliseconds pause) {
  std::unique_lock lock(mutex_);
  filled_.wait_for(lock, pause, [this] { return stopped_; });
}

Inbox::Taken Inbox::take(std::size_t most, std::optional<engine::SteadyTime> until,
                         const std::function<bool(const Input&)>& alone) {
  Taken taken;
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return stopped_ || !owed_.empty() || !offered_.empty(); };
  if (until) {
    filled_.wait_until(lock, *until, ready);
  } else {
    filled_.wait(lock, ready);
  }
  // A share for what is offered: with more submits in flight than a turn has room, their results would fill every turn
  // and a STOP would wait for the campaign to end.
  const std::size_t share = std::min({engine::kOfferedShare, offered_.size(), most / 2});
  while (taken.inputs.size() < most - share && !owed_.empty()) {
    taken.inputs.push_back(std::move(owed_.front()));
    owed_.pop_front();
  }
  while (taken.inputs.size() < most && !offered_.empty()) {
    const bool by_itself = alone && alone(offered_.front());
    if (by_itself && !taken.inputs.empty()) break;
    taken.inputs.push_back(std::move(offered_.front()));
    offered_.pop_front();
    if (by_itself) break;
  }
  taken_out_ += taken.inputs.size();
  taken.taken_out = taken_out_;
  taken.more = !owed_.empty() || !offered_.empty();
  taken.over = stopped_ && taken.inputs.empty() && !taken.more;
  return taken;
}

}  // namespace core::net
