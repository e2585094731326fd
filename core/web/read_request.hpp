// Requests as engine inputs: JSON parsed and checked for shape, every fault with the field it is in. What a number,
// sender or campaign means is the engine's to say. Pure.
#pragma once

#include "core/engine/input.hpp"
#include "core/http/message.hpp"
#include "core/web/tokens.hpp"
#include "storage/reports.hpp"

#include <string>
#include <variant>

namespace core::web {

// Either what was asked, or the problem to answer with.
template <class T>
using Read = std::variant<T, http::Response>;

[[nodiscard]] Read<engine::SendMessage> read_send(const http::Request& request, const Caller& caller);
[[nodiscard]] Read<engine::LaunchCampaign> read_launch(const http::Request& request, const Caller& caller, const std::string& campaign);
// Of a request whose body is streamed.
[[nodiscard]] Read<std::string> read_idempotency_key(const http::Request& request);
[[nodiscard]] Read<engine::ExplainText> read_explain(const http::Request& request);
// {"as": "resend"} or {"as": "unknown"}
[[nodiscard]] Read<engine::SettleDoubt> read_settle(const http::Request& request, storage::Id message);
// ?number= campaign= sender= state= before= limit=
[[nodiscard]] Read<storage::ConversationFilter> read_filter(const http::Request& request);

}  // namespace core::web
