#include "core/web/tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace core::web {
namespace {

constexpr std::chrono::minutes kFailureWindow{1};
constexpr std::size_t kAddresses = 1024;         // remembered; above it the oldest counts are dropped together

std::string hex(const std::uint8_t* octets, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (std::size_t i = 0; i < count; ++i) {
    result += digits[octets[i] >> 4];
    result += digits[octets[i] & 15];
  }
  return result;
}

std::string read_token(const std::string& path) {
  std::string text;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  char octets[256];
  const auto got = ::read(file, octets, sizeof octets);
  ::close(file);
  if (got > 0) text.assign(octets, static_cast<std::size_t>(got));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

Tokens::Tokens(const std::vector<TokenSettings>& tokens) {
  for (const TokenSettings& token : tokens) {
    if (!token.token.value.empty()) known_.push_back({digest_of(token.token.value), {token.name, token.role}});
  }
}

Tokens::Digest Tokens::digest_of(std::string_view token) {
  Digest digest{};
  unsigned size = 0;
  EVP_Digest(token.data(), token.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return digest;
}

bool Tokens::over(Failures& failures, std::size_t limit, Time now) {
  if (now - failures.since >= kFailureWindow) failures = {now, 0};
  return failures.count >= limit;
}

Tokens::Checked Tokens::check(std::string_view authorization, const std::string& address, Time now) {
  if (by_address_.size() > kAddresses) by_address_.clear();
  auto& failures = by_address_.try_emplace(address, Failures{now, 0}).first->second;
  const bool throttled = over(failures, kFailuresPerAddress, now) || over(all_, kFailuresInAll, now);
  constexpr std::string_view scheme = "bearer ";
  const bool bearer = authorization.size() > scheme.size() &&
                      std::equal(scheme.begin(), scheme.end(), authorization.begin(), [](char a, char b) { return a == (b | 0x20); });
  if (!bearer) return {nullptr, throttled ? Refusal::too_many : Refusal::missing};
  const Digest digest = digest_of(authorization.substr(scheme.size()));
  const Caller* caller = nullptr;
  for (const Known& known : known_) {            // all of them, always: time must not tell which one nearly matched
    if (CRYPTO_memcmp(known.digest.data(), digest.data(), digest.size()) == 0) caller = &known.caller;
  }
  // A right token is never held up by somebody else's wrong ones at the same address.
  if (caller != nullptr) return {caller, Refusal::none};
  if (throttled) return {nullptr, Refusal::too_many};
  ++failures.count;
  ++all_.count;
  return {nullptr, Refusal::unknown};
}

AdminToken admin_token(const std::string& data_dir) {
  AdminToken result;
  result.path = (std::filesystem::path(data_dir) / "admin.token").string();
  struct ::stat status {};
  if (::stat(result.path.c_str(), &status) == 0) {
    if ((status.st_mode & 077) != 0) {
      result.error = result.path + " may be read by others: chmod 600 " + result.path;
      return result;
    }
    result.token = read_token(result.path);
    if (result.token.size() < 16) result.error = result.path + " holds no token; remove it and a new one is made";
    return result;
  }
  std::array<std::uint8_t, kTokenOctets> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    result.error = "no random numbers for an admin token";
    return result;
  }
  const std::string token = hex(random.data(), random.size());
  const std::string line = token + "\n";
  // O_EXCL: never through a link that somebody else put there.
  const int file = ::open(result.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  if (!written) result.error = "cannot write " + result.path + ": " + std::strerror(errno);
  if (file >= 0) ::close(file);
  if (!written) return result;
  result.token = token;
  result.made = true;
  return result;
}

std::uint64_t request_hash(std::string_view path, std::string_view body) {
  std::string text(path);
  text += '\n';
  text += body;
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < 8; ++i) hash = (hash << 8) | digest[i];
  return hash;
}

}  // namespace core::web
