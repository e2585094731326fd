#include "tools/smpp-sim/run_report.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>

namespace smpp_sim {
namespace {

namespace json = boost::json;

// XML 1.0 has no way to write most control characters; they are shown as U+FFFD.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) out += "\xEF\xBF\xBD";
        else out += c;
    }
  }
  return out;
}

std::size_t count_of(const std::vector<ScriptResult>& results, Verdict verdict) {
  return static_cast<std::size_t>(
      std::ranges::count_if(results, [&](const ScriptResult& one) { return one.verdict == verdict; }));
}

double seconds(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::failed: return "failed";
    case Verdict::not_run: return "not_run";
    case Verdict::malformed: return "malformed";
  }
  return "?";
}

std::string run_json(const std::vector<ScriptResult>& results) {
  json::array scripts;
  for (const ScriptResult& one : results) {
    json::object script{{"file", one.file}, {"name", one.name}, {"verdict", name_of(one.verdict)}, {"ms", one.took.count()}};
    if (!one.purpose.empty()) script["purpose"] = one.purpose;
    if (one.line > 0) script["line"] = one.line;
    if (!one.why.empty()) script["why"] = one.why;
    scripts.push_back(std::move(script));
  }
  const json::object out{{"passed", count_of(results, Verdict::passed)},
                         {"failed", count_of(results, Verdict::failed)},
                         {"not_run", count_of(results, Verdict::not_run)},
                         {"malformed", count_of(results, Verdict::malformed)},
                         {"scripts", std::move(scripts)}};
  return json::serialize(out);
}

std::string run_junit(const std::vector<ScriptResult>& results) {
  std::chrono::milliseconds took{0};
  for (const ScriptResult& one : results) took += one.took;
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "<testsuite name=\"smpp-sim run\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
      results.size(), count_of(results, Verdict::failed), count_of(results, Verdict::malformed),
      count_of(results, Verdict::not_run), seconds(took));
  for (const ScriptResult& one : results) {
    out += fmt::format("<testcase classname=\"smpp\" name=\"{}\" file=\"{}\" time=\"{:.3f}\"", escaped(one.name),
                       escaped(one.file), seconds(one.took));
    const std::string where = one.line > 0 ? fmt::format("{}:{}: ", one.file, one.line) : one.file + ": ";
    switch (one.verdict) {
      case Verdict::passed: out += "/>\n"; break;
      case Verdict::failed: out += fmt::format("><failure message=\"{}\"/></testcase>\n", escaped(where + one.why)); break;
      case Verdict::malformed: out += fmt::format("><error message=\"{}\"/></testcase>\n", escaped(one.file + ':' + one.why)); break;
      case Verdict::not_run: out += fmt::format("><skipped message=\"{}\"/></testcase>\n", escaped(one.why)); break;
    }
  }
  return out + "</testsuite>\n</testsuites>\n";
}

}  // namespace smpp_sim
