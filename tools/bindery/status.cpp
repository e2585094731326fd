// `bindery status`: binds, queues and endpoints of the running daemon. Exit code 1 when it is not ready.
#include "core/service.hpp"
#include "tools/bindery/admin.hpp"
#include "tools/bindery/commands.hpp"
#include "tools/bindery/json.hpp"
#include "tools/bindery/table.hpp"

#include <boost/json.hpp>

#include <ostream>

namespace bindery {

namespace {

// What the carriers do against the specification; the first PDU of each kind is in the JSON.
void print_deviations(const boost::json::value& status, const Common& common) {
  Table deviations{{"bind", "deviation", "was", "count", "last"}, {}};
  for (const boost::json::value& bind : list_of(status, "binds")) {
    for (const boost::json::value& each : list_of(bind, "deviations")) {
      deviations.rows.push_back({text_of(bind, "account") + "/" + text_of(bind, "bind"), text_of(each, "kind"), text_of(each, "was"),
                                 text_of(each, "count"), text_of(each, "last_at")});
    }
  }
  if (deviations.rows.empty()) return;
  *common.out << "\n";
  print(deviations, common);
}

void print_status(const boost::json::value& status, const Common& common) {
  std::ostream& out = *common.out;
  const std::string not_ready = text_of(status, "not_ready");
  out << (not_ready.empty() ? "ready" : "not ready: " + not_ready) << ", since " << text_of(status, "started") << ", run "
      << text_of(status, "run") << ", turn " << text_of(status, "turn") << "\n\n";
  Table binds{{"bind", "type", "state", "in flight", "unanswered", "since", "last word"}, {}};
  for (const boost::json::value& bind : list_of(status, "binds")) {
    binds.rows.push_back({text_of(bind, "account") + "/" + text_of(bind, "bind"), text_of(bind, "type"),
                          text_of(bind, "bound") == "true" ? "bound" : "not bound", text_of(bind, "in_flight") + "/" + text_of(bind, "window"),
                          text_of(bind, "unanswered"), text_of(bind, "since"), text_of(bind, "line")});
  }
  print(binds, common);
  print_deviations(status, common);
  const boost::json::value* figures = status.is_object() ? status.get_object().if_contains("figures") : nullptr;
  if (figures) {
    out << "\nqueued: " << text_of(*figures, "queued_reply") << " replies, " << text_of(*figures, "queued_transactional") << " transactional, "
        << text_of(*figures, "queued_bulk") << " bulk; since the start: " << text_of(*figures, "mo") << " received, "
        << text_of(*figures, "submits") << " segments submitted, " << text_of(*figures, "accepted") << " accepted, "
        << text_of(*figures, "in_doubt") << " in doubt\n";
  }
  if (list_of(status, "endpoints").empty()) return;
  out << "\n";
  Table endpoints{{"endpoint", "delivered", "failed", "running", "last error"}, {}};
  for (const boost::json::value& endpoint : list_of(status, "endpoints")) {
    endpoints.rows.push_back({text_of(endpoint, "endpoint"), text_of(endpoint, "sent"), text_of(endpoint, "failed"), text_of(endpoint, "running"),
                              text_of(endpoint, "last_error")});
  }
  print(endpoints, common);
}

}  // namespace

int status(const Common& common) {
  int code = core::kExitOk;
  const auto admin = Admin::open(common, core::Role::view, code);
  if (!admin) return code;
  const auto answer = admin->get("/api/v1/status");
  if (!admin->succeeded(answer, common)) return core::kExitFailed;
  const boost::json::value status = parse_answer(answer.body);
  if (common.json) {
    *common.out << answer.body << "\n";
  } else {
    print_status(status, common);
  }
  return text_of(status, "ready") == "true" ? core::kExitOk : core::kExitFailed;
}

}  // namespace bindery
