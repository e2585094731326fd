// Always-on assertions: a broken invariant ends the process loudly, with what was true; a restart is the normal
// start path (DESIGN section 6).
#pragma once

#include <string_view>

namespace core::engine {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line, std::string_view context);
}

// `context`: a string that says which record; evaluated only on failure.
#define ASSERT(condition, context)                                                          \
  do {                                                                                      \
    if (!(condition)) ::core::engine::assertion_failed(#condition, __FILE__, __LINE__, (context)); \
  } while (false)
