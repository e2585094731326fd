// The ceiling that SQLite itself sets: the rows of a round trip written by prepared statements in a loop, into the same
// schema, with bodies of the same length and the same number of trips a transaction, and nothing else around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

// Mean octets of a row's body, read from a database that a run has written.
struct BodySizes { std::size_t inbound = 0, message = 0, contact = 0, turn = 0; };
[[nodiscard]] BodySizes body_sizes(const std::string& data_dir);

struct BareLoop {
  std::uint64_t contacts = 0;         // met in no order
  std::size_t trips_per_commit = 1;
  BodySizes bodies;
};
// Round trips a second, checkpoints included. `data_dir` is made and must not exist. 0: it could not be written.
[[nodiscard]] double bare_round_trips(const std::string& data_dir, const BareLoop& loop, double seconds);

}  // namespace bench
