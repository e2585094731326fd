#include "smpp/receipt_state.hpp"

#include <algorithm>
#include <array>

namespace smpp {
namespace {

struct Word {
  std::string_view stat;
  MessageState state;
};
// P81; the first word of each state is the one of appendix B.
constexpr std::array kWords{
    Word{"SCHEDULED", MessageState::SCHEDULED},
    Word{"ENROUTE", MessageState::ENROUTE},
    Word{"EN_ROUTE", MessageState::ENROUTE},
    Word{"ACKED", MessageState::ENROUTE},
    Word{"BUFFRED", MessageState::ENROUTE},
    Word{"BUFFERD", MessageState::ENROUTE},
    Word{"BUFFERED", MessageState::ENROUTE},
    Word{"DELIVRD", MessageState::DELIVERED},
    Word{"DELIVERED", MessageState::DELIVERED},
    Word{"EXPIRED", MessageState::EXPIRED},
    Word{"DELETED", MessageState::DELETED},
    Word{"UNDELIV", MessageState::UNDELIVERABLE},
    Word{"UNDELVRD", MessageState::UNDELIVERABLE},
    Word{"UNDELIVERED", MessageState::UNDELIVERABLE},
    Word{"FAILED", MessageState::UNDELIVERABLE},
    Word{"UNDELIVERABLE", MessageState::UNDELIVERABLE},
    Word{"ACCEPTD", MessageState::ACCEPTED},
    Word{"ACCEPTED", MessageState::ACCEPTED},
    Word{"UNKNOWN", MessageState::UNKNOWN},
    Word{"REJECTD", MessageState::REJECTED},
    Word{"REJECTED", MessageState::REJECTED},
    Word{"SKIPPED", MessageState::SKIPPED},
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Finality finality_of(MessageState state) {
  switch (state) {
    case MessageState::SCHEDULED:
    case MessageState::ENROUTE: return Finality::not_final;
    case MessageState::ACCEPTED:
    case MessageState::UNKNOWN: return Finality::soft;
    case MessageState::DELIVERED:
    case MessageState::EXPIRED:
    case MessageState::DELETED:
    case MessageState::UNDELIVERABLE:
    case MessageState::REJECTED:
    case MessageState::SKIPPED: return Finality::final_state;
  }
  return Finality::soft;
}

std::optional<MessageState> state_of_stat(std::string_view stat, const StatMap& map) {
  if (!map.empty()) {
    std::string word(stat);
    std::transform(word.begin(), word.end(), word.begin(), lower);
    if (const auto found = map.find(word); found != map.end()) return found->second;
  }
  for (const Word& word : kWords) {
    if (std::equal(word.stat.begin(), word.stat.end(), stat.begin(), stat.end(),
                   [](char known, char given) { return known == upper(given); })) {
      return word.state;
    }
  }
  return std::nullopt;
}

std::optional<MessageState> state_of_number(std::string_view stat) {
  if (stat.size() != 1 || stat[0] < '0' || stat[0] > '9') return std::nullopt;
  return static_cast<MessageState>(stat[0] - '0');
}

std::string_view stat_of(MessageState state) {
  for (const Word& word : kWords) {
    if (word.state == state) return word.stat;
  }
  return "UNKNOWN";
}

}  // namespace smpp
