// bench: what durable costs and how far it goes, beside the machine's own floor in the same run.
//   bench [--seconds S] [--trips N] [--contacts N] [--window N]... [--dir FOLDER]
// Each line is one run of the whole daemon over loopback and the real disk: API -> committed -> submitted, and
// MO -> committed -> reply submitted. The carrier's own processor time is measured on its thread and taken off.
#include "test/bench/bare_loop.hpp"
#include "test/bench/carrier.hpp"
#include "test/bench/counted.hpp"
#include "test/bench/daemon.hpp"
#include "test/bench/floor.hpp"
#include "test/bench/http_load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace bench;

constexpr std::size_t kConnections = 32;  // of programs to the API; the server takes 64 from one address

struct Options {
  double seconds = 3;                 // of each measurement of the floor
  std::uint64_t trips = 60'000;       // MOs of a run at the widest window; fewer at smaller ones
  std::uint64_t contacts = 20'000;
  std::vector<std::uint32_t> windows;
  std::string folder = ".";
};

constexpr const char* kUsage =
    "usage: bench [--seconds S] [--trips N] [--contacts N] [--window N]... [--dir FOLDER]\n"
    "  --seconds S    of each measurement of the floor (3)\n"
    "  --trips N      MOs of a run at window 100 (60000)\n"
    "  --contacts N   people who are written to and answer (20000)\n"
    "  --window N     of the one link, may be given more than once (10, 100)\n"
    "  --dir FOLDER   on the disk to be measured (the current folder)\n";

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], text = argv[i + 1];
    std::uint64_t number = 0;
    const bool is_number = std::from_chars(text.data(), text.data() + text.size(), number).ptr == text.data() + text.size() && number > 0;
    if (name == "--dir") options.folder = text;
    else if (!is_number) return std::nullopt;
    else if (name == "--seconds") options.seconds = static_cast<double>(number);
    else if (name == "--trips") options.trips = number;
    else if (name == "--contacts") options.contacts = number;
    else if (name == "--window") options.windows.push_back(static_cast<std::uint32_t>(number));
    else return std::nullopt;
  }
  if (argc % 2 == 0) return std::nullopt;
  if (options.windows.empty()) options.windows = {10, 100};
  return options;
}

// A folder of its own that goes with the run.
struct Folder {
  explicit Folder(const std::string& in) {
    std::string pattern = in + "/bench-data.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error(in + ": no folder can be made there");
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path;
};

struct Run {
  std::string name;
  std::uint32_t window = 0;
  std::uint64_t trips = 0;
  Took took;
  double cpu_us = 0, rows = 0, wal_bytes = 0, fdatasyncs = 0, trips_per_commit = 0;
  [[nodiscard]] double rate() const { return static_cast<double>(trips) / took.seconds; }
  [[nodiscard]] double latency(double part) const {
    const auto& all = took.latencies_ms;
    return all.empty() ? 0 : all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  }
};

void progress(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
}

// One life of the daemon: `work` makes the traffic and returns when it is over.
Run measure(const std::string& name, const std::string& data_dir, std::uint32_t window, std::uint64_t trips,
            const std::function<Took(Carrier&, Daemon&)>& work) {
  progress(fmt::format("{}, window {} ...", name, window));
  Carrier carrier(window);
  Daemon daemon(data_dir, carrier.port(), window);
  Run run{name, window, trips, {}, 0, 0, 0, 0, 0};
  const std::uint64_t synced = fdatasyncs();
  const double cpu = process_cpu_seconds(), carriers = carrier.cpu_seconds();
  run.took = work(carrier, daemon);
  const double count = static_cast<double>(trips);
  run.cpu_us = (process_cpu_seconds() - cpu - (carrier.cpu_seconds() - carriers)) * 1e6 / count;
  run.fdatasyncs = static_cast<double>(fdatasyncs() - synced) / count;
  const auto figures = daemon.stop();
  run.rows = static_cast<double>(figures.rows) / count;
  run.wal_bytes = static_cast<double>(figures.wal_bytes) / count;
  run.trips_per_commit = count / static_cast<double>(figures.transactions);
  return run;
}

Run api_run(const Options& options, const std::string& data_dir, std::uint32_t window) {
  return measure("API -> submitted", data_dir, window, options.contacts, [&](Carrier& carrier, Daemon& daemon) {
    HttpClients clients(carrier.io(), {daemon.http_port(), kToken, kCampaign, kConnections, options.contacts, fmt::format("w{}", window)},
                        [&](std::uint64_t person) { carrier.left(person); });
    Took took = carrier.await_submits(options.contacts, [&] { clients.start(); });
    if (clients.refused() != 0) throw std::runtime_error(fmt::format("{} requests were refused", clients.refused()));
    return took;
  });
}

Run mo_run(const Options& options, const std::string& data_dir, std::uint32_t window) {
  const std::uint64_t trips = window >= 100 ? options.trips : std::max<std::uint64_t>(options.trips / 4, 1);
  return measure("MO -> reply submitted", data_dir, window, trips, [&](Carrier& carrier, Daemon&) {
    return carrier.deliver(trips, options.contacts, "Yes please, see you then");
  });
}

void print(const std::vector<Run>& api, const std::vector<Run>& mo) {
  std::printf("\n%-22s %6s %9s %8s %8s %8s %6s %9s %10s %8s\n", "", "window", "msgs/s", "p50 ms", "p99 ms", "CPU us", "rows", "WAL bytes", "fdatasyncs", "a commit");
  std::vector<Run> runs = api;
  runs.insert(runs.end(), mo.begin(), mo.end());
  for (const Run& run : runs) {
    std::printf("%-22s %6u %9.0f %8.2f %8.2f %8.1f %6.2f %9.0f %10.3f %8.1f\n", run.name.c_str(), run.window, run.rate(), run.latency(0.5), run.latency(0.99), run.cpu_us, run.rows,
                run.wal_bytes, run.fdatasyncs, run.trips_per_commit);
  }
  std::printf("CPU, rows, WAL bytes and fdatasyncs are per message; \"a commit\" is how many one of them carried.\n");
}

// The same rows in a loop of their own, as many a commit as the daemon had.
void print_ratio(const Options& options, const std::string& folder, const Run& run, const BodySizes& bodies) {
  const auto batch = static_cast<std::size_t>(std::max(1.0, run.trips_per_commit));
  progress(fmt::format("bare loop of the same rows, {} a commit ...", batch));
  const double bare = bare_round_trips(fmt::format("{}/bare-{}", folder, run.window), {options.contacts, batch, bodies}, options.seconds);
  std::printf("bare SQLite loop, %4zu trips a commit %9.0f trips/s; the daemon at window %u makes %.0f, %.2f of it\n", batch, bare, run.window, run.rate(), run.rate() / bare);
}

int run(const Options& options) {
  const Folder folder(options.folder);
  progress("the machine's floor ...");
  std::printf("loopback ping-pong      %9.0f round trips/s\n", loopback_ping_pongs(options.seconds));
  std::printf("write 4 KiB + fdatasync %9.0f /s\n", durable_pages(folder.path, options.seconds));
  std::vector<Run> api, mo;
  std::vector<BodySizes> bodies;
  for (const std::uint32_t window : options.windows) {
    // The API opens the conversations that the MOs then belong to.
    const std::string data_dir = fmt::format("{}/window-{}", folder.path, window);
    api.push_back(api_run(options, data_dir, window));
    mo.push_back(mo_run(options, data_dir, window));
    bodies.push_back(body_sizes(data_dir));
  }
  print(api, mo);
  std::printf("\n");
  for (std::size_t i = 0; i < mo.size(); ++i) print_ratio(options, folder.path, mo[i], bodies[i]);
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    return run(*options);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "bench: %s\n", problem.what());
    return EXIT_FAILURE;
  }
}
