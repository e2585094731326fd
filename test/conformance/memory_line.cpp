#include "test/conformance/line.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace conformance {
namespace {

class MemoryLine final : public Line {
 public:
  void start(smpp::Session session) override {
    session_.emplace(std::move(session));
    session_->connected(now_);
  }
  smpp::Session& session() override { return *session_; }
  smpp::Now now() const override { return now_; }
  void advance(smpp::Now now) override {
    now_ = std::max(now_, now);
    session_->tick(now_);
  }
  void deliver(std::span<const std::byte> octets) override { session_->receive(octets, now_); }
  void close(bool reset) override {
    session_->disconnected(reset ? std::make_error_code(std::errc::connection_reset) : std::error_code{}, now_);
  }
  std::string settle(smpp_sim::script::Peer& peer, std::deque<smpp::Event>& events) override {
    while (!blocked_ && !session_->output().empty()) {
      peer.hear(session_->output());
      session_->written(session_->output().size());
    }
    while (auto event = session_->next_event()) events.push_back(std::move(*event));
    return {};
  }
  bool has_closed() const override { return false; }
  bool block(bool blocked) override {
    blocked_ = blocked;
    return true;
  }
  bool write(std::size_t octets, smpp_sim::script::Peer& peer) override {
    peer.hear(session_->output().first(std::min(octets, session_->output().size())));
    session_->written(octets);
    return true;
  }

 private:
  std::optional<smpp::Session> session_;
  smpp::Now now_{};
  bool blocked_ = false;
};

}  // namespace

std::unique_ptr<Line> make_memory_line() { return std::make_unique<MemoryLine>(); }

}  // namespace conformance
