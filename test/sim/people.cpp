#include "test/sim/people.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <array>

namespace sim {

using namespace std::chrono_literals;

namespace {

constexpr std::array<std::string_view, 10> kAnswers{"YES", " yes. ", "Yes!", "NO", "no", "MORE", "more", "BOOK", "yes please", "1"};
constexpr std::array<std::string_view, 8> kChat{"YES", "MORE", "hello?", "what is this", "NO", "BOOK", "2", "ok \xF0\x9F\x91\x8D"};
constexpr std::array<std::string_view, 3> kStop{"STOP", "stop.", "Unsubscribe"}, kStart{"START", "start", "UNSTOP"};

}  // namespace

void People::start() { chat(); }

// Until the run has seen enough of them; answers go on.
void People::chat() {
  if (world_.over()) return;
  if (said_ < world_.kMos + 20) {
    const Person& person = world_.plan.people[world_.random.index(world_.plan.people.size())];
    says(person.number, world_.random.chance(0.8) ? kMainSender : kNewsSender, words_of(false));
  }
  world_.schedule.after(world_.random.between(20ms, 1400ms), [this] { chat(); });
}

std::string People::words_of(bool answering) {
  const double dice = world_.random.unit();
  if (dice < 0.05) return std::string(kStop[world_.random.index(kStop.size())]);
  if (dice < 0.13) return std::string(kStart[world_.random.index(kStart.size())]);
  if (dice < 0.15) return world_.random.chance(0.5) ? "HELP" : "info";
  if (dice < 0.22) {
    std::string text = words("I have a question about all this, number ", said_, ". ");
    const std::string more = world_.random.chance(0.3) ? "Does it hurt \xE2\x82\xAC or \xF0\x9F\x98\xAC? " : "Where do I park, and when do I come? ";
    const std::size_t length = 170 + world_.random.index(400);
    while (text.size() < length) text += more;
    return text;
  }
  return std::string(answering ? kAnswers[world_.random.index(kAnswers.size())] : kChat[world_.random.index(kChat.size())]);
}

void People::hears(const Taken& taken) {
  if (taken.segment.segment != 0 || world_.over() || said_ > world_.kMos * 2 || !world_.random.chance(0.35)) return;
  world_.schedule.after(world_.random.between(300ms, 15s), [this, person = taken.person, sender = taken.sender] {
    if (!world_.over()) says(person, sender, words_of(true));
  });
}

void People::says(const std::string& number, const std::string& sender, const std::string& text) {
  const auto person = std::ranges::find(world_.plan.people, number, &Person::number);
  std::string account = person == world_.plan.people.end() || world_.random.chance(0.1) ? "b" : person->account;
  if (sender == kNewsSender) account = "b";  // the only account that serves it
  ++said_;
  const bool doubled = world_.carrier.say(number, sender, account, text).id != world_.carrier.utterances().size();
  if (doubled) ++said_;
}

}  // namespace sim
