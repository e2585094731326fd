// The counts of one campaign, or of all, as JSON. Internal to core/web.
#pragma once

#include "storage/reports.hpp"

#include <boost/json/object.hpp>

namespace core::web {

inline boost::json::object totals_of(const storage::Totals& totals) {
  return {{"messages", totals.messages}, {"delivered", totals.delivered}, {"in_doubt", totals.in_doubt}, {"queued", totals.queued},
          {"conversations", totals.conversations}, {"open", totals.open}, {"opted_out", totals.opted_out}, {"inbound", totals.inbound},
          {"events", totals.events}, {"events_delivered", totals.events_delivered}, {"events_dead", totals.events_dead}};
}

}  // namespace core::web
