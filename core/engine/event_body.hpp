// The body of a webhook: CloudEvents 1.0 in JSON, fixed when the event is made, signed and sent as it stands.
#pragma once

#include "storage/records.hpp"

#include <string>

namespace core::engine {

[[nodiscard]] std::string event_body(const std::string& source, const storage::Event& event, const storage::Contact& contact,
                                     const storage::Conversation* conversation, const storage::Inbound* cause);
// 2026-02-03T10:00:00.000Z
[[nodiscard]] std::string rfc3339(storage::WallTime time);

}  // namespace core::engine
