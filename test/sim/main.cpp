// sim: runs seeds of the simulated world and says which promise broke where.
//   sim --seeds N [--from K]   runs N seeds from K (1) on; from 100 seeds on every fault and transition must have happened
//   sim --seed N [--verbose]   replays one, with its log of events
//   sim --mutate NAME          with a guard taken away; --mutations checks that each such lack is noticed
#include "test/sim/world.hpp"

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

namespace {

using namespace sim;

struct Options {
  std::uint64_t from = 1, seeds = 1;
  bool verbose = false, mutations = false;
  Mutation mutation = Mutation::none;
};

struct Named {
  std::string_view name;
  Mutation mutation;
};
constexpr std::array<Named, 8> kMutations{{{"ack_early", Mutation::ack_early},
                                           {"no_dedup", Mutation::no_dedup},
                                           {"no_revoke", Mutation::no_revoke},
                                           {"lost_as_returned", Mutation::lost_as_returned},
                                           {"wide_window", Mutation::wide_window},
                                           {"forget_results", Mutation::forget_results},
                                           {"double_pace", Mutation::double_pace},
                                           {"links_behind_commit", Mutation::links_behind_commit}}};
constexpr std::uint64_t kSeedsForCoverage = 100;  // fewer may miss a rare fault without meaning anything
constexpr std::uint64_t kSeedsForMutation = 40;
constexpr std::uint64_t kSeedsTwice = 3;          // run again, to see the same trace

constexpr std::string_view kUsage =
    "usage: sim [--seed N | --seeds N [--from K]] [--verbose] [--mutate NAME] [--mutations]\n"
    "  --seed N       one seed; --verbose prints its events\n"
    "  --seeds N      N seeds from K (default 1) on\n"
    "  --mutate NAME  take a guard away: ack_early no_dedup no_revoke lost_as_returned wide_window forget_results double_pace links_behind_commit\n"
    "  --mutations    check that the lack of each guard is noticed\n";

std::uint64_t g_seed = 0;
const Log* g_log = nullptr;

// A broken ASSERT of the engine ends the process; the seed must not be lost with it.
void on_abort(int) {
  std::fprintf(stderr, "aborted in seed %llu; replay: ./dev sim --seed %llu --verbose\n", static_cast<unsigned long long>(g_seed),
               static_cast<unsigned long long>(g_seed));
  if (g_log != nullptr) std::fputs(g_log->last_lines().c_str(), stderr);
}

std::optional<std::uint64_t> number_of(const char* text) {
  std::uint64_t value = 0;
  const char* end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, value);
  return error == std::errc{} && at == end ? std::optional(value) : std::nullopt;
}

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--verbose") {
      options.verbose = true;
    } else if (option == "--mutations") {
      options.mutations = true;
    } else if (i + 1 < argc && option == "--mutate") {
      ++i;
      for (const Named& each : kMutations) {
        if (each.name == argv[i]) options.mutation = each.mutation;
      }
      if (options.mutation == Mutation::none) return std::nullopt;
    } else if (i + 1 < argc && (option == "--seed" || option == "--seeds" || option == "--from" || option == "--first")) {
      const auto value = number_of(argv[++i]);
      if (!value) return std::nullopt;
      (option == "--seeds" ? options.seeds : options.from) = *value;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

struct Outcome {
  std::optional<Violation> violation;
  std::string log;
  std::uint64_t hash = 0;
  Duration at{};
};

Outcome run_seed(std::uint64_t seed, bool verbose, Mutation mutation, const std::shared_ptr<const rules::Program>& program, Totals& totals) {
  World world(seed, verbose, mutation, program);
  g_seed = seed;
  g_log = &world.log;
  Outcome outcome;
  try {
    world.run();
    world.add_to(totals);
  } catch (const Violation& violation) {
    outcome.violation = violation;
    outcome.log = world.log.last_lines();
  }
  outcome.hash = world.log.hash();
  outcome.at = world.schedule.elapsed();
  g_log = nullptr;
  return outcome;
}

void tell(std::uint64_t seed, const Outcome& outcome) {
  std::printf("%sseed %llu, after %.6f virtual seconds: %s\n  %s\nreplay: ./dev sim --seed %llu --verbose\n", outcome.log.c_str(),
              static_cast<unsigned long long>(seed), std::chrono::duration<double>(outcome.at).count(), outcome.violation->invariant.c_str(),
              outcome.violation->detail.c_str(), static_cast<unsigned long long>(seed));
}

int check_mutations(const std::shared_ptr<const rules::Program>& program) {
  int unnoticed = 0;
  for (const Named& each : kMutations) {
    Totals totals;
    std::uint64_t seed = 0;
    Outcome outcome;
    while (seed < kSeedsForMutation && !outcome.violation) outcome = run_seed(++seed, false, each.mutation, program, totals);
    if (outcome.violation) {
      std::printf("%-18s noticed by seed %llu: %s\n", std::string(each.name).c_str(), static_cast<unsigned long long>(seed), outcome.violation->invariant.c_str());
    } else {
      std::printf("%-18s NOT noticed by %llu seeds\n", std::string(each.name).c_str(), static_cast<unsigned long long>(kSeedsForMutation));
      ++unnoticed;
    }
  }
  return unnoticed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(const Options& options, const std::shared_ptr<const rules::Program>& program) {
  Totals totals;
  for (std::uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
    const Outcome outcome = run_seed(seed, options.verbose, options.mutation, program, totals);
    if (outcome.violation) {
      tell(seed, outcome);
      return EXIT_FAILURE;
    }
    if (options.seeds == 1) std::printf("seed %llu: trace %016llx\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(outcome.hash));
    if (options.seeds < kSeedsForCoverage || seed - options.from >= kSeedsTwice) continue;
    Totals ignored;
    if (run_seed(seed, false, options.mutation, program, ignored).hash != outcome.hash) {
      std::printf("seed %llu ran differently the second time: something is not deterministic\n", static_cast<unsigned long long>(seed));
      return EXIT_FAILURE;
    }
  }
  print(totals);
  const std::string never = options.seeds < kSeedsForCoverage ? std::string() : never_taken(totals);
  std::printf("%s", never.c_str());
  return never.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse(argc, argv);
  if (!options) {
    std::fputs(kUsage.data(), stderr);
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::signal(SIGABRT, on_abort);
  const auto program = make_program();
  return options->mutations ? check_mutations(program) : run(*options, program);
}
