// Who may include whom: the one table of the rooms of ARCHITECTURE.md. A file belongs to the room with the longest
// matching folder; what a room's row does not name, it may not include.
#include "test/tidy/rules.hpp"

#include <algorithm>
#include <initializer_list>

namespace tidy {
namespace {

// Libraries by the folder their headers stand in. A header without a slash and a dot is the standard library's.
using Prefixes = std::initializer_list<std::string_view>;

struct Room {
  std::string_view folder;
  std::vector<std::string_view> rooms;       // folders, or single headers, of the project
  std::vector<std::string_view> libraries;   // in headers and sources
  std::vector<std::string_view> in_sources;  // libraries for .cpp alone
};

constexpr std::string_view kPosix = "POSIX";

const std::vector<Room>& rooms() {
  static const std::vector<Room> table = {
      {"smpp", {"smpp"}, {}, {}},
      {"smpp/net", {"smpp", "smpp/net"}, {"boost/asio", "boost/system"}, {"openssl", kPosix}},
      {"rules", {"rules"}, {"boost/system", "date"}, {"fmt", "unicode", "re2", "toml++", "linear.h"}},
      {"storage", {"storage"}, {"boost/system"}, {}},
      {"storage/sqlite", {"storage", "storage/sqlite"}, {"boost/system"}, {"sqlite3.h", "zlib.h", kPosix}},
      {"core/engine",
       {"core/engine", "smpp", "rules", "storage"},
       {"boost/system"},
       {"fmt", "boost/json", "boost/math", "zlib.h", "unicode"}},
      {"core/http",
       {"core/http"},
       {"boost/asio", "boost/system"},
       {"boost/beast", "boost/json", "boost/url", "openssl", "fmt", kPosix}},
      {"core/net",
       {"core", "core/net", "core/engine", "core/http", "smpp", "smpp/net", "rules", "storage"},
       {"boost/asio", "boost/system"},
       {"boost/json", "boost/url", "openssl", "fmt", "spdlog", "prometheus", kPosix}},
      {"core/web",
       {"core", "core/web", "core/net", "core/engine", "core/http", "smpp", "rules", "storage"},
       {"boost/asio", "boost/system", "boost/json"},
       {"boost/url", "openssl", "fmt", "date", kPosix}},
      {"core",
       {"core", "core/net", "core/engine", "core/http", "core/web", "smpp", "smpp/net", "rules", "storage",
        "storage/sqlite"},
       {"boost/system", "boost/asio"},
       {"boost/json", "boost/url", "openssl", "fmt", "spdlog", "prometheus", "toml++", "date", "unicode", kPosix}},
      {"tools/smpp-sim",
       {"tools/smpp-sim", "smpp", "smpp/net", "core/http"},
       {"boost/asio", "boost/system", "boost/json"},
       {"boost/url", "CLI", "fmt", "toml++", "openssl", kPosix}},
      {"tools",
       {"tools", "core", "core/net", "core/engine", "core/http", "core/web", "smpp", "smpp/net", "rules", "storage",
        "storage/sqlite"},
       {"boost/asio", "boost/system", "boost/json"},
       {"boost/url", "CLI", "fmt", "spdlog", "toml++", "openssl", kPosix}},
      {"test",
       {"test", "core", "core/net", "core/engine", "core/http", "core/web", "smpp", "smpp/net", "rules", "storage",
        "storage/sqlite", "tools/smpp-sim"},
       {"boost", "fmt", "catch2", "unicode", "date", "toml++", "openssl", "sqlite3.h", "benchmark", "libsmpp34",
        "zlib.h", kPosix},
       {}},
  };
  return table;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

const Room* room_of(std::string_view path) {
  const Room* found = nullptr;
  for (const auto& room : rooms()) {
    if (is_below(path, room.folder) && (!found || room.folder.size() > found->folder.size())) found = &room;
  }
  return found;
}

bool is_posix(std::string_view header) {
  constexpr std::string_view alone[] = {"unistd.h", "fcntl.h", "poll.h", "signal.h", "dlfcn.h", "netdb.h", "pwd.h",
                                        "spawn.h"};
  return header.starts_with("sys/") || header.starts_with("netinet/") || header.starts_with("arpa/") ||
         header.starts_with("net/") || std::ranges::find(alone, header) != std::end(alone);
}

bool is_standard(std::string_view header) { return header.find_first_of("/.") == std::string_view::npos; }

bool is_allowed_library(const std::vector<std::string_view>& allowed, std::string_view header) {
  return std::ranges::any_of(allowed, [&](std::string_view library) {
    if (library == kPosix) return is_posix(header);
    return is_below(header, library) || header == library || header == std::string(library) + ".hpp";
  });
}

// A sub-folder that has no row of its own belongs to its parent's row: storage/memory to storage.
bool is_allowed_room(const Room& room, std::string_view included) {
  const Room* target = room_of(included);
  const std::string_view folder = target ? target->folder : folder_of(included);
  return std::ranges::find(room.rooms, folder) != room.rooms.end();
}

std::string quoted(std::string_view header) { return "\"" + std::string(header) + "\""; }

std::string check_one(const Room& room, const Source& source, std::string_view header, bool own) {
  if (own) {
    if (header.find('/') == std::string_view::npos || header.starts_with('.'))
      return "include " + quoted(header) + " by its path from the project's root";
    if (is_allowed_room(room, header)) return {};
    return std::string(room.folder) + " must not include " + quoted(header);
  }
  if (is_standard(header) || is_allowed_library(room.libraries, header)) return {};
  if (is_allowed_library(room.in_sources, header)) {
    return source.is_header() ? "<" + std::string(header) + "> belongs into a .cpp of " + std::string(room.folder) : "";
  }
  return std::string(room.folder) + " must not include <" + std::string(header) + ">";
}

}  // namespace

Findings check_includes(const Source& source) {
  Findings findings;
  const Room* room = room_of(source.path);
  if (!room) return findings;
  for (const auto& token : source.tokens) {
    if (token.kind != Kind::directive) continue;
    std::string_view text = token.text;
    const auto word = text.find("include");
    if (word == std::string_view::npos || text.find_first_not_of("# \t") != word) continue;
    const auto open = text.find_first_of("\"<", word);
    const auto close = open == std::string_view::npos ? open : text.find_first_of("\">", open + 1);
    if (close == std::string_view::npos) continue;
    const bool own = text[open] == '"';
    if (auto wrong = check_one(*room, source, text.substr(open + 1, close - open - 1), own); !wrong.empty())
      findings.push_back({token.line, std::move(wrong)});
  }
  return findings;
}

}  // namespace tidy
