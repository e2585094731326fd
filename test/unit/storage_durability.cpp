// What was answered Committed stays: through a kill, through a full disk, while the log is kept short.
#include "storage/limits.hpp"
#include "test/unit/storage_place.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace storage_test;

namespace {

WorkingSet one_message(Id id, std::size_t size) {
  WorkingSet set;
  Message message;
  message.id = id;
  message.text.assign(size, 'x');
  set.messages.insert(id, message);
  return set;
}

CommitResult commit(Store& store, const WorkingSet& set) {
  CommitResult result = store.commit(changes_of(set, store.last_turn() + 1, {}), store.fence());
  store.between_turns();
  return result;
}

bool has_message(Store& store, Id id) {
  WorkingSet set;
  REQUIRE_FALSE(store.load({.messages = {id}}, set));
  return set.messages.read(id).presence == Presence::present;
}

// Writes until the store says Full; the ids that were committed.
std::vector<Id> fill(Store& store, Id first, std::size_t size) {
  std::vector<Id> committed;
  for (Id id = first;; ++id) {
    const CommitResult result = commit(store, one_message(id, size));
    if (std::holds_alternative<Full>(result)) return committed;
    if (const auto* failed = std::get_if<Failed>(&result)) FAIL(failed->what);
    REQUIRE(std::holds_alternative<Committed>(result));
    committed.push_back(id);
    REQUIRE(committed.size() < 10000);
  }
}

// The largest file this process may write, while it lives: a disk that is full for a while.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t octets) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    previous_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{octets, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, previous_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*previous_)(int) = SIG_DFL;
};

}  // namespace

TEST_CASE("a database that may not grow is Full, keeps what it has, and takes more when it may") {
  Folder folder;
  std::vector<Id> committed;
  {
    auto store = open_sqlite(folder.path(), {.max_pages = 200});
    committed = fill(*store, 1, 20000);
    CHECK(committed.size() > 10);
    CHECK(store->last_turn() == committed.size());
    CHECK(std::holds_alternative<Full>(commit(*store, one_message(999, 20000))));  // a state, not a failure
    for (const Id id : committed) CHECK(has_message(*store, id));
    CHECK_FALSE(has_message(*store, 999));
  }
  auto store = open_sqlite(folder.path());
  CHECK(std::holds_alternative<Committed>(commit(*store, one_message(999, 20000))));
  for (const Id id : committed) CHECK(has_message(*store, id));
}

TEST_CASE("a log that cannot be written is Full, and the same store goes on when there is space again") {
  Folder folder;
  auto store = open_sqlite(folder.path());
  std::vector<Id> committed;
  {
    const FileSizeLimit limit(400 * 1024);
    committed = fill(*store, 1, 20000);
    CHECK(committed.size() > 3);
    CHECK(std::holds_alternative<Full>(commit(*store, one_message(999, 20000))));
    for (const Id id : committed) CHECK(has_message(*store, id));  // reads still work
  }
  CHECK(std::holds_alternative<Committed>(commit(*store, one_message(999, 20000))));
  store.reset();
  store = open_sqlite(folder.path());
  for (const Id id : committed) CHECK(has_message(*store, id));
  CHECK(has_message(*store, 999));
  CHECK(store->last_turn() == committed.size() + 1);
}

TEST_CASE("a kill at any instant loses no turn that was answered") {
  Folder folder;
  Id next = 1;
  for (int kill = 0; kill < 4; ++kill) {
    int pipes[2] = {};
    REQUIRE(::pipe(pipes) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto opened = sqlite::SqliteStore::open(folder.path());
      auto* store = std::get_if<std::unique_ptr<sqlite::SqliteStore>>(&opened);
      if (store == nullptr) ::_exit(1);
      for (Id id = next;; ++id) {
        if (!std::holds_alternative<Committed>(commit(**store, one_message(id, 50)))) ::_exit(2);
        if (::write(pipes[1], &id, sizeof id) != sizeof id) ::_exit(3);
      }
    }
    ::close(pipes[1]);
    Id answered = 0;
    for (int n = 0; n < 40 + 13 * kill; ++n) REQUIRE(::read(pipes[0], &answered, sizeof answered) == sizeof answered);
    REQUIRE(::kill(child, SIGKILL) == 0);
    while (::read(pipes[0], &answered, sizeof answered) == sizeof answered) {}
    ::close(pipes[0]);
    REQUIRE(::waitpid(child, nullptr, 0) == child);

    auto store = open_sqlite(folder.path());
    CHECK(store->last_turn() >= answered);
    CHECK(store->last_turn() <= answered + 1);  // the one that was not answered may be there, whole
    for (Id id = 1; id <= store->last_turn(); ++id) CHECK(has_message(*store, id));
    next = store->last_turn() + 1;
    CHECK(store->fence().run == static_cast<std::uint64_t>(2 * (kill + 1)));
  }
}

TEST_CASE("the log starts over under load and stays below its bound") {
  Folder folder;
  auto store = open_sqlite(folder.path());
  constexpr std::size_t kTurnBytes = std::size_t{2} << 20;
  Id id = 0;
  while (store->figures().wal_restarts < 2) {
    REQUIRE(std::holds_alternative<Committed>(commit(*store, one_message(++id, kTurnBytes))));
    REQUIRE(id < 200);
  }
  REQUIRE(std::holds_alternative<Committed>(commit(*store, one_message(++id, kTurnBytes))));
  const sqlite::WriteFigures figures = store->figures();
  INFO("longest " << figures.wal_longest << " octets, written " << figures.wal_bytes);
  CHECK(figures.wal_longest < (std::uint64_t{64} << 20));
  CHECK(figures.wal_length < figures.wal_longest / 2);
  CHECK(figures.wal_bytes > id * kTurnBytes);
  CHECK(std::filesystem::file_size(folder.path() + "/bindery.db-wal") < (std::uint64_t{64} << 20));
}
