#include "core/net/requests.hpp"

#include <utility>
#include <vector>

namespace core::net {

namespace {

template <class T>
concept Asked = requires(T& input) { input.request; };

engine::RequestId request_of(const engine::Input& input) {
  return std::visit([](const auto& each) -> engine::RequestId {
    if constexpr (Asked<std::remove_cvref_t<decltype(each)>>) return each.request;
    return 0;
  }, input);
}

}  // namespace

bool Requests::ask(engine::Input input, Done done) {
  if (!open_) return false;
  const engine::RequestId id = ++last_;
  std::visit([id](auto& each) {
    if constexpr (Asked<std::remove_cvref_t<decltype(each)>>) each.request = id;
  }, input);
  std::vector<engine::Input> one;
  one.push_back(std::move(input));
  if (!inbox_.put(std::move(one)).empty()) return false;
  waiting_.emplace(id, std::move(done));
  return true;
}

void Requests::answered(engine::Answer answer) {
  auto found = waiting_.extract(answer.request);
  if (found.empty()) return;
  if (found.mapped()) found.mapped()(std::move(answer.answered));
}

void Requests::dropped(const engine::Input& input) {
  const engine::RequestId id = request_of(input);
  if (id == 0) return;
  answered({id, engine::Problem{503, "stopping", "the request was not looked at; send it again when bindery is back", ""}});
}

void Requests::abandon() {
  open_ = false;
  auto waiting = std::exchange(waiting_, {});
  for (auto& [id, done] : waiting) {
    if (done) done(engine::Problem{503, "stopping", "whether it was done is not known; repeat it with the same Idempotency-Key", ""});
  }
}

}  // namespace core::net
