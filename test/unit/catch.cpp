// The one source the precompiled header is made for: catch_main.cpp cannot use it, as it asks more of Catch's header.
#include "test/unit/catch.hpp"
