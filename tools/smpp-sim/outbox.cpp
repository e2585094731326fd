#include "tools/smpp-sim/outbox.hpp"

#include <utility>
#include <vector>

namespace smpp_sim {

bool is_temporary(smpp::command_status status) {
  using smpp::command_status;
  return status == command_status::ESME_RTHROTTLED || status == command_status::ESME_RSYSERR ||
         status == command_status::ESME_RMSGQFUL || status == command_status::ESME_RX_T_APPN;
}

std::uint64_t Outbox::add(Delivery delivery) {
  const std::uint64_t id = ++last_id_;
  waiting_[delivery.account].insert(waiting_[delivery.account].end(), id);
  ++waiting_count_;
  items_.emplace(id, Item{std::move(delivery), Place::waiting, 0});
  return id;
}

std::uint64_t Outbox::take(const std::string& account, std::uint64_t connection) {
  std::uint64_t id = 0;
  for (const std::string& of : {account, std::string()}) {
    const auto found = waiting_.find(of);
    if (found == waiting_.end() || found->second.empty()) continue;
    const std::uint64_t first = *found->second.begin();
    if (id == 0 || first < id) id = first;
  }
  if (id != 0) move(id, items_.at(id), Place::in_flight, connection);
  return id;
}

std::set<std::uint64_t>& Outbox::set_of(const Item& item) {
  switch (item.place) {
    case Place::waiting: return waiting_[item.delivery.account];
    case Place::resting: return resting_[item.delivery.account];
    case Place::in_flight: break;
  }
  return in_flight_[item.connection];
}

void Outbox::move(std::uint64_t id, Item& item, Place place, std::uint64_t connection) {
  set_of(item).erase(id);
  if (item.place == Place::waiting) --waiting_count_;
  item.place = place;
  item.connection = connection;
  if (place == Place::waiting) ++waiting_count_;
  set_of(item).insert(id);
}

void Outbox::finished(std::uint64_t id) {
  const auto found = items_.find(id);
  if (found == items_.end()) return;
  set_of(found->second).erase(id);
  if (found->second.place == Place::waiting) --waiting_count_;
  items_.erase(found);
}

void Outbox::rest(std::uint64_t id) { move(id, items_.at(id), Place::resting, 0); }

void Outbox::wake(std::uint64_t id) {
  const auto found = items_.find(id);
  if (found != items_.end() && found->second.place == Place::resting) move(id, found->second, Place::waiting, 0);
}

void Outbox::back(std::uint64_t id) {
  const auto found = items_.find(id);
  if (found != items_.end()) move(id, found->second, Place::waiting, 0);
}

void Outbox::connection_ended(std::uint64_t connection) {
  const auto found = in_flight_.find(connection);
  if (found == in_flight_.end()) return;
  const std::vector<std::uint64_t> ids(found->second.begin(), found->second.end());
  for (const auto id : ids) back(id);
  in_flight_.erase(connection);
}

void Outbox::bound(const std::string& account) {
  for (const std::string& of : {account, std::string()}) {
    const auto found = resting_.find(of);
    if (found == resting_.end()) continue;
    const std::vector<std::uint64_t> ids(found->second.begin(), found->second.end());
    for (const auto id : ids) back(id);
  }
}

void Outbox::clear() {
  items_.clear();
  waiting_.clear();
  resting_.clear();
  in_flight_.clear();
  waiting_count_ = 0;
}

std::uint64_t Outbox::connection_of(std::uint64_t id) const {
  const auto found = items_.find(id);
  return found == items_.end() ? 0 : found->second.connection;
}

}  // namespace smpp_sim
