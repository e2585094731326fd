#include "core/engine/attribute.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

namespace {

const storage::Conversation* find_open(const storage::Contact& contact, Id id, WallTime now) {
  for (const storage::Conversation& c : contact.open) {
    if (c.id == id && now < c.expires_at) return &c;
  }
  return nullptr;
}

// The number somebody answers an ask-back with: one digit and nothing else.
std::size_t chosen(std::string_view text) {
  const std::string word = rules::normalise(text);
  return word.size() == 1 && word[0] >= '1' && word[0] <= '9' ? static_cast<std::size_t>(word[0] - '0') : 0;
}

std::optional<Attribution> answer_to_question(const storage::Contact& contact, const std::string& sender, const std::string& text,
                                              WallTime now) {
  const storage::OpenQuestion& question = contact.question;
  if (question.parked == 0 || question.sender != sender) return std::nullopt;
  const std::size_t n = chosen(text);
  if (n == 0 || n > question.candidates.size()) return std::nullopt;
  const storage::Conversation* conversation = find_open(contact, question.candidates[n - 1], now);
  if (!conversation) return std::nullopt;
  Attribution result;
  result.to = Attributed::conversation;
  result.conversation = conversation->id;
  result.answers_question = true;
  result.text = question.parked_text;
  result.confidence = "certain";
  result.reason = fmt::format("answers our question with {}: {}", n, conversation->campaign);
  return result;
}

void several(Attribution& result, std::string_view what) {
  result.to = Attributed::ask;
  result.confidence = "asked";
  result.reason = fmt::format("{} open conversations {}: the person is asked which", result.candidates.size(), what);
}

}  // namespace

rules::Facts facts_of(const storage::Contact& contact, const storage::Conversation& conversation, std::string_view text, WallTime now) {
  rules::Facts facts;
  facts.text = text;
  facts.step = conversation.step;
  facts.conversation = &conversation.fields;
  facts.contact = &contact.fields;
  facts.from = contact.number;
  facts.sender = conversation.sender;
  facts.zone = contact.zone;
  facts.now = now;
  return facts;
}

Attribution attribute(const storage::Contact& contact, const std::string& sender, const std::string& text, const rules::Program& program,
                      WallTime now) {
  Attribution result;
  result.text = text;
  result.word = rules::reserved_word(text);
  if (result.word != rules::ReservedWord::none) {
    result.to = Attributed::reserved;
    result.confidence = "certain";
    result.reason = "the whole message is a reserved word";
    return result;
  }
  if (auto answered = answer_to_question(contact, sender, text, now)) return *answered;

  std::vector<storage::Candidate> expecting, others;
  for (const storage::Conversation& c : contact.open) {
    if (c.sender != sender || now >= c.expires_at || now < c.opens_at) continue;
    const rules::Campaign* campaign = program.find(c.campaign);
    if (!campaign) continue;
    if (campaign->expects(facts_of(contact, c, text, now))) {
      expecting.push_back({c.id, c.campaign, "a rule of its current step expects this text"});
    } else {
      others.push_back({c.id, c.campaign, "open, no rule of its current step expects this text"});
    }
  }
  const bool expected = !expecting.empty();
  result.candidates = expected ? std::move(expecting) : std::move(others);
  if (result.candidates.empty()) {
    result.confidence = "none";
    result.reason = fmt::format("no conversation of {} is open with this person", sender);
    return result;
  }
  if (result.candidates.size() > 1) {
    several(result, expected ? "expect this text" : "could be meant and none expects this text");
    return result;
  }
  result.to = Attributed::conversation;
  result.conversation = result.candidates.front().conversation;
  result.confidence = "certain";
  result.reason = expected ? "the only open conversation that expects this text" : "the only open conversation";
  return result;
}

std::string question_text(const std::vector<storage::Candidate>& candidates) {
  std::string text = "Which one do you mean? Reply";
  for (std::size_t i = 0; i < candidates.size() && i < 9; ++i) {
    text += fmt::format("{} {} for {}", i == 0 ? "" : ",", i + 1, candidates[i].campaign);
  }
  return text + ".";
}

}  // namespace core::engine
