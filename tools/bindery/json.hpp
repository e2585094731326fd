// Reading the daemon's answers: a member that is not there, or is of another type, is empty.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace bindery {

// Texts as they are, numbers and booleans as JSON writes them.
[[nodiscard]] std::string text_of(const boost::json::value& object, std::string_view name);
// The elements of an array member; none where it is missing.
[[nodiscard]] const boost::json::array& list_of(const boost::json::value& object, std::string_view name);
[[nodiscard]] boost::json::value parse_answer(std::string_view body);

}  // namespace bindery
