// What the texts of the campaigns will cost: the encoding and the number of segments of each, as its sender's first
// account encodes it.
#pragma once

#include "core/prepare.hpp"
#include "tools/bindery/table.hpp"

namespace bindery {

// Fields stand in the texts as they are written, so a text with fields is an estimate; its row says so with "~".
[[nodiscard]] Table texts_of(const core::Prepared& prepared);

}  // namespace bindery
