// main() of every unit test program. Catch2 3 brings its own in a library.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#endif
#include "test/unit/catch.hpp"
