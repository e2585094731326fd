// Where something stands in a JSON text, so that a person is sent to the line and column: Boost.JSON keeps no places.
#pragma once

#include <cstddef>
#include <string_view>

namespace smpp_sim {

struct TextPlace {
  std::size_t line = 1, column = 1;  // from 1, columns in octets
};

[[nodiscard]] TextPlace place_at(std::string_view text, std::size_t offset);

enum class PlaceOf { value, key };
// `json` is a valid JSON text; `path` is like "personalities[1].habits[0].when". The innermost value of the path that is
// there, or the key that leads to it.
[[nodiscard]] TextPlace place_of(std::string_view json, std::string_view path, PlaceOf which = PlaceOf::value);

}  // namespace smpp_sim
