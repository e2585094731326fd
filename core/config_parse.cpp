// TOML to Config by the table of keys: walks the document, notes every mistake, goes on.
#include "core/config_keys.hpp"
#include "core/config_places.hpp"
#include "core/config_profiles.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

namespace core {
namespace {

Place place_of(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

std::vector<std::string_view> split_choices(std::string_view choices) {
  std::vector<std::string_view> result;
  while (!choices.empty()) {
    const std::size_t bar = choices.find(" | ");
    result.push_back(choices.substr(0, bar));
    choices = bar == std::string_view::npos ? std::string_view{} : choices.substr(bar + 3);
  }
  return result;
}

std::string_view parent_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}
std::string_view leaf_of(std::string_view path) { return path.substr(path.rfind('.') + 1); }  // npos + 1 is 0

class Reader {
 public:
  Reader(ParsedConfig& out, std::string file) : out_(out), file_(std::move(file)) {}

  void table(const toml::table& table, std::string_view section, const std::string& instance);
  const Places& places() const { return places_; }

 private:
  bool value(const Key& key, const toml::node& node, const std::string& instance);
  bool text_value(const Key& key, const toml::node& node, KeyValue& into);
  bool number_value(const Key& key, const toml::node& node, KeyValue& into);
  bool list_value(const Key& key, const toml::node& node, const std::string& instance, KeyValue& into);
  bool secret_value(const Key& key, const toml::node& node, KeyValue& into);
  bool map_value(const Key& key, const toml::node& node);
  void profile(const toml::table& table);
  bool choice_value(const Key& key, const std::string& text, const toml::node& node, KeyValue& into);
  void subsection(const Section& section, const toml::node& node, const std::string& instance);
  void unknown(std::string_view section, const toml::key& key);
  bool mistake(const toml::node& node, std::string message) {
    out_.mistakes.push_back({file_, node.source().begin.line, node.source().begin.column, std::move(message)});
    return false;
  }

  ParsedConfig& out_;
  std::string file_;
  Places places_;
  bool part_ = false;                              // of an entry: what is required may be missing
};

void Reader::table(const toml::table& table, std::string_view section, const std::string& instance) {
  std::set<std::string_view> present;
  for (const auto& [name, node] : table) {
    const std::string path = section.empty() ? std::string(name.str()) : fmt::format("{}.{}", section, name.str());
    const std::string here = instance.empty() ? std::string(name.str()) : fmt::format("{}.{}", instance, name.str());
    const auto keys = config_keys();
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& one) { return one.path == path; });
    if (key != keys.end()) {
      places_[here] = place_of(node.source());
      present.insert(key->path);
      value(*key, node, here);
      continue;
    }
    const auto sections = config_sections();
    const auto known = std::find_if(sections.begin(), sections.end(), [&](const Section& one) { return one.path == path; });
    if (known != sections.end()) {
      subsection(*known, node, here);
    } else {
      unknown(section, name);
    }
  }
  for (const Key& key : config_keys()) {
    if (key.required && !part_ && parent_of(key.path) == section && present.count(key.path) == 0) {
      mistake(table, fmt::format("[[{}]] needs \"{}\"", section, leaf_of(key.path)));
    }
  }
}

void Reader::subsection(const Section& section, const toml::node& node, const std::string& instance) {
  if (!section.repeated) {
    if (const auto* inner = node.as_table()) return table(*inner, section.path, instance);
    mistake(node, fmt::format("\"{0}\" is a section: write [{0}]", section.path));
    return;
  }
  const auto* entries = node.as_array();
  if (entries == nullptr || !entries->is_homogeneous(toml::node_type::table)) {
    if (entries != nullptr && entries->empty()) return;
    mistake(node, fmt::format("\"{0}\" may be there several times: write [[{0}]]", section.path));
    return;
  }
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const toml::table& entry = *entries->get(i)->as_table();
    const std::string here = fmt::format("{}[{}]", instance, i);
    places_[here] = place_of(entry.source());
    section.open(out_.config);
    if (section.path == "smsc") profile(entry);
    table(entry, section.path, here);
  }
}

void Reader::unknown(std::string_view section, const toml::key& key) {
  std::vector<std::string_view> names;
  for (const Key& one : config_keys()) {
    if (parent_of(one.path) == section) names.push_back(leaf_of(one.path));
  }
  for (const Section& one : config_sections()) {
    if (!one.path.empty() && parent_of(one.path) == section) names.push_back(leaf_of(one.path));
  }
  std::string message = fmt::format("unknown key \"{}\"", key.str());
  if (!section.empty()) message += fmt::format(" in [{}]", section);
  if (const std::string meant = nearest(key.str(), names); !meant.empty()) message += fmt::format(" (did you mean \"{}\"?)", meant);
  out_.mistakes.push_back({file_, key.source().begin.line, key.source().begin.column, std::move(message)});
}

bool Reader::value(const Key& key, const toml::node& node, const std::string& instance) {
  KeyValue read;
  bool fine = false;
  switch (key.type) {
    case KeyType::text:
    case KeyType::choice:
    case KeyType::duration:
    case KeyType::rate: fine = text_value(key, node, read); break;
    case KeyType::integer:
    case KeyType::boolean: fine = number_value(key, node, read); break;
    case KeyType::secret: fine = secret_value(key, node, read); break;
    case KeyType::text_list:
    case KeyType::duration_list: fine = list_value(key, node, instance, read); break;
    case KeyType::map: return map_value(key, node);
  }
  if (!fine) return false;
  key.put(out_.config, read);
  return read.mistake.empty() || mistake(node, read.mistake);
}

bool Reader::map_value(const Key& key, const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) return mistake(node, fmt::format("\"{}\" is a table: {{ \"...\" = \"...\" }}", key.path));
  bool fine = true;
  for (const auto& [name, value] : *table) {
    const auto text = value.value_exact<std::string>();
    if (!text) {
      fine = mistake(value, fmt::format("the values of \"{}\" are texts in quotes", key.path));
      continue;
    }
    KeyValue read;
    read.name = name.str();
    read.text = *text;
    key.put(out_.config, read);
    if (!read.mistake.empty()) fine = mistake(value, read.mistake);
  }
  return fine;
}

// A profile is configuration like any other, read before what the account says itself.
void Reader::profile(const toml::table& table) {
  const auto name = table["profile"].value_exact<std::string>();
  const auto profiles = config_profiles();
  const auto found = std::find_if(profiles.begin(), profiles.end(), [&](const Profile& one) { return name && one.name == *name; });
  if (found == profiles.end()) return;
  ParsedConfig into;
  into.config.smsc.push_back(std::move(out_.config.smsc.back()));
  Reader reader(into, std::string(found->name));
  reader.part_ = true;
  reader.table(toml::parse(found->keys), "smsc", "");
  out_.config.smsc.back() = std::move(into.config.smsc.back());
  for (Mistake& one : into.mistakes) out_.mistakes.push_back(std::move(one));
}

bool Reader::text_value(const Key& key, const toml::node& node, KeyValue& into) {
  const auto text = node.value_exact<std::string>();
  if (!text) {
    switch (key.type) {
      case KeyType::duration: return mistake(node, fmt::format("\"{}\" is a duration with its unit, such as \"30s\"", key.path));
      case KeyType::rate: return mistake(node, fmt::format("\"{}\" is a rate with its unit, such as \"200/s\"", key.path));
      default: return mistake(node, fmt::format("\"{}\" is a text in quotes", key.path));
    }
  }
  into.text = *text;
  switch (key.type) {
    case KeyType::choice: return choice_value(key, *text, node, into);
    case KeyType::duration:
      return read_duration(*text, into.duration) || mistake(node, fmt::format("\"{}\" is not a duration such as \"30s\" or \"72h\"", *text));
    case KeyType::rate: return read_rate(*text, into.rate) || mistake(node, fmt::format("\"{}\" is not a rate such as \"200/s\"", *text));
    default: return !key.required || !text->empty() || mistake(node, fmt::format("\"{}\" must not be empty", key.path));
  }
}

bool Reader::choice_value(const Key& key, const std::string& text, const toml::node& node, KeyValue& into) {
  const auto choices = split_choices(key.choices);
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) {
    into.number = found - choices.begin();
    return true;
  }
  const std::string meant = nearest(text, choices);
  return mistake(node, fmt::format("\"{}\" is none of {}{}", text, fmt::join(choices, ", "), meant.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", meant)));
}

bool Reader::number_value(const Key& key, const toml::node& node, KeyValue& into) {
  if (key.type == KeyType::boolean) {
    const auto flag = node.value_exact<bool>();
    if (!flag) return mistake(node, fmt::format("\"{}\" is true or false, without quotes", key.path));
    into.flag = *flag;
    return true;
  }
  const auto number = node.value_exact<std::int64_t>();
  if (!number) return mistake(node, fmt::format("\"{}\" is a whole number, without quotes", key.path));
  const std::size_t dots = key.choices.find("..");
  std::int64_t least = 0, most = 0;
  std::from_chars(key.choices.data(), key.choices.data() + dots, least);
  std::from_chars(key.choices.data() + dots + 2, key.choices.data() + key.choices.size(), most);
  if (*number < least || *number > most) return mistake(node, fmt::format("\"{}\" is between {} and {}", key.path, least, most));
  into.number = *number;
  return true;
}

bool Reader::list_value(const Key& key, const toml::node& node, const std::string& instance, KeyValue& into) {
  const auto* list = node.as_array();
  const std::string_view element = key.type == KeyType::text_list ? "texts" : "durations";
  if (list == nullptr) return mistake(node, fmt::format("\"{}\" is a list of {}: [\"...\"]", key.path, element));
  bool fine = true;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const toml::node& one = *list->get(i);
    places_[fmt::format("{}[{}]", instance, i)] = place_of(one.source());
    const auto text = one.value_exact<std::string>();
    Duration duration{};
    if (!text) {
      fine = mistake(one, fmt::format("\"{}\" is a list of {} in quotes", key.path, element));
    } else if (key.type == KeyType::text_list) {
      into.texts.push_back(*text);
    } else if (read_duration(*text, duration)) {
      into.durations.push_back(duration);
    } else {
      fine = mistake(one, fmt::format("\"{}\" is not a duration such as \"30s\" or \"72h\"", *text));
    }
  }
  if (fine && key.required && list->empty()) return mistake(node, fmt::format("\"{}\" must not be empty", key.path));
  return fine;
}

bool Reader::secret_value(const Key& key, const toml::node& node, KeyValue& into) {
  into.secret.line = node.source().begin.line;
  into.secret.column = node.source().begin.column;
  if (const auto text = node.value_exact<std::string>()) {
    into.secret.origin = Secret::Origin::written;
    into.secret.value = *text;
    return true;
  }
  const auto* table = node.as_table();
  if (table != nullptr && table->size() == 1) {
    const std::string name(table->begin()->first.str());
    const auto text = table->begin()->second.value_exact<std::string>();
    if (text && !text->empty() && (name == "env" || name == "file")) {
      into.secret.origin = name == "env" ? Secret::Origin::env : Secret::Origin::file;
      into.secret.name = *text;
      return true;
    }
  }
  return mistake(node, fmt::format("\"{}\" is a secret: {{ env = \"NAME\" }} or {{ file = \"path\" }}", key.path));
}

void join_paths(Config& config) {
  const std::filesystem::path base = std::filesystem::path(config.path).parent_path();
  const auto join = [&base](std::string& path) {
    if (!path.empty()) path = (base / path).lexically_normal().string();
  };
  join(config.data_dir);
  join(config.campaigns);
  join(config.webhooks.ca_file);
  for (auto& token : config.http.tokens) {
    if (token.token.origin == Secret::Origin::file) join(token.token.name);
  }
  for (auto& smsc : config.smsc) {
    for (Secret* secret : {&smsc.password, &smsc.rx_password, &smsc.outbind_password}) {
      if (secret->origin == Secret::Origin::file) join(secret->name);
    }
    for (std::string* file : {&smsc.tls_ca, &smsc.tls_certificate, &smsc.tls_key}) join(*file);
  }
  for (auto& endpoint : config.endpoints) {
    if (endpoint.secret.origin == Secret::Origin::file) join(endpoint.secret.name);
  }
}

}  // namespace

ParsedConfig parse_config(const rules::Source& source) {
  ParsedConfig parsed;
  parsed.config.path = source.path;
  try {
    const toml::table document = toml::parse(source.content, source.path);
    Reader reader(parsed, source.path);
    reader.table(document, "", "");
    check_config(parsed, reader.places());
    parsed.places = reader.places();
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    parsed.mistakes.push_back({source.path, at.line, at.column, std::string(error.description())});
    return parsed;
  }
  join_paths(parsed.config);
  const auto by_place = [](const Mistake& a, const Mistake& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); };
  std::stable_sort(parsed.mistakes.begin(), parsed.mistakes.end(), by_place);
  std::stable_sort(parsed.warnings.begin(), parsed.warnings.end(), by_place);
  return parsed;
}

}  // namespace core
