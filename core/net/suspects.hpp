// So that one poisonous message cannot end the process for ever (DESIGN section 6): the fingerprints of a turn's offered
// inputs stand in data_dir/turn.inflight while the turn runs. A process that dies in the turn leaves them there; the next
// one decides those inputs one a turn as they come back, and one that did it again is poisoned.
//
// Flow: begin(fingerprints) -> engine.turn() -> end(). The file is written, never synced: it must survive the process,
// not the power. abort() and faults on the thread inside a turn mark the file on the way down (see kAbortWeight).
#pragma once

#include "core/engine/input.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace core::net {

// Of what a peer or a program repeats; 0: nothing to remember it by (not an offered input).
[[nodiscard]] std::uint64_t fingerprint_of(const engine::Input& input);

class Suspects {
 public:
  // Reads the file and counts what the last process left; creates it where there is none. A file that cannot be
  // written costs the protection, not the start: take_problem() says so, once.
  explicit Suspects(const std::string& path);
  ~Suspects();
  Suspects(const Suspects&) = delete;
  Suspects& operator=(const Suspects&) = delete;

  [[nodiscard]] bool contains(const engine::Input& input) const;
  [[nodiscard]] bool poisonous(const engine::Input& input) const;
  [[nodiscard]] std::optional<std::string> take_problem() { return std::exchange(problem_, std::nullopt); }
  [[nodiscard]] std::size_t size() const { return weights_.size(); }

  // The turn of these inputs begins; the calling thread is the one whose abort counts.
  void begin(std::span<const engine::Input> inputs);
  // It ended well and left nothing undecided: those inputs are no suspects any more.
  void end();

 private:
  void read();
  void write_table();
  void write_at(std::uint64_t offset, std::span<const std::uint64_t> words);

  int file_ = -1;
  std::map<std::uint64_t, std::uint32_t> weights_;
  std::vector<std::uint64_t> current_;
  std::optional<std::string> problem_;
  bool told_ = false;
};

// Makes SIGABRT, SIGSEGV, SIGBUS, SIGILL and SIGFPE mark the file of the turn that the thread is in, then end the
// process as they would have. Once per process, before threads start.
void mark_turns_on_abort();

}  // namespace core::net
