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
  Item item{std::move(delivery), Place::waiting, 0};
  if (item.delivery.after_reconnect) item.place = Place::resting;
  if (item.place == Place::waiting) ++waiting_count_;
  Ids& ids = set_of(item);
  ids.insert(ids.end(), id);
  items_.emplace(id, std::move(item));
  return id;
}

std::uint64_t Outbox::take(const std::string& account, std::uint64_t connection) {
  std::uint64_t id = 0;
  const auto consider = [&id](const Ids& ids) {
    if (!ids.empty() && (id == 0 || *ids.begin() < id)) id = *ids.begin();
  };
  if (const auto found = waiting_.find(account); found != waiting_.end()) consider(found->second);
  if (const auto found = waiting_.find(std::string_view()); found != waiting_.end()) consider(found->second);
  if (const auto found = for_one_.find(connection); found != for_one_.end()) consider(found->second);
  if (const auto found = for_others_.find(account); found != for_others_.end()) {
    for (const auto& [origin, ids] : found->second) {
      if (origin != connection) consider(ids);
    }
  }
  if (id != 0) move(id, items_.at(id), Place::in_flight, connection);
  return id;
}

Outbox::Ids& Outbox::set_of(const Item& item) {
  switch (item.place) {
    case Place::waiting:
      if (item.delivery.route == Route::same) return for_one_[item.delivery.origin];
      if (item.delivery.route == Route::other) return for_others_[item.delivery.account][item.delivery.origin];
      return waiting_[item.delivery.account];
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

void Outbox::rest(std::uint64_t id) {
  Item& item = items_.at(id);
  move(id, item, Place::resting, 0);
  // Its one bind may be gone by the time it is offered again.
  if (item.delivery.route == Route::same) item.delivery.route = Route::any;
}

void Outbox::wake(std::uint64_t id) {
  const auto found = items_.find(id);
  if (found != items_.end() && found->second.place == Place::resting) move(id, found->second, Place::waiting, 0);
}

void Outbox::back(std::uint64_t id) {
  const auto found = items_.find(id);
  if (found != items_.end()) move(id, found->second, Place::waiting, 0);
}

void Outbox::connection_ended(std::uint64_t connection) {
  if (const auto found = for_one_.find(connection); found != for_one_.end()) {
    for (const auto id : found->second) {
      Delivery& delivery = items_.at(id).delivery;
      delivery.route = Route::any;
      waiting_[delivery.account].insert(id);
    }
    for_one_.erase(found);
  }
  const auto found = in_flight_.find(connection);
  if (found == in_flight_.end()) return;
  const std::vector<std::uint64_t> ids(found->second.begin(), found->second.end());
  for (const auto id : ids) {
    Delivery& delivery = items_.at(id).delivery;
    if (delivery.route == Route::same) delivery.route = Route::any;  // its one bind is gone
    back(id);
  }
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
  for_one_.clear();
  for_others_.clear();
  waiting_count_ = 0;
}

std::uint64_t Outbox::connection_of(std::uint64_t id) const {
  const auto found = items_.find(id);
  return found == items_.end() ? 0 : found->second.connection;
}

}  // namespace smpp_sim
