#include "core/quirks.hpp"

namespace core {
namespace {

smpp::DataCodings data_codings(const Quirks& quirks) {
  smpp::DataCodings codings;
  for (const auto& [data_coding, alphabet] : quirks.dcs_map) codings.set(data_coding, alphabet);
  return codings;
}

}  // namespace

smpp::EncodeOptions text_options(const Quirks& quirks) {
  smpp::EncodeOptions options;
  options.default_alphabet = quirks.default_alphabet;
  options.allow_ucs2 = quirks.allow_ucs2;
  options.max_parts = quirks.max_parts;
  options.allow_latin1 = quirks.allow_latin1;
  options.latin1_beyond_gsm = quirks.latin1_beyond_gsm;
  options.national_shift = quirks.national_shift;
  options.ucs2_little_endian = quirks.ucs2_little_endian;
  options.dcs_map = data_codings(quirks);
  options.translit = quirks.transliterate;
  options.long_mode = quirks.long_mode;
  options.class_by = quirks.flash;
  return options;
}

smpp::DecodeOptions decode_options(const Quirks& quirks) {
  smpp::DecodeOptions options;
  options.default_alphabet = quirks.default_alphabet;
  options.dcs_map = data_codings(quirks);
  options.dcs4_text = quirks.dcs4_text;
  options.ucs2_little_endian = quirks.ucs2_little_endian;
  options.gsm_data_coding = quirks.gsm_data_coding;
  return options;
}

smpp::ReceiptProfile receipt_profile(const Quirks& quirks) {
  smpp::ReceiptProfile profile;
  profile.by_text = quirks.receipt_by_text;
  profile.receipt_bits = quirks.receipt_bits;
  profile.stat_map = quirks.stat_map;
  profile.stat_numbers = quirks.stat_numbers;
  profile.err_radix = quirks.err_radix;
  profile.err_texts = quirks.err_texts;
  profile.zone = quirks.receipt_zone;
  return profile;
}

}  // namespace core
