#include "core/config_load.hpp"

#include "core/net/plan.hpp"
#include "core/net/signature.hpp"
#include "smpp/net/tls.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace core {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const std::string& path, std::string& why) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  std::error_code ignored;
  if (!file || fs::is_directory(path, ignored) || !(content << file.rdbuf() || file.peek() == std::ifstream::traits_type::eof())) {
    why = errno != 0 ? std::strerror(errno) : "cannot be read";
    return std::nullopt;
  }
  return content.str();
}

// `*` and `?`; iterative, so that no pattern costs more than pattern times name.
bool matches(std::string_view name, std::string_view pattern) {
  std::size_t n = 0, p = 0, star = std::string_view::npos, from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n]) && pattern[p] != '*') {
      ++n, ++p;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

class Loader {
 public:
  Loader(LoadedConfig& out, LoadFor purpose, const Environment& environment)
      : out_(out), purpose_(purpose), environment_(environment) {}

  void secrets();
  void tls_files(const Places& places);
  void campaigns();

 private:
  void resolve(Secret& secret, const std::string& what);
  void read_secret_file(Secret& secret, const std::string& what);
  void accept(Secret& secret, std::string value, const std::string& what);
  void missing(const Secret& secret, std::string message) {
    auto& list = purpose_ == LoadFor::run ? out_.mistakes : out_.warnings;
    list.push_back({out_.config.path, secret.line, secret.column, std::move(message)});
  }
  void mistake(const Secret& secret, std::string message) {
    out_.mistakes.push_back({out_.config.path, secret.line, secret.column, std::move(message)});
  }

  LoadedConfig& out_;
  LoadFor purpose_;
  const Environment& environment_;
};

void Loader::secrets() {
  for (auto& token : out_.config.http.tokens) resolve(token.token, "the token of \"" + token.name + "\"");
  for (auto& smsc : out_.config.smsc) {
    resolve(smsc.password, "the password of \"" + smsc.id + "\"");
    resolve(smsc.rx_password, "the receivers' password of \"" + smsc.id + "\"");
    resolve(smsc.outbind_password, "the outbind password of \"" + smsc.id + "\"");
    // SMPP gives a password 8 characters; longer ones are demanded in practice, and are sent as they are (P44).
    if (smsc.password.value.size() > 8) {
      out_.warnings.push_back({out_.config.path, smsc.password.line, smsc.password.column,
                               fmt::format("the password of \"{}\" has more than 8 characters; it is sent as it is", smsc.id)});
    }
  }
  for (auto& endpoint : out_.config.endpoints) {
    resolve(endpoint.secret, "the secret of \"" + endpoint.name + "\"");
    const std::string& value = endpoint.secret.value;
    if (!value.empty() && value.size() < 24) {
      mistake(endpoint.secret, "the secret of \"" + endpoint.name + "\" is shorter than 24 characters, too little to sign with (S20)");
    } else if (!value.empty() && !net::signing_key(value)) {
      mistake(endpoint.secret, "the secret of \"" + endpoint.name + "\" begins with whsec_ but what follows is not base64");
    }
  }
}

// A link reads these files when it connects; what is wrong with them should be known before.
void Loader::tls_files(const Places& places) {
  for (std::size_t i = 0; i < out_.config.smsc.size(); ++i) {
    const SmscSettings& smsc = out_.config.smsc[i];
    if (!smsc.tls) continue;
    bool readable = true;
    const auto refuse = [&](const char* key, std::string message) {
      const auto found = places.find(fmt::format("smsc[{}].{}", i, key));
      const Place place = found == places.end() ? Place{1, 1} : found->second;
      out_.mistakes.push_back({out_.config.path, place.line, place.column, std::move(message)});
      readable = false;
    };
    for (const auto& [key, path] : {std::pair{"tls_ca", &smsc.tls_ca}, {"tls_certificate", &smsc.tls_certificate}, {"tls_key", &smsc.tls_key}}) {
      std::string why;
      if (!path->empty() && !read_file(*path, why)) refuse(key, fmt::format("{}: {}", *path, why));
    }
    struct ::stat status {};
    if (!smsc.tls_key.empty() && ::stat(smsc.tls_key.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
      refuse("tls_key", fmt::format("the key may be read by others: chmod 600 {} (S13)", smsc.tls_key));
    }
    if (!readable) continue;
    const auto settings = net::tls_settings(smsc);
    if (const std::string fault = smpp::net::tls_fault(*settings, smpp::net::TlsSide::link); !fault.empty()) {
      refuse(fault.rfind(smsc.tls_ca + ":", 0) == 0 ? "tls_ca" : fault.rfind(smsc.tls_certificate + ":", 0) == 0 ? "tls_certificate" : "tls_key", fault);
    }
  }
}

void Loader::resolve(Secret& secret, const std::string& what) {
  switch (secret.origin) {
    case Secret::Origin::none:
    case Secret::Origin::written: return;
    case Secret::Origin::file: return read_secret_file(secret, what);
    case Secret::Origin::env: break;
  }
  const char* value = environment_(secret.name.c_str());
  if (value == nullptr || *value == '\0') return missing(secret, fmt::format("{} is not there: the environment has no {}", what, secret.name));
  accept(secret, value, what);
}

void Loader::read_secret_file(Secret& secret, const std::string& what) {
  struct ::stat status {};
  if (::stat(secret.name.c_str(), &status) != 0) {
    return missing(secret, fmt::format("{} is not there: {}: {}", what, secret.name, std::strerror(errno)));
  }
  // A secret that others can read is not one; starting anyway would let it stay so (S13).
  if ((status.st_mode & 077) != 0) {
    return mistake(secret, fmt::format("{} may be read by others: chmod 600 {}", what, secret.name));
  }
  std::string why;
  auto content = read_file(secret.name, why);
  if (!content) return missing(secret, fmt::format("{} cannot be read: {}: {}", what, secret.name, why));
  accept(secret, std::move(*content), what);
}

void Loader::accept(Secret& secret, std::string value, const std::string& what) {
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  if (value.empty()) return missing(secret, what + " is empty");
  if (value.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos) return mistake(secret, what + " is not one line");
  secret.value = std::move(value);
}

void Loader::campaigns() {
  const fs::path glob(out_.config.campaigns);
  const std::string pattern = glob.filename().string();
  const fs::path directory = glob.has_parent_path() ? glob.parent_path() : fs::path(".");
  std::error_code error;
  std::vector<std::string> paths;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.front() != '.' && matches(name, pattern) && !entry->is_directory(ignored)) {
      paths.push_back(glob.has_parent_path() ? entry->path().string() : name);
    }
  }
  // No directory at all is a newcomer's state, not a mistake; one that cannot be read is.
  if (error && error != std::errc::no_such_file_or_directory) {
    out_.mistakes.push_back({out_.config.path, 1, 1, fmt::format("campaigns: {}: {}", directory.string(), error.message())});
  }
  if (paths.empty()) out_.warnings.push_back({out_.config.path, 1, 1, fmt::format("no campaign files: {} matches nothing", out_.config.campaigns)});
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    std::string why;
    if (auto content = read_file(path, why)) {
      out_.campaigns.push_back({path, std::move(*content)});
    } else {
      out_.mistakes.push_back({path, 1, 1, why});
    }
  }
}

}  // namespace

LoadedConfig load_config(const std::string& path, LoadFor purpose, const Environment& environment) {
  LoadedConfig loaded;
  loaded.config.path = path;
  std::string why;
  const auto content = read_file(path, why);
  if (!content) {
    loaded.mistakes.push_back({path, 1, 1, "cannot read the configuration: " + why});
    return loaded;
  }
  ParsedConfig parsed = parse_config({path, *content});
  loaded.config = std::move(parsed.config);
  loaded.mistakes = std::move(parsed.mistakes);
  loaded.warnings = std::move(parsed.warnings);
  if (const char* data_dir = environment("BINDERY_DATA_DIR"); data_dir != nullptr && *data_dir != '\0') {
    loaded.config.data_dir = data_dir;
  }
  Loader loader(loaded, purpose, environment);
  loader.secrets();
  loader.tls_files(parsed.places);
  loader.campaigns();
  return loaded;
}

std::string config_path(const std::string& given, const Environment& environment) {
  if (!given.empty()) return given;
  const char* named = environment("BINDERY_CONFIG");
  return named != nullptr && *named != '\0' ? named : "/etc/bindery/bindery.toml";
}

}  // namespace core
