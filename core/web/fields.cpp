#include "core/web/fields.hpp"

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

namespace core::web {

namespace json = boost::json;

std::string parse_json(std::string_view text, json::value& into) {
  json::parse_options options;
  options.max_depth = 32;
  json::parser parser({}, options);
  boost::system::error_code error;
  const std::size_t read = parser.write(text.data(), text.size(), error);
  if (error) return error.message() + " after octet " + std::to_string(read);
  into = parser.release();
  return {};
}

bool flatten(const json::value& value, const std::string& name, storage::Fields& into, FieldFault& fault) {
  constexpr std::size_t longest_name = 128, longest_value = 4096, most = 200;
  if (name.size() > longest_name) {
    fault = {name.substr(0, longest_name), "the name is too long"};
    return false;
  }
  switch (value.kind()) {
    case json::kind::null: return true;
    case json::kind::string: {
      const json::string& text = value.get_string();
      if (text.size() > longest_value) {
        fault = {name, "the value is longer than " + std::to_string(longest_value) + " octets"};
        return false;
      }
      into[name] = std::string(text.data(), text.size());
      break;
    }
    case json::kind::object: {
      for (const auto& member : value.get_object()) {
        const std::string key(member.key());
        if (!flatten(member.value(), name.empty() ? key : name + "." + key, into, fault)) return false;
      }
      return true;
    }
    case json::kind::array:
      fault = {name, "a list is no value of a field"};
      return false;
    default: into[name] = json::serialize(value); break;
  }
  if (into.size() <= most) return true;
  fault = {name, "more than " + std::to_string(most) + " fields"};
  return false;
}

}  // namespace core::web
