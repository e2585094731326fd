#include "storage/sqlite/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace storage::sqlite {
namespace {

constexpr mode_t kPrivateFile = 0600;
constexpr auto kPrivateFolder = std::filesystem::perms::owner_all;

bool sync_directory(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = ::fsync(fd) == 0;
  ::close(fd);
  return done;
}

OpenError cannot(const std::string& path, const char* what, int error) {
  const OpenErrc code = error == ENOSPC || error == EDQUOT ? OpenErrc::full
                        : error == EIO                     ? OpenErrc::failed
                                                           : OpenErrc::unwritable;
  return {code, path + ": cannot " + what + ": " + std::strerror(error)};
}

std::optional<OpenError> make_folder(const std::string& data_dir) {
  std::error_code error;
  if (std::filesystem::is_directory(data_dir, error)) return std::nullopt;
  if (!std::filesystem::create_directories(data_dir, error)) {
    const bool other_file = !error || error == std::errc::not_a_directory || error == std::errc::file_exists;
    if (other_file) return OpenError{OpenErrc::unwritable, data_dir + ": data_dir is not a folder"};
    return cannot(data_dir, "create data_dir", error.value());
  }
  std::filesystem::permissions(data_dir, kPrivateFolder, error);
  const std::filesystem::path parent = std::filesystem::absolute(data_dir, error).parent_path();
  if (!sync_directory(parent.string())) return cannot(parent.string(), "sync the folder", errno);
  return std::nullopt;
}

std::string holder_of(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string_view pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  pid = pid.substr(0, pid.find('\n'));
  return pid.empty() ? std::string() : " (pid " + std::string(pid) + ")";
}

}  // namespace

std::variant<DirectoryLock, OpenError> DirectoryLock::take(const std::string& data_dir) {
  if (auto error = make_folder(data_dir)) return *error;
  const std::string path = data_dir + "/bindery.lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivateFile);
  if (fd < 0) return cannot(path, "write", errno);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    std::string holder = holder_of(fd);
    ::close(fd);
    if (error != EWOULDBLOCK) return cannot(path, "lock", error);
    return OpenError{OpenErrc::locked, data_dir + ": in use by another bindery" + holder +
                                           ": one process per data_dir; stop it or use another data_dir"};
  }
  // Only for the message above; a full disk is no reason not to start.
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) == 0 && ::pwrite(fd, pid.data(), pid.size(), 0) < 0) errno = 0;
  return DirectoryLock(fd);
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) ::close(fd_);
}

bool create_private(const std::string& data_dir, const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivateFile);
  if (fd < 0) return false;
  ::close(fd);
  return sync_directory(data_dir);
}

}  // namespace storage::sqlite
