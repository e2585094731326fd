// Asking the running daemon over its admin HTTP port, as the operator commands do.
#pragma once

#include "core/config.hpp"
#include "core/http/client.hpp"
#include "tools/bindery/commands.hpp"

#include <optional>
#include <string>

namespace bindery {

class Admin {
 public:
  // Reads the configuration for the address and a token of at least `role`; empty, and said on err, when there is none.
  // `code`: the exit code then.
  static std::optional<Admin> open(const Common& common, core::Role role, int& code);

  // `path` from "/api/..."; `body` JSON or empty.
  [[nodiscard]] core::http::ClientAnswer get(const std::string& path) const;
  [[nodiscard]] core::http::ClientAnswer post(const std::string& path, std::string body, const core::http::Headers& more = {}) const;
  // True for 2xx; else the problem is said on err, with the field it names.
  [[nodiscard]] bool succeeded(const core::http::ClientAnswer& answer, const Common& common) const;

 private:
  core::http::ClientAnswer ask(core::http::ClientRequest request) const;
  std::string base_, token_;
};

}  // namespace bindery
