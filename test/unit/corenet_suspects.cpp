// turn.inflight: what the process died of is decided alone, and not for ever (DESIGN section 6).
#include "core/net/limits.hpp"
#include "core/net/suspects.hpp"
#include "test/unit/corenet_place.hpp"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

using core::engine::Input;
using core::net::Suspects;
namespace engine = core::engine;

namespace {

Input mo(std::uint64_t fingerprint) {
  engine::Mo mo;
  mo.fingerprint = fingerprint;
  return mo;
}

// A process that dies in the turn of these inputs: its file is left as it stands.
void die_in_turn(const std::string& path, const std::vector<Input>& inputs) {
  Suspects suspects(path);
  suspects.begin(inputs);
}

}  // namespace

TEST_CASE("inputs of a turn that ended well are no suspects") {
  const corenet_test::Folder folder;
  const std::string path = folder.path + "/turn.inflight";
  {
    Suspects suspects(path);
    const std::vector<Input> inputs{mo(1), mo(2)};
    suspects.begin(inputs);
    suspects.end();
  }
  CHECK(Suspects(path).size() == 0);
}

TEST_CASE("inputs of a turn that the process died in are suspects in the next, until they pass") {
  const corenet_test::Folder folder;
  const std::string path = folder.path + "/turn.inflight";
  die_in_turn(path, {mo(1), mo(2), engine::Tick{}});
  {
    Suspects suspects(path);
    CHECK(suspects.size() == 2);
    CHECK(suspects.contains(mo(1)));
    CHECK_FALSE(suspects.contains(mo(3)));
    CHECK_FALSE(suspects.contains(engine::Tick{}));
    CHECK_FALSE(suspects.poisonous(mo(1)));
    const std::vector<Input> one{mo(1)};
    suspects.begin(one);
    suspects.end();
  }
  Suspects again(path);
  CHECK_FALSE(again.contains(mo(1)));
  CHECK(again.contains(mo(2)));
}

TEST_CASE("plain deaths alone make a message poisonous only after many") {
  const corenet_test::Folder folder;
  const std::string path = folder.path + "/turn.inflight";
  for (unsigned i = 0; i + 1 < core::net::kPoisonous; ++i) die_in_turn(path, {mo(1)});
  CHECK_FALSE(Suspects(path).poisonous(mo(1)));
  die_in_turn(path, {mo(1)});
  CHECK(Suspects(path).poisonous(mo(1)));
}

TEST_CASE("two aborts while deciding a message make it poisonous") {
  const corenet_test::Folder folder;
  const std::string path = folder.path + "/turn.inflight";
  for (int i = 0; i < 2; ++i) {
    CHECK_FALSE(Suspects(path).poisonous(mo(1)));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      core::net::mark_turns_on_abort();
      Suspects suspects(path);
      const std::vector<Input> one{mo(1)};
      suspects.begin(one);
      std::abort();
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGABRT);
  }
  CHECK(Suspects(path).poisonous(mo(1)));
}

TEST_CASE("a damaged file suspects nobody") {
  const corenet_test::Folder folder;
  const std::string path = folder.path + "/turn.inflight";
  std::ofstream(path) << std::string(10'000, '\xff');
  Suspects suspects(path);
  CHECK(suspects.size() == 0);
  CHECK_FALSE(suspects.take_problem());
}

TEST_CASE("a file that cannot be made costs the protection and says so") {
  Suspects suspects("/nonexistent/turn.inflight");
  CHECK(suspects.take_problem());
  const std::vector<Input> one{mo(1)};
  suspects.begin(one);
  suspects.end();
}
