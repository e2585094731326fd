// Numbered steps from an empty file to the schema this program knows. Each is one transaction that ends by writing its
// own number, so that a crash leaves the schema before or after a step, never within.
#pragma once

#include "storage/sqlite/connection.hpp"

#include <cstdint>
#include <optional>

namespace storage::sqlite {

inline constexpr std::int64_t kApplicationId = 0x42696e64;  // "Bind"; also set, in decimal, by migration 1
std::int64_t newest_schema();

// Whether this is our database and of a schema this program can read. `schema`: its version, 0 for an empty file.
std::optional<OpenError> check_schema(Connection& db, std::int64_t& schema);
// Runs what is missing.
std::optional<OpenError> migrate(Connection& db, std::int64_t from);

}  // namespace storage::sqlite
