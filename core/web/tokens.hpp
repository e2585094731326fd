// Who may use the API. Tokens are kept as SHA-256 and compared in constant time (S2); an address that guesses is slowed
// down (S3). Time is given by the caller.
#pragma once

#include "core/config.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::web {

struct Caller {
  std::string name;                              // of the token; the owner of its idempotency keys
  Role role = Role::view;
};

enum class Refusal { none, missing, unknown, too_many };

inline constexpr std::size_t kFailuresPerAddress = 10;           // a minute (S3)
inline constexpr std::size_t kFailuresInAll = 100;               // a minute
inline constexpr std::size_t kTokenOctets = 32;                  // of a generated token: 256 random bits

class Tokens {
 public:
  using Time = std::chrono::steady_clock::time_point;
  explicit Tokens(const std::vector<TokenSettings>& tokens);

  // `authorization`: the header, "Bearer ...".
  struct Checked { const Caller* caller = nullptr; Refusal refusal = Refusal::none; };
  [[nodiscard]] Checked check(std::string_view authorization, const std::string& address, Time now);

 private:
  using Digest = std::array<std::uint8_t, 32>;
  struct Known { Digest digest; Caller caller; };
  struct Failures { Time since{}; std::size_t count = 0; };
  static Digest digest_of(std::string_view token);
  static bool over(Failures& failures, std::size_t limit, Time now);

  std::vector<Known> known_;
  std::map<std::string, Failures> by_address_;
  Failures all_;
};

// The admin token of a start without configured ones: data_dir/admin.token, made on the first (0600). `made`: tell the
// operator where it is. On failure `error` says why and the token is empty.
struct AdminToken { std::string token, path, error; bool made = false; };
[[nodiscard]] AdminToken admin_token(const std::string& data_dir);

// The first 64 bits of SHA-256, by which a repeated request is told from another one under the same key.
[[nodiscard]] std::uint64_t request_hash(std::string_view path, std::string_view body);

}  // namespace core::web
