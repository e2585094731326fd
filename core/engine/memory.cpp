#include "core/engine/memory.hpp"

#include "core/engine/limits.hpp"

#include <algorithm>

namespace core::engine {

void Redelivery::received(const LinkRef& link, const Row& row, bool session_is_up) {
  Account& account = accounts_[link.account];
  if (!session_is_up) {
    // The session ended while this one waited for its turn: its response will never leave.
    move_to_ended(account, row);
    return;
  }
  std::deque<Row>& rows = account.live[link.epoch];
  rows.push_back(row);
  // A peer that never shows what it has would let this grow without end; its oldest are the least likely to return.
  if (rows.size() > kRedeliveryRemembered) rows.pop_front();
}

void Redelivery::acknowledged(const LinkRef& link, Turn turn) {
  const auto account = accounts_.find(link.account);
  if (account == accounts_.end()) return;
  const auto rows = account->second.live.find(link.epoch);
  if (rows == account->second.live.end()) return;
  while (!rows->second.empty() && rows->second.front().answered <= turn) rows->second.pop_front();
}

void Redelivery::ended(const LinkRef& link) {
  const auto account = accounts_.find(link.account);
  if (account == accounts_.end()) return;
  const auto rows = account->second.live.find(link.epoch);
  if (rows == account->second.live.end()) return;
  for (const Row& row : rows->second) move_to_ended(account->second, row);
  account->second.live.erase(rows);
}

void Redelivery::move_to_ended(Account& account, const Row& row) {
  account.ended[row.fingerprint].push_back(row);
  account.order.emplace_back(row.fingerprint, row);
  while (account.order.size() > kRedeliveryRemembered) {
    const auto [fingerprint, oldest] = account.order.front();
    account.order.pop_front();
    const auto found = account.ended.find(fingerprint);
    if (found == account.ended.end()) continue;
    std::erase_if(found->second, [&](const Row& r) { return r.inbound == oldest.inbound; });
    if (found->second.empty()) account.ended.erase(found);
  }
}

void Redelivery::absorbed(const std::string& account, std::uint64_t fingerprint, Id inbound) {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return;
  const auto rows = found->second.ended.find(fingerprint);
  if (rows == found->second.ended.end()) return;
  std::erase_if(rows->second, [&](const Row& r) { return r.inbound == inbound; });
  if (rows->second.empty()) found->second.ended.erase(rows);
}

Id Redelivery::find(const std::string& account, std::uint64_t fingerprint, WallTime now, const Taken& taken) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return 0;
  const auto rows = found->second.ended.find(fingerprint);
  if (rows == found->second.ended.end()) return 0;
  for (const Row& row : rows->second) {
    if (now - row.received_at < kRedeliveryWindow && !taken(row.inbound)) return row.inbound;
  }
  return 0;
}

Id Redelivery::find_live(const LinkRef& link, std::uint64_t fingerprint, const Taken& taken) const {
  const auto account = accounts_.find(link.account);
  if (account == accounts_.end()) return 0;
  const auto rows = account->second.live.find(link.epoch);
  if (rows == account->second.live.end()) return 0;
  for (const Row& row : rows->second) {
    if (row.fingerprint == fingerprint && !taken(row.inbound)) return row.inbound;
  }
  return 0;
}

bool Redelivery::waits_for(const LinkRef& link) const {
  const auto account = accounts_.find(link.account);
  if (account == accounts_.end()) return false;
  const auto rows = account->second.live.find(link.epoch);
  return rows != account->second.live.end() && !rows->second.empty();
}

void Redelivery::expire(WallTime now) {
  for (auto& [id, account] : accounts_) {
    while (!account.order.empty() && now - account.order.front().second.received_at >= kRedeliveryWindow) {
      const auto [fingerprint, row] = account.order.front();
      account.order.pop_front();
      absorbed(id, fingerprint, row.inbound);
    }
  }
}

std::size_t Redelivery::size() const {
  std::size_t sum = 0;
  for (const auto& [id, account] : accounts_) {
    sum += account.order.size();
    for (const auto& [epoch, rows] : account.live) sum += rows.size();
  }
  return sum;
}

}  // namespace core::engine
