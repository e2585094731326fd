#include "core/net/suspects.hpp"

#include "core/engine/hash.hpp"
#include "core/engine/limits.hpp"
#include "core/net/limits.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace core::net {

namespace {

// The file, in words of 64 bits: magic, abort mark, inputs of the running turn, their fingerprints (kTurnInputs places),
// suspects, then pairs of fingerprint and weight.
constexpr std::uint64_t kMagic = 0x31306e7275740a01ull;
constexpr std::uint64_t kMark = 1, kRunning = 2, kTable = kRunning + 1 + engine::kTurnInputs;
constexpr std::uint64_t kWord = sizeof(std::uint64_t);

// Read by the signal handler: the file of the turn this thread is in, else -1.
thread_local volatile int turn_file = -1;

void mark_and_die(int signal) {
  const int file = turn_file;
  if (file >= 0) {
    const std::uint64_t mark = 1;
    [[maybe_unused]] const ssize_t written = ::pwrite(file, &mark, sizeof mark, static_cast<off_t>(kMark * kWord));
  }
  ::raise(signal);  // SA_RESETHAND: this time the default action
}

using engine::fnv1a;
using engine::kFnvOffset;

struct Fingerprint {
  std::uint64_t operator()(const engine::Mo& mo) const { return mo.fingerprint; }
  std::uint64_t operator()(const engine::ReceiptArrived& receipt) const { return engine::fingerprint_of(receipt.raw); }
  std::uint64_t operator()(const engine::Undecodable& undecodable) const { return engine::fingerprint_of(undecodable.raw); }
  std::uint64_t operator()(const engine::SendMessage& send) const {
    return fnv1a(send.text, fnv1a(send.to, fnv1a(send.idempotency_key)));
  }
  std::uint64_t operator()(const engine::AddRecipients& add) const {
    std::uint64_t hash = fnv1a(add.campaign);
    for (const engine::RecipientRow& row : add.rows) hash = fnv1a(row.number, hash);
    return hash;
  }
  std::uint64_t operator()(const engine::LaunchCampaign& launch) const { return fnv1a(launch.campaign); }
  std::uint64_t operator()(const engine::CancelMessage& cancel) const { return kFnvOffset ^ cancel.message; }
  std::uint64_t operator()(const engine::SettleDoubt& settle) const { return ~kFnvOffset ^ settle.message; }
  std::uint64_t operator()(const engine::ExplainText& explain) const {
    return fnv1a(explain.text, fnv1a(explain.from, fnv1a(explain.to)));
  }
  template <class Other>
  std::uint64_t operator()(const Other&) const { return 0; }
};

}  // namespace

std::uint64_t fingerprint_of(const engine::Input& input) {
  if (!engine::is_offered(input)) return 0;
  const std::uint64_t print = std::visit(Fingerprint{}, input);
  return print == 0 ? 1 : print;
}

void mark_turns_on_abort() {
  // A stack overflow leaves no stack to run on.
  static std::array<std::byte, 64 * 1024> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_handler = mark_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE}) ::sigaction(signal, &action, nullptr);
}

Suspects::Suspects(const std::string& path) {
  constexpr ::mode_t kPrivate = 0600;
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivate);
  if (file_ < 0) {
    problem_ = path + ": " + std::strerror(errno) + "; a message that ends the process will do so each time it comes";
    return;
  }
  read();
  write_table();
}

Suspects::~Suspects() {
  turn_file = -1;
  if (file_ >= 0) ::close(file_);
}

// Damage reads as "nobody is suspected": the file is a help, not a record.
void Suspects::read() {
  std::vector<std::uint64_t> words(kTable + 1 + 2 * kSuspects, 0);
  const ssize_t got = ::pread(file_, words.data(), words.size() * kWord, 0);
  if (got < static_cast<ssize_t>(kTable * kWord) || words[0] != kMagic) return;
  const std::uint64_t known = std::min<std::uint64_t>(words[kTable], kSuspects);
  for (std::uint64_t i = 0; i < known; ++i) {
    weights_[words[kTable + 1 + 2 * i]] = static_cast<std::uint32_t>(words[kTable + 2 + 2 * i]);
  }
  const std::uint64_t running = std::min<std::uint64_t>(words[kRunning], engine::kTurnInputs);
  const std::uint32_t weight = words[kMark] != 0 ? kAbortWeight : 1;
  for (std::uint64_t i = 0; i < running; ++i) weights_[words[kRunning + 1 + i]] += weight;
  // The least suspected go first.
  for (std::uint32_t floor = 1; weights_.size() > kSuspects; ++floor) {
    std::erase_if(weights_, [&](const auto& each) { return each.second <= floor; });
  }
}

void Suspects::write_table() {
  std::vector<std::uint64_t> words(kTable + 1 + 2 * weights_.size(), 0);
  words[0] = kMagic;
  words[kTable] = weights_.size();
  std::size_t at = kTable + 1;
  for (const auto& [print, weight] : weights_) {
    words[at++] = print;
    words[at++] = weight;
  }
  write_at(0, words);
}

void Suspects::write_at(std::uint64_t offset, std::span<const std::uint64_t> words) {
  if (file_ < 0) return;
  const ssize_t written = ::pwrite(file_, words.data(), words.size_bytes(), static_cast<off_t>(offset * kWord));
  if (written != static_cast<ssize_t>(words.size_bytes()) && !std::exchange(told_, true)) {
    problem_ = "turn.inflight cannot be written; a message that ends the process will do so each time it comes";
  }
}

bool Suspects::contains(const engine::Input& input) const {
  return !weights_.empty() && weights_.contains(fingerprint_of(input));
}

bool Suspects::poisonous(const engine::Input& input) const {
  if (weights_.empty()) return false;
  const auto found = weights_.find(fingerprint_of(input));
  return found != weights_.end() && found->second >= kPoisonous;
}

// What an earlier turn left undecided inside the engine stays in the file beside the new ones.
void Suspects::begin(std::span<const engine::Input> inputs) {
  const std::size_t before = current_.size();
  for (const engine::Input& input : inputs) {
    if (const std::uint64_t print = fingerprint_of(input); print != 0) current_.push_back(print);
  }
  if (current_.size() > engine::kTurnInputs) {
    current_.erase(current_.begin(), current_.end() - static_cast<std::ptrdiff_t>(engine::kTurnInputs));
  }
  if (current_.empty()) return;
  turn_file = file_;
  if (current_.size() == before) return;
  std::vector<std::uint64_t> words;
  words.reserve(current_.size() + 1);
  words.push_back(current_.size());
  words.insert(words.end(), current_.begin(), current_.end());
  write_at(kRunning, words);
}

void Suspects::end() {
  if (current_.empty()) return;
  turn_file = -1;
  const std::array<std::uint64_t, 1> none{0};
  write_at(kRunning, none);
  bool cleared = false;
  for (const std::uint64_t print : current_) cleared = (weights_.erase(print) > 0) || cleared;
  if (cleared) write_table();
  current_.clear();
}

}  // namespace core::net
