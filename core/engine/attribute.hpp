// Which conversation a text belongs to, with a stated confidence and reason (PROMISES section B). Pure: the contact
// as it stands, the text, the rules, the time.
#pragma once

#include "core/engine/input.hpp"
#include "rules/program.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace core::engine {

enum class Attributed : std::uint8_t { reserved, conversation, ask, nothing };

struct Attribution {
  Attributed to = Attributed::nothing;
  rules::ReservedWord word = rules::ReservedWord::none;
  Id conversation = 0;
  bool answers_question = false;      // the parked message is the one to act on
  std::string text;                   // what the rules look at: the message, or the parked one
  std::string confidence;             // certain | asked | none
  std::string reason;                 // one sentence for people
  std::vector<storage::Candidate> candidates;
};

[[nodiscard]] Attribution attribute(const storage::Contact& contact, const std::string& sender, const std::string& text,
                                    const rules::Program& program, WallTime now);

// The facts a rule may see of this message in this conversation. Pointers into the arguments.
[[nodiscard]] rules::Facts facts_of(const storage::Contact& contact, const storage::Conversation& conversation,
                                    std::string_view text, WallTime now);

// "Reply 1 for ..., 2 for ..." over the candidates, in their order.
[[nodiscard]] std::string question_text(const std::vector<storage::Candidate>& candidates);

}  // namespace core::engine
