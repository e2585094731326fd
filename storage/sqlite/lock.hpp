// One process per data_dir: a lock on data_dir/bindery.lock that the kernel drops however the process ends.
#pragma once

#include "storage/sqlite/open.hpp"

#include <string>
#include <utility>
#include <variant>

namespace storage::sqlite {

class DirectoryLock {
 public:
  // Creates the folder when it is missing, durably.
  static std::variant<DirectoryLock, OpenError> take(const std::string& data_dir);
  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

// Makes an empty file of mode 0600 where there is none: SQLite gives its log and index the mode of the database, and
// what is in there is personal. The entry is durable when this returns.
[[nodiscard]] bool create_private(const std::string& data_dir, const std::string& path);

}  // namespace storage::sqlite
