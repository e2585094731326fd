// One seed, one world: our process, the carrier, the CRM, programs and people in virtual time. First a day of traffic
// under faults, perhaps an hour without any carrier, then everything is healed and time runs on until every wait of
// the engine has ended; then the books must agree.
#pragma once

#include "test/sim/carrier.hpp"
#include "test/sim/clients.hpp"
#include "test/sim/crm.hpp"
#include "test/sim/faults.hpp"
#include "test/sim/judge.hpp"
#include "test/sim/log.hpp"
#include "test/sim/node.hpp"
#include "test/sim/people.hpp"
#include "test/sim/plan.hpp"
#include "test/sim/report.hpp"
#include "test/sim/schedule.hpp"

#include <memory>

namespace sim {

struct World {
  World(std::uint64_t seed, bool verbose, Mutation mutation, std::shared_ptr<const rules::Program> program);
  // To the end of the seed; throws Violation.
  void run();
  // Adds what happened to a run's totals.
  void add_to(Totals& totals) const;

  // What a seed is at least.
  static constexpr std::uint64_t kMos = 300, kMts = 100, kCrashes = 3, kKinds = 5;
  static constexpr std::size_t kSends = 60, kDrives = 3;

  // ---- for the parts of the world
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }
  // What is stored, whether or not a process is running on it.
  [[nodiscard]] const storage::memory::Image& image() const { return node ? node->image() : left_; }
  // When a process gets to a deadline: in the long quiet at the end late, as after a suspend, or days would cost minutes.
  [[nodiscard]] Time patient(Time deadline) const;
  void process_died(const char* how);

  Schedule schedule;
  Random random;
  Plan plan;
  Faults faults;
  Log log;
  Mutation mutation;
  std::shared_ptr<const rules::Program> program;
  Judge judge;
  Carrier carrier;
  Crm crm;
  People people;
  Clients clients;
  std::shared_ptr<Node> node;

 private:
  void open();
  void weather();
  void strike(Line& line);
  void stop_behind(const std::shared_ptr<Node>& of, std::size_t line);
  void run_for(Duration duration);
  void traffic();
  void darkness();
  void heal();
  void long_quiet();
  [[nodiscard]] bool seen_enough() const;

  storage::memory::Image left_;
  std::shared_ptr<Node> buried_;      // kept until its last call has returned
  Totals totals_;
  std::uint64_t incarnation_ = 0, crashes_ = 0;
  bool over_ = false, patient_ = false;
};

}  // namespace sim
