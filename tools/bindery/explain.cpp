// `bindery explain`: what a text would do and why. The running daemon answers, because the conversations are its own.
#include "core/service.hpp"
#include "tools/bindery/admin.hpp"
#include "tools/bindery/commands.hpp"
#include "tools/bindery/json.hpp"
#include "tools/bindery/table.hpp"

#include <boost/json.hpp>

#include <ostream>

namespace bindery {

namespace {

void print_lines(std::ostream& out, std::string_view title, const boost::json::array& lines) {
  if (lines.empty()) return;
  out << title << "\n";
  for (const boost::json::value& line : lines) {
    out << "  " << (line.is_string() ? printable(std::string(line.get_string())) : boost::json::serialize(line)) << "\n";
  }
}

void print_explanation(const boost::json::value& answer, std::ostream& out) {
  out << "read as:     " << printable(text_of(answer, "normalised")) << "\n";
  const std::string campaign = text_of(answer, "campaign");
  if (!campaign.empty()) out << "belongs to:  " << campaign << ", conversation " << text_of(answer, "conversation") << "\n";
  if (const std::string step = text_of(answer, "step"); !step.empty()) out << "at step:     " << step << "\n";
  out << "confidence:  " << text_of(answer, "confidence") << " (" << printable(text_of(answer, "reason")) << ")\n";
  const boost::json::array& candidates = list_of(answer, "candidates");
  if (candidates.size() > 1) out << "candidates:\n";
  for (const boost::json::value& candidate : candidates) {
    if (candidates.size() > 1) {
      out << "  " << text_of(candidate, "campaign") << " " << text_of(candidate, "conversation") << ": " << printable(text_of(candidate, "why")) << "\n";
    }
  }
  print_lines(out, "rules tried:", list_of(answer, "trace"));
  print_lines(out, "would do:", list_of(answer, "effects"));
  const boost::json::value* reply = answer.is_object() ? answer.get_object().if_contains("reply") : nullptr;
  if (reply) {
    out << "would answer: " << printable(text_of(*reply, "text")) << " (" << text_of(*reply, "coding") << ", " << text_of(*reply, "segments")
        << (text_of(*reply, "segments") == "1" ? " segment" : " segments") << ")\n";
  }
}

}  // namespace

int explain(const Common& common, const ExplainArguments& arguments) {
  int code = core::kExitOk;
  const auto admin = Admin::open(common, core::Role::view, code);
  if (!admin) return code;
  const boost::json::object body{{"from", arguments.from}, {"to", arguments.to}, {"text", arguments.text}};
  const auto answer = admin->post("/api/v1/explain", boost::json::serialize(body));
  if (!admin->succeeded(answer, common)) return core::kExitFailed;
  if (common.json) {
    *common.out << answer.body << "\n";
  } else {
    print_explanation(parse_answer(answer.body), *common.out);
  }
  return core::kExitOk;
}

}  // namespace bindery
