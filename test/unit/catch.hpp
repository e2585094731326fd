// The only way tests include Catch2: version 2 (one header) or 3 (a library) alike. Precompiled, so it costs nothing.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
