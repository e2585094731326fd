// Chooses the coding of a text (P98): each one that is allowed in turn, until one has all its characters.
#include "smpp/text.hpp"

#include "smpp/text_parts.hpp"
#include "smpp/unicode.hpp"

#include <algorithm>
#include <tuple>

namespace smpp {
namespace {

constexpr std::uint8_t kDataCodingLatin1 = 3, kDataCodingOctets = 4, kDataCodingUcs2 = 8;
constexpr std::uint8_t kLanguages = 13;

bool is_gsm(Alphabet alphabet) { return alphabet == Alphabet::gsm7 || alphabet == Alphabet::gsm7_packed; }

class Choice {
 public:
  Choice(std::string_view text, const EncodeOptions& options)
      : text_(text), options_(options), default_(options.dcs_map.find(0).value_or(options.default_alphabet)) {}

  // The first plan that has every character of the text.
  bool choose() {
    if (take(in_default())) return true;
    if (!is_gsm(default_) && take(in_gsm())) return true;
    if (options_.allow_latin1 && take(in_latin1())) return true;
    if (options_.national_shift != 0 && choose_language()) return true;
    return options_.allow_ucs2 && take(in_ucs2());
  }

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const Measure& measured() const { return measured_; }

 private:
  // A class goes into data_coding, unless a TLV tells it.
  [[nodiscard]] bool has_coded_class() const {
    return options_.message_class && options_.class_by != ClassBy::dest_addr_subunit;
  }

  // A data_coding that says `alphabet` to this SMSC: the specified one, or one that was set to it.
  [[nodiscard]] std::optional<std::uint8_t> saying(Alphabet alphabet, std::uint8_t specified) const {
    const auto other = options_.dcs_map.find(specified);
    if (!other || *other == alphabet) return specified;
    return options_.dcs_map.data_coding_of(alphabet);
  }

  // The alphabet of data_coding 0; with a class, GSM-7 in one of the groups of 23.038 section 4 that have classes.
  [[nodiscard]] std::optional<Plan> in_default() const {
    if (has_coded_class()) return in_gsm();
    Plan plan;
    plan.alphabet = default_;
    plan.coding = is_gsm(default_) ? Coding::gsm7 : default_ == Alphabet::ucs2 ? Coding::ucs2 : Coding::latin1;
    plan.unit = default_ == Alphabet::ucs2 ? Unit::utf16 : Unit::septet;
    plan.little_endian = options_.ucs2_little_endian;
    return plan;
  }

  [[nodiscard]] std::optional<Plan> in_gsm() const {
    Plan plan;
    plan.alphabet = default_ == Alphabet::gsm7_packed ? default_ : Alphabet::gsm7;
    if (has_coded_class()) {
      const unsigned group = options_.class_by == ClassBy::coding_group_f ? 0xF0 : 0x10;
      plan.data_coding = static_cast<std::uint8_t>(group | (*options_.message_class & 3U));
    } else if (!is_gsm(default_)) {
      const auto set = options_.dcs_map.data_coding_of(Alphabet::gsm7);
      if (!set) return std::nullopt;
      plan.data_coding = *set;
    }
    return plan;
  }

  // No group of 23.038 has both a class and Latin-1.
  [[nodiscard]] std::optional<Plan> in_latin1() const {
    const auto data_coding = saying(Alphabet::latin1, kDataCodingLatin1);
    if (!data_coding || has_coded_class()) return std::nullopt;
    Plan plan;
    plan.alphabet = Alphabet::latin1;
    plan.coding = Coding::latin1;
    plan.unit = options_.latin1_beyond_gsm ? Unit::octet : Unit::septet;
    plan.data_coding = *data_coding;
    return plan;
  }

  [[nodiscard]] std::optional<Plan> in_ucs2() const {
    Plan plan;
    plan.alphabet = Alphabet::ucs2;
    plan.coding = Coding::ucs2;
    plan.unit = Unit::utf16;
    plan.little_endian = options_.ucs2_little_endian;
    if (has_coded_class()) {
      plan.data_coding = static_cast<std::uint8_t>(0x18 | (*options_.message_class & 3U));
      return plan;
    }
    const auto data_coding = saying(Alphabet::ucs2, kDataCodingUcs2);
    if (!data_coding) return std::nullopt;
    plan.data_coding = *data_coding;
    return plan;
  }

  bool take(const std::optional<Plan>& plan) {
    if (!plan || std::find(options_.refused.begin(), options_.refused.end(), plan->data_coding) != options_.refused.end())
      return false;
    const auto measured = measure(text_, *plan);
    if (!measured) return false;
    plan_ = *plan;
    measured_ = *measured;
    return true;
  }

  // Fewest segments, then a single shift before a locking one - a handset that lacks the table shows all but the shifted
  // characters - then the smaller header, then the fewest septets.
  bool choose_language() {
    const bool one_message_only = options_.long_mode == LongMode::sar || options_.long_mode == LongMode::payload;
    std::optional<std::tuple<std::size_t, int, std::size_t>> best;
    Plan best_plan;
    Measure best_measured;
    for (std::uint8_t language = 1; language <= kLanguages; ++language) {
      if ((options_.national_shift >> language & 1) == 0) continue;
      for (const NationalLanguages languages : {NationalLanguages{0, language}, {language, 0}, {language, language}}) {
        auto plan = in_gsm();
        if (!plan) return false;
        plan->languages = languages;
        if (!take(plan)) continue;
        if (one_message_only && !fits_one(measured_, plan_)) continue;
        const std::size_t segments = count_segments(text_, measured_, plan_, options_.long_mode, options_.reference);
        const int alien = (languages.locking != 0 ? 2 : 0) + (languages.single_shift != 0 ? 1 : 0);
        const std::tuple rank{segments, alien, measured_.units};
        if (best && *best <= rank) continue;
        best = rank;
        best_plan = plan_;
        best_measured = measured_;
      }
    }
    plan_ = best_plan;
    measured_ = best_measured;
    return best.has_value();
  }

  std::string_view text_;
  const EncodeOptions& options_;
  Alphabet default_;
  Plan plan_;
  Measure measured_;
};

result<EncodedText> encode_as_it_is(std::string_view text, const EncodeOptions& options) {
  Choice choice(text, options);
  if (!choice.choose()) return errc::not_in_alphabet;
  return write_parts(text, choice.measured(), choice.plan(), options);
}

}  // namespace

void DataCodings::set(std::uint8_t data_coding, Alphabet alphabet) {
  alphabets_[data_coding] = static_cast<std::uint8_t>(static_cast<int>(alphabet) + 1);
}

std::optional<Alphabet> DataCodings::find(std::uint8_t data_coding) const {
  if (alphabets_[data_coding] == 0) return std::nullopt;
  return static_cast<Alphabet>(alphabets_[data_coding] - 1);
}

std::optional<std::uint8_t> DataCodings::data_coding_of(Alphabet alphabet) const {
  const auto wanted = static_cast<std::uint8_t>(static_cast<int>(alphabet) + 1);
  const auto found = std::find(alphabets_.begin(), alphabets_.end(), wanted);
  if (found == alphabets_.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - alphabets_.begin());
}

result<EncodedText> encode_text(std::string_view utf8, const EncodeOptions& options) {
  if (utf8.empty()) return errc::empty_text;
  if (!is_valid_utf8(utf8)) return errc::invalid_utf8;
  if (options.translit == Transliteration::off) return encode_as_it_is(utf8, options);
  Choice as_it_is(utf8, options);
  if (as_it_is.choose() && as_it_is.plan().coding != Coding::ucs2) return write_parts(utf8, as_it_is.measured(), as_it_is.plan(), options);
  Transliterated written = transliterate(utf8, options.translit);
  if (written.replaced.empty() || written.text.empty()) return encode_as_it_is(utf8, options);
  Choice choice(written.text, options);
  // In UCS-2 the characters cost nothing, so nothing is replaced.
  if (!choice.choose() || choice.plan().coding == Coding::ucs2) return encode_as_it_is(utf8, options);
  auto encoded = write_parts(written.text, choice.measured(), choice.plan(), options);
  if (encoded) encoded->replaced = std::move(written.replaced);
  return encoded;
}

result<EncodedText> encode_octets(std::span<const std::byte> octets, const EncodeOptions& options) {
  if (octets.empty()) return errc::empty_text;
  Plan plan;
  plan.coding = Coding::octets;
  plan.unit = Unit::octet;
  plan.data_coding = kDataCodingOctets;
  if (options.message_class && options.class_by != ClassBy::dest_addr_subunit) {
    const unsigned group = options.class_by == ClassBy::coding_group_f ? 0xF4 : 0x14;
    plan.data_coding = static_cast<std::uint8_t>(group | (*options.message_class & 3U));
  }
  return write_parts(octets, plan, options);
}

}  // namespace smpp
