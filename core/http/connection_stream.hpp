// The owner's end of a streamed body, tied to its connection by two calls that the connection can take back. Internal
// to core/http.
#pragma once

#include "core/http/server.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace core::http {

// What the owner of a streamed body holds. It knows its connection no longer than that lives.
class ConnectionStream final : public BodyStream {
 public:
  ~ConnectionStream() override { end(); }
  bool write(std::string_view piece) override {
    const auto write = write_;  // a peer that is cut off disconnects us from within
    return write && (piece.empty() || write(piece));
  }
  void end() override {
    if (const auto end = std::exchange(end_, nullptr)) end();
    write_ = nullptr;
  }
  bool is_open() const override { return static_cast<bool>(write_); }
  void connect(std::function<bool(std::string_view)> write, std::function<void()> end) {
    write_ = std::move(write);
    end_ = std::move(end);
  }
  void disconnect() {
    write_ = nullptr;
    end_ = nullptr;
    if (const auto closed = std::exchange(on_closed, nullptr)) closed();
  }

 private:
  std::function<bool(std::string_view)> write_;
  std::function<void()> end_;
};

}  // namespace core::http
