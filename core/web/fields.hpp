// Values of people's fields as JSON writes them, flattened to the dotted names that campaigns use. Internal to core/web.
#pragma once

#include "storage/records.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace core::web {

// `{"appointment": {"at": "2026-02-03T10:00"}}` and `{"appointment.at": "..."}` alike; numbers and booleans as their
// text; null is absence. False: `fault` names the field and what was wrong with it.
struct FieldFault { std::string field, why; };
[[nodiscard]] bool flatten(const boost::json::value& value, const std::string& name, storage::Fields& into, FieldFault& fault);

// Bounded in depth (S9). Null on success, else what is wrong and at which octet.
[[nodiscard]] std::string parse_json(std::string_view text, boost::json::value& into);

}  // namespace core::web
