// Records, answers and status as JSON responses. Field names are the records' own (DESIGN 3.2). Pure.
#pragma once

#include "core/engine/release.hpp"
#include "core/http/message.hpp"
#include "core/net/status.hpp"
#include "storage/reports.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace core::web {

[[nodiscard]] http::Response show(const engine::Answered& answered);
[[nodiscard]] http::Response show(const storage::Message& message);
[[nodiscard]] http::Response show(const std::vector<storage::Message>& messages);
// `replies`: what the person sent to the conversation's sender while it was open, reserved words included; absent:
// not counted.
struct ConversationView { storage::Conversation conversation; std::optional<std::uint64_t> replies; };
[[nodiscard]] http::Response show(const std::vector<ConversationView>& conversations, std::uint32_t limit);
[[nodiscard]] std::uint64_t count_replies(const storage::Conversation& conversation, const std::vector<storage::Reports::Entry>& chain);
// A person with their exchange, oldest first.
[[nodiscard]] http::Response show(const storage::Contact& contact, const std::vector<storage::Reports::Entry>& chain);
[[nodiscard]] http::Response show(const std::string& campaign, const storage::Totals& totals, const std::vector<storage::Launch>& launches);
[[nodiscard]] http::Response show(const net::NodeStatus& status, const storage::Totals& totals);

}  // namespace core::web
