#include "core/log.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>

namespace core {
namespace {

// Events that wait for the writer. When the disk or terminal is that far behind, the oldest are overwritten: a log
// must never hold up an acknowledgement.
constexpr std::size_t kQueue = 16'384;

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::trace: return spdlog::level::trace;
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" =\"\\") != std::string_view::npos;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

}  // namespace

struct Log::Impl {
  Impl(LogSettings settings, spdlog::sink_ptr sink) : mask(settings.mask) {
    pool = std::make_shared<spdlog::details::thread_pool>(kQueue, 1);
    logger = std::make_shared<spdlog::async_logger>("bindery", std::move(sink), pool, spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(level_of(settings.level));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    logger->flush_on(spdlog::level::warn);
  }
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<bool> mask;
  // Ends first: it writes out what is queued and joins its thread, which uses the logger until then.
  std::shared_ptr<spdlog::details::thread_pool> pool;
};

Log::Log(LogSettings settings) : impl_(std::make_unique<Impl>(settings, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}
Log::Log(LogSettings settings, std::ostream& out)
    : impl_(std::make_unique<Impl>(settings, std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true))) {}
Log::~Log() = default;

void Log::debug(std::string_view event, Fields fields) { write(LogLevel::debug, event, fields); }
void Log::info(std::string_view event, Fields fields) { write(LogLevel::info, event, fields); }
void Log::warn(std::string_view event, Fields fields) { write(LogLevel::warn, event, fields); }
void Log::error(std::string_view event, Fields fields) { write(LogLevel::error, event, fields); }
bool Log::wants(LogLevel level) const { return impl_->logger->should_log(level_of(level)); }
void Log::set(LogSettings settings) {
  impl_->mask = settings.mask;
  impl_->logger->set_level(level_of(settings.level));
}
void Log::flush() { impl_->logger->flush(); }

void Log::write(LogLevel level, std::string_view event, Fields fields) {
  if (!wants(level)) return;
  fmt::memory_buffer line;
  const auto out = std::back_inserter(line);
  fmt::format_to(out, "{}", escape_line(event));
  const bool mask = impl_->mask;
  for (const LogField& field : fields) {
    std::string value = field.value;
    if (mask && field.kind == LogField::Kind::number) value = mask_number(value);
    if (mask && field.kind == LogField::Kind::text) value = fmt::format("({} characters)", characters(value));
    const std::string shown = escape_line(value);
    const std::string_view quote = needs_quotes(shown) ? "\"" : "";
    fmt::format_to(out, " {}={}{}{}", field.key, quote, shown, quote);
  }
  impl_->logger->log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace core
