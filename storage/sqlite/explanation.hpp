// The explanations of one turn as one compressed blob: what the inbound of a turn matched and why is read by people, now
// and then, and would otherwise be most of what is written.
#pragma once

#include "storage/encoding.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace storage::sqlite {

[[nodiscard]] bool pack(const std::vector<Explanation>& explanations, Octets& scratch, Octets& out);
[[nodiscard]] bool unpack(std::span<const std::byte> blob, std::vector<Explanation>& into);

}  // namespace storage::sqlite
