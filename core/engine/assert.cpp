#include "core/engine/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace core::engine {

void assertion_failed(const char* condition, const char* file, int line, std::string_view context) {
  std::fprintf(stderr, "bindery: assertion failed: %s (%s:%d): %.*s\n", condition, file, line,
               static_cast<int>(context.size()), context.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace core::engine
