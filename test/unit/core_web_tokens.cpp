// Tokens: who is let in, who is slowed down, and how the first one is made.
#include "core/web/tokens.hpp"
#include "test/unit/catch.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace core::web;
using core::Role;
using core::Secret;
namespace fs = std::filesystem;

namespace {

Tokens tokens() {
  return Tokens({{"crm", Role::operate, {Secret::Origin::written, {}, "crm-token-0123456789"}}, {"eye", Role::view, {Secret::Origin::written, {}, "eye-token-0123456789"}}});
}
const Tokens::Time kNow{std::chrono::hours(1)};

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("core_web_tokens." + std::to_string(::getpid()))) { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

}  // namespace

TEST_CASE("a known bearer token names its caller; anything else is refused") {
  Tokens known = tokens();
  const auto checked = known.check("Bearer crm-token-0123456789", "a", kNow);
  REQUIRE(checked.caller != nullptr);
  CHECK(checked.caller->name == "crm");
  CHECK(checked.caller->role == Role::operate);
  CHECK(known.check("bearer eye-token-0123456789", "a", kNow).caller->name == "eye");
  CHECK(known.check("", "a", kNow).refusal == Refusal::missing);
  CHECK(known.check("Bearer ", "a", kNow).refusal == Refusal::missing);
  CHECK(known.check("Basic crm-token-0123456789", "a", kNow).refusal == Refusal::missing);
  CHECK(known.check("Bearer crm-token-012345678", "a", kNow).refusal == Refusal::unknown);
  CHECK(known.check("Bearer crm-token-0123456789 ", "a", kNow).refusal == Refusal::unknown);
}

TEST_CASE("a token whose secret is not there lets nobody in") {
  Tokens empty({{"crm", Role::admin, {}}});
  CHECK(empty.check("Bearer x", "a", kNow).caller == nullptr);
}

TEST_CASE("an address that guesses ten times a minute is slowed down; a right token is not, wherever it comes from (S3)") {
  Tokens known = tokens();
  for (std::size_t i = 0; i < kFailuresPerAddress; ++i) CHECK(known.check("Bearer wrong", "guesser", kNow).refusal == Refusal::unknown);
  CHECK(known.check("Bearer wrong", "guesser", kNow).refusal == Refusal::too_many);
  CHECK(known.check("", "guesser", kNow).refusal == Refusal::too_many);
  CHECK(known.check("Bearer crm-token-0123456789", "guesser", kNow).caller != nullptr);
  CHECK(known.check("Bearer wrong", "honest", kNow).refusal == Refusal::unknown);
  CHECK(known.check("Bearer wrong", "guesser", kNow + std::chrono::minutes(1)).refusal == Refusal::unknown);
}

TEST_CASE("many addresses that guess together are slowed down together (S3)") {
  Tokens known = tokens();
  for (std::size_t i = 0; i < kFailuresInAll; ++i) CHECK(known.check("Bearer wrong", std::to_string(i), kNow).refusal == Refusal::unknown);
  CHECK(known.check("Bearer wrong", "another", kNow).refusal == Refusal::too_many);
}

TEST_CASE("the first start makes an admin token that only its owner reads, later ones use it") {
  const Folder folder;
  const AdminToken first = admin_token(folder.path);
  CHECK(first.error == "");
  CHECK(first.made);
  CHECK(first.token.size() == 64);
  struct ::stat status {};
  REQUIRE(::stat(first.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const AdminToken second = admin_token(folder.path);
  CHECK_FALSE(second.made);
  CHECK(second.token == first.token);
  ::chmod(first.path.c_str(), 0644);
  CHECK(admin_token(folder.path).error.find("may be read by others") != std::string::npos);
  CHECK(admin_token("/nonexistent").error.find("cannot write /nonexistent/admin.token") != std::string::npos);
}

TEST_CASE("a request's hash depends on path and body and on where one ends") {
  CHECK(request_hash("/a", "b") == request_hash("/a", "b"));
  CHECK(request_hash("/a", "b") != request_hash("/a", "c"));
  CHECK(request_hash("/ab", "") != request_hash("/a", "b"));
}
