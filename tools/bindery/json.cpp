#include "tools/bindery/json.hpp"

#include <boost/json.hpp>

namespace bindery {

namespace {
const boost::json::value* member(const boost::json::value& object, std::string_view name) {
  return object.is_object() ? object.get_object().if_contains(name) : nullptr;
}
}  // namespace

std::string text_of(const boost::json::value& object, std::string_view name) {
  const boost::json::value* found = member(object, name);
  if (!found || found->is_null()) return {};
  if (found->is_string()) return std::string(found->get_string());
  return boost::json::serialize(*found);
}

const boost::json::array& list_of(const boost::json::value& object, std::string_view name) {
  static const boost::json::array none;
  const boost::json::value* found = member(object, name);
  return found && found->is_array() ? found->get_array() : none;
}

boost::json::value parse_answer(std::string_view body) {
  boost::system::error_code wrong;
  boost::json::value value = boost::json::parse(body, wrong);
  return wrong ? boost::json::value() : value;
}

}  // namespace bindery
