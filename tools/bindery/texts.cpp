#include "tools/bindery/texts.hpp"

#include "core/quirks.hpp"
#include "rules/graphemes.hpp"
#include "smpp/text.hpp"

#include <toml++/toml.h>

#include <sstream>

namespace bindery {

namespace {

smpp::EncodeOptions encoding_of(const core::Config& config, std::string_view number) {
  smpp::EncodeOptions options;
  const core::SenderSettings* sender = config.find_sender(number);
  const core::SmscSettings* smsc = sender && !sender->smsc.empty() ? config.find_smsc(sender->smsc.front()) : nullptr;
  if (smsc) {
    options = core::text_options(smsc->quirks);
    options.may_break = rules::is_grapheme_boundary;
  }
  return options;
}

struct Campaign {
  const core::Config& config;
  Table& table;
  std::string name, sender;

  void add(const std::string& where, const std::string& text) const {
    const auto encoded = smpp::encode_text(text, encoding_of(config, sender));
    const bool has_fields = text.find('{') != std::string::npos;
    std::string coding = "-", segments = "too many";
    if (encoded) {
      coding = smpp::to_string(encoded->coding);
      segments = (has_fields ? "~" : "") + std::to_string(encoded->parts.size());
    }
    table.rows.push_back({name, sender, where, coding, segments, text});
  }

  void add_rule(std::size_t number, const toml::table& rule) const {
    const toml::array* actions = rule["do"].as_array();
    if (!actions) return;
    for (const toml::node& action : *actions) {
      const toml::table* one = action.as_table();
      if (!one) continue;
      if (const auto reply = (*one)["reply"].value<std::string>()) add("rule " + std::to_string(number) + ": reply", *reply);
    }
  }
};

}  // namespace

// The files were compiled already, so what is read here is known to be well-formed.
Table texts_of(const core::Prepared& prepared) {
  Table table{{"campaign", "sender", "text of", "encoding", "segments", "text"}, {}};
  for (const rules::Source& source : prepared.sources) {
    std::istringstream content(source.content);
    const toml::table file = toml::parse(content, source.path);
    const Campaign campaign{prepared.config, table, file["campaign"]["name"].value_or(std::string()), file["campaign"]["sender"].value_or(std::string())};
    if (const auto message = file["campaign"]["message"].value<std::string>()) campaign.add("message", *message);
    const toml::array* rules = file["rule"].as_array();
    std::size_t number = 0;
    for (std::size_t i = 0; rules && i < rules->size(); ++i) {
      if (const toml::table* rule = rules->get(i)->as_table()) campaign.add_rule(++number, *rule);
    }
  }
  return table;
}

}  // namespace bindery
