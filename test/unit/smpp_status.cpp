#include "smpp/backoff.hpp"
#include "smpp/command.hpp"
#include "smpp/status.hpp"
#include "test/unit/catch.hpp"

using smpp::command_status;
using smpp::status_class;
using namespace std::chrono_literals;

TEST_CASE("a status without a name is kept and spelled as its number (P36)") {
  const auto vendor = static_cast<command_status>(0x40A);
  CHECK(smpp::status_name(vendor) == "0x0000040A");
  CHECK(smpp::status_of("0x40A") == vendor);
  CHECK(smpp::status_of("1034") == vendor);
  CHECK(smpp::class_of(vendor) == status_class::perm);
  CHECK_FALSE(smpp::status_of("ESME_NONSENSE").has_value());
  CHECK_FALSE(smpp::status_of("0x").has_value());
}

TEST_CASE("older names of the specification are understood") {
  CHECK(smpp::status_of("ESME_RINVOPTPARAMVAL") == command_status::ESME_RINVTLVVAL);
  CHECK(smpp::status_of("ESME_RTHROTTLEXCD") == command_status::ESME_RTHROTTLED);
}

TEST_CASE("in an answer to a bind what is permanent concerns the account (P50)") {
  CHECK(smpp::class_of_bind(command_status::ESME_RINVPASWD) == status_class::auth);
  CHECK(smpp::class_of_bind(command_status::ESME_RPROHIBITED) == status_class::auth);
  CHECK(smpp::class_of_bind(static_cast<command_status>(0x5A)) == status_class::auth);
  CHECK(smpp::class_of_bind(command_status::ESME_RALYBND) == status_class::bindretry);
  CHECK(smpp::class_of_bind(command_status::ESME_RSYSERR) == status_class::retry);
}

TEST_CASE("a refused bind has a cause in plain words") {
  CHECK(smpp::likely_cause(command_status::ESME_RINVPASWD).find("password") != std::string_view::npos);
  CHECK_FALSE(smpp::likely_cause(static_cast<command_status>(0x777)).empty());
}

TEST_CASE("commands without a response are known as such") {
  CHECK_FALSE(smpp::is_answered(smpp::command_id::alert_notification));
  CHECK_FALSE(smpp::is_answered(smpp::command_id::outbind));
  CHECK_FALSE(smpp::command_of("outbind_resp").has_value());
  CHECK_FALSE(smpp::is_known(static_cast<smpp::command_id>(0x80000102)));
  CHECK(smpp::command_name(static_cast<smpp::command_id>(0x10200)) == "0x00010200");
}

TEST_CASE("connection failures back off to a minute with a fifth of jitter (P51)") {
  smpp::Backoff backoff;
  for (const auto wait : {1s, 2s, 5s, 10s, 30s, 60s, 60s}) CHECK(backoff.next({}, 0.5) == wait);
  CHECK(backoff.next({}, 0.0) == 48s);
  CHECK(backoff.next({}, 0.999999) <= 72s);
  backoff.reset();
  CHECK(backoff.next({}, 0.5) == 1s);
}

TEST_CASE("a bind refused as already bound waits for the stale session to go, and is an alarm after five minutes (P49)") {
  smpp::Backoff backoff;
  for (const auto wait : {30s, 60s, 60s, 60s, 60s, 60s}) {
    CHECK(backoff.next(command_status::ESME_RALYBND, 0.0) == wait);
    CHECK_FALSE(backoff.is_alarm());
  }
  CHECK(backoff.next(command_status::ESME_RALYBND, 0.0) == 60s);
  CHECK(backoff.is_alarm());
  backoff.reset();
  CHECK(backoff.next(command_status::ESME_RALYBND, 0.0) == 30s);
  CHECK_FALSE(backoff.is_alarm());
}

TEST_CASE("a refused bind is never tried again sooner than its schedule says (P49, P50)") {
  for (const auto status : {command_status::ESME_RALYBND, command_status::ESME_RINVSYSID}) {
    smpp::Backoff backoff;
    smpp::Backoff late;
    const auto first = backoff.next(status, 0.0);
    CHECK(late.next(status, 1.0) == first * 6 / 5);
  }
}

TEST_CASE("each kind of failure has a schedule of its own") {
  smpp::Backoff backoff;
  for (int i = 0; i < 6; ++i) CHECK(backoff.next({}, 0.5) <= 60s);
  CHECK_FALSE(backoff.is_alarm());
  CHECK(backoff.next(command_status::ESME_RALYBND, 0.0) == 30s);
  CHECK(backoff.next({}, 0.5) == 1s);
  CHECK(backoff.next(command_status::ESME_RSYSERR, 0.5) == 2s);
}

TEST_CASE("a refused account is tried more and more rarely, and never given up (P50)") {
  smpp::Backoff backoff;
  for (const auto wait : {60s, 120s, 240s, 480s, 600s, 600s}) {
    CHECK(backoff.next(command_status::ESME_RINVPASWD, 0.0) == wait);
    CHECK(backoff.is_alarm());
  }
}

TEST_CASE("the waits of a back-off may be an account's own (P49, P50, P51)") {
  using smpp::command_status;
  using namespace std::chrono_literals;
  const smpp::BackoffSettings own{4s, 10s, 20s};
  smpp::Backoff failed(own), bound(own), refused(own);
  const auto waits = [](smpp::Backoff& backoff, std::optional<command_status> status) {
    std::vector<std::chrono::milliseconds> seen;
    for (int i = 0; i < 6; ++i) seen.push_back(backoff.next(status, status ? 0.0 : 0.5));
    return seen;
  };
  CHECK((waits(failed, std::nullopt) == std::vector<std::chrono::milliseconds>{1s, 2s, 4s, 4s, 4s, 4s}));
  CHECK((waits(bound, command_status::ESME_RALYBND) == std::vector<std::chrono::milliseconds>{10s, 20s, 20s, 20s, 20s, 20s}));
  CHECK((waits(refused, command_status::ESME_RINVPASWD) == std::vector<std::chrono::milliseconds>{20s, 40s, 80s, 160s, 200s, 200s}));
}
