#include "test/sim/log.hpp"

#include <cstdio>

namespace sim {

void Log::note(const char* what, std::uint64_t a, std::uint64_t b, std::string_view text) {
  Line& line = lines_[next_++ % kKept];
  line.at = schedule_.elapsed();
  line.what = what;
  line.a = a;
  line.b = b;
  line.text.assign(text);
  mix(static_cast<std::uint64_t>(line.at.count()));
  for (const char* c = what; *c != '\0'; ++c) mix(static_cast<unsigned char>(*c));
  mix(a);
  mix(b);
  for (const char c : text) mix(static_cast<unsigned char>(c));
  if (verbose_) std::printf("%s\n", shown(line).c_str());
}

std::string Log::shown(const Line& line) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(line.at).count();
  char head[64];
  std::snprintf(head, sizeof head, "%12.6f  ", static_cast<double>(us) / 1e6);
  return words(head, line.what, " ", line.a, " ", line.b, line.text.empty() ? "" : "  ", line.text);
}

std::string Log::last_lines() const {
  std::string text;
  const std::size_t count = std::min(next_, kKept);
  for (std::size_t i = next_ - count; i < next_; ++i) text += "  " + shown(lines_[i % kKept]) + "\n";
  return text;
}

}  // namespace sim
