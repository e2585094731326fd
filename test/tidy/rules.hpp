// The house rules of ARCHITECTURE.md, one function each. Each looks at one file and says what is wrong in it.
#pragma once

#include "test/tidy/source.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct Finding {
  std::size_t line = 0;
  std::string message;
};

using Findings = std::vector<Finding>;

struct Rule {
  std::string_view name;  // what samples and messages call it
  Findings (*check)(const Source&);
};

[[nodiscard]] Findings check_includes(const Source& source);         // rooms.cpp
[[nodiscard]] Findings check_file_length(const Source& source);      // lengths.cpp
[[nodiscard]] Findings check_function_length(const Source& source);  // lengths.cpp
[[nodiscard]] Findings check_coroutine_place(const Source& source);  // coroutines.cpp
[[nodiscard]] Findings check_coroutine_temporaries(const Source& source);
[[nodiscard]] Findings check_clock(const Source& source);  // words.cpp
[[nodiscard]] Findings check_sleep(const Source& source);
[[nodiscard]] Findings check_std_regex(const Source& source);
[[nodiscard]] Findings check_type_names(const Source& source);
[[nodiscard]] Findings check_folder_names(const Source& source);
[[nodiscard]] Findings check_sql(const Source& source);

inline constexpr Rule kRules[] = {
    {"include", check_includes},
    {"file-length", check_file_length},
    {"function-length", check_function_length},
    {"coroutine-place", check_coroutine_place},
    {"coroutine-temporary", check_coroutine_temporaries},
    {"clock", check_clock},
    {"sleep", check_sleep},
    {"std-regex", check_std_regex},
    {"type-name", check_type_names},
    {"folder-name", check_folder_names},
    {"sql", check_sql},
};

}  // namespace tidy
