#include "core/metrics.hpp"
#include "test/unit/catch.hpp"

TEST_CASE("counters resolved once are the ones that the exposition shows") {
  core::Metrics metrics;
  const auto accepted = metrics.counter("bindery_messages_total", "Messages by final word.", {{"state", "accepted"}});
  const auto again = metrics.counter("bindery_messages_total", "Messages by final word.", {{"state", "accepted"}});
  const auto rejected = metrics.counter("bindery_messages_total", "Messages by final word.", {{"state", "rejected"}});
  CHECK(rejected.value() == 0);
  accepted.add();
  again.add(2);
  CHECK(accepted.value() == 3);
  metrics.gauge("bindery_binds", "Binds that are up.", {{"account", "a\"b"}}).set(2);
  metrics.histogram("bindery_turn_seconds", "Time of a turn.", {0.001, 0.01}).observe(0.005);
  const std::string text = metrics.exposition();
  CHECK(text.find("# TYPE bindery_messages_total counter") != std::string::npos);
  CHECK(text.find("bindery_messages_total{state=\"accepted\"} 3") != std::string::npos);
  CHECK(text.find("bindery_messages_total{state=\"rejected\"} 0") != std::string::npos);
  CHECK(text.find("bindery_turn_seconds_bucket{le=\"0.01\"} 1") != std::string::npos);
  CHECK(text.find("a\\\"b") != std::string::npos);
}

TEST_CASE("a counter that was never resolved counts nothing and harms nothing") {
  const core::Counter none;
  none.add();
  CHECK(none.value() == 0);
}
