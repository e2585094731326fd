// Parts are filled one after the other: an escape or a surrogate pair that does not fit leaves a unit free, so that a
// division would count wrong (P105).
#include "smpp/text_parts.hpp"

#include "smpp/gsm7.hpp"
#include "smpp/unicode.hpp"

#include <algorithm>
#include <initializer_list>

namespace smpp {
namespace {

constexpr std::size_t kMostParts = 255;          // what the octet `total` can say (P106)
constexpr std::size_t kShortMessageOctets = 254; // SMPP v3.4 5.2.21; UTF-8 reaches it before its 160 septets
constexpr std::size_t kElementOfLanguage = 3;
constexpr std::uint8_t kConcatenation8 = 0x00, kConcatenation16 = 0x08, kSingleShift = 0x24, kLockingShift = 0x25;

// One part's place in its message; total 1: no concatenation.
struct Place {
  std::size_t total = 1, number = 1;
};

std::size_t concatenation_octets(LongMode mode) {
  return mode == LongMode::udh8 ? 5 : mode == LongMode::udh16 ? 6 : 0;
}

// Of the header that we write, its length octet included.
std::size_t header_octets(const Plan& plan, std::size_t concatenation) {
  const std::size_t elements = concatenation + (plan.languages.locking != 0 ? kElementOfLanguage : 0) +
                               (plan.languages.single_shift != 0 ? kElementOfLanguage : 0);
  return elements == 0 ? 0 : elements + 1;
}

struct Limit {
  std::size_t units, octets;
};

Limit limit_of_one(const Plan& plan) {
  const std::size_t header = header_octets(plan, 0);
  return {capacity_of(plan.unit, header), kShortMessageOctets - header};
}

// With SAR TLVs or message_payload the SMSC writes the header, so there must be room for it (P108): with a 16-bit
// reference where ours needs one.
Limit limit_of_part(const Plan& plan, LongMode mode, std::uint16_t reference) {
  switch (mode) {
    case LongMode::split:
    case LongMode::truncate: return limit_of_one(plan);
    case LongMode::udh8:
    case LongMode::udh16: {
      const std::size_t header = header_octets(plan, concatenation_octets(mode));
      return {capacity_of(plan.unit, header), kShortMessageOctets - header};
    }
    case LongMode::sar:
      return {capacity_of(plan.unit, header_octets(plan, reference > 0xFF ? 6 : 5)), kShortMessageOctets};
    case LongMode::payload: return {capacity_of(plan.unit, header_octets(plan, 5)), kShortMessageOctets};
  }
  return {};
}

// Where the part that begins at `begin` is full. Always behind `begin`: no limit is below the dearest character.
std::size_t fill(std::string_view text, std::size_t begin, const Plan& plan, Limit limit) {
  std::size_t units = 0, octets = 0;
  for (std::size_t at = begin; at < text.size();) {
    const std::size_t end = at;
    const Cost cost = cost_of(plan, next_code_point(text, at).value_or(kReplacement));
    units += cost.units;
    octets += cost.octets;
    if (units > limit.units || octets > limit.octets) return end;
  }
  return text.size();
}

// Parts of the text from `begin`, counted up to most + 1.
std::size_t count_parts(std::string_view text, std::size_t begin, const Plan& plan, Limit limit, std::size_t most) {
  std::size_t count = 0;
  for (; begin < text.size() && count <= most; ++count) begin = fill(text, begin, plan, limit);
  return count;
}

// Where to end a part that is full at `full` so that `left` parts hold the rest: at a place that the caller permits if
// there is one that costs no part more, else where it is full (P105).
std::size_t permitted_end(std::string_view text, std::size_t begin, std::size_t full, std::size_t left, const Plan& plan,
                          Limit limit, const BreakPredicate& may_break) {
  for (std::size_t end = full; end > begin; --end) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) continue;  // inside a code point
    if (!may_break(text, end)) continue;
    return end == full || count_parts(text, end, plan, limit, left) <= left ? end : full;
  }
  return full;
}

result<std::vector<std::size_t>> ends_of_parts(std::string_view text, const Plan& plan, Limit limit, std::size_t most,
                                               const BreakPredicate& may_break) {
  const std::size_t total = count_parts(text, 0, plan, limit, most);
  if (total > most) return errc::too_many_parts;
  std::vector<std::size_t> ends;
  ends.reserve(total);
  for (std::size_t begin = 0; begin < text.size(); begin = ends.back()) {
    std::size_t end = fill(text, begin, plan, limit);
    if (may_break && end < text.size()) {
      end = permitted_end(text, begin, end, total - ends.size() - 1, plan, limit, may_break);
    }
    ends.push_back(end);
  }
  return ends;
}

void append(Octets& out, std::initializer_list<std::size_t> octets) {
  for (const std::size_t octet : octets) out.push_back(static_cast<std::byte>(octet & 0xFF));
}

// Concatenation first: some know it only there (P109).
void append_header(Octets& out, const Plan& plan, LongMode mode, std::uint16_t reference, Place place) {
  const std::size_t concatenation = place.total > 1 ? concatenation_octets(mode) : 0;
  const std::size_t octets = header_octets(plan, concatenation);
  if (octets == 0) return;
  append(out, {octets - 1});
  if (concatenation == 5) append(out, {kConcatenation8, 3, reference, place.total, place.number});
  if (concatenation == 6) {
    append(out, {kConcatenation16, 4, static_cast<std::size_t>(reference >> 8), reference, place.total, place.number});
  }
  if (plan.languages.single_shift != 0) append(out, {kSingleShift, 1, plan.languages.single_shift});
  if (plan.languages.locking != 0) append(out, {kLockingShift, 1, plan.languages.locking});
}

void append_text(Octets& out, std::string_view text, const Plan& plan) {
  for (std::size_t at = 0; at < text.size();) {
    append_character(out, plan, next_code_point(text, at).value_or(kReplacement));
  }
}

void append_user_data(Octets& out, std::string_view text, const Plan& plan) {
  if (plan.alphabet != Alphabet::gsm7_packed) return append_text(out, text, plan);
  Octets septets;
  septets.reserve(text.size() + 1);
  append_text(septets, text, plan);
  const Octets packed = gsm7_pack(septets, gsm7_fill_bits(out.size()));
  out.insert(out.end(), packed.begin(), packed.end());
}

void add_tlvs(EncodedPart& part, const EncodeOptions& options, Place place) {
  if (options.long_mode == LongMode::sar && place.total > 1) {
    part.tlvs.add_integer(tag::sar_msg_ref_num, options.reference);
    part.tlvs.add_integer(tag::sar_total_segments, place.total);
    part.tlvs.add_integer(tag::sar_segment_seqnum, place.number);
  }
  // 1 display, 2 mobile equipment, 3 smart card, 4 external unit (SMPP v3.4 5.3.2.1): the classes 0 to 3.
  if (options.message_class && options.class_by == ClassBy::dest_addr_subunit) {
    part.tlvs.add_integer(tag::dest_addr_subunit, (*options.message_class & 3U) + 1);
  }
}

// `append_user(out, begin, end)` writes the user data between two places of the text or the octets.
template <class Append>
void write(EncodedText& encoded, const std::vector<std::size_t>& ends, const Plan& plan, const EncodeOptions& options,
           const Append& append_user) {
  const bool apart = options.long_mode == LongMode::split;
  encoded.parts.reserve(ends.size());
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const Place place = apart ? Place{} : Place{ends.size(), i + 1};
    EncodedPart part;
    append_header(part.short_message, plan, options.long_mode, options.reference, place);
    part.udhi = !part.short_message.empty();
    append_user(part.short_message, i == 0 ? 0 : ends[i - 1], ends[i]);
    add_tlvs(part, options, place);
    encoded.parts.push_back(std::move(part));
  }
}

EncodedText begun(const Plan& plan) {
  EncodedText encoded;
  encoded.coding = plan.coding;
  encoded.data_coding = plan.data_coding;
  encoded.unit = plan.unit;
  encoded.languages = plan.languages;
  return encoded;
}

void move_to_payload(EncodedPart& part) {
  part.tlvs.add(tag::message_payload, std::move(part.short_message));
  part.short_message.clear();
}

}  // namespace

std::optional<Measure> measure(std::string_view text, const Plan& plan) {
  Measure measured;
  for (std::size_t at = 0; at < text.size();) {
    const Cost cost = cost_of(plan, next_code_point(text, at).value_or(kReplacement));
    if (cost.units == 0) return std::nullopt;
    measured.units += cost.units;
    measured.octets += cost.octets;
  }
  return measured;
}

bool fits_one(const Measure& measured, const Plan& plan) {
  const Limit one = limit_of_one(plan);
  return measured.units <= one.units && measured.octets <= one.octets;
}

std::size_t count_segments(std::string_view text, const Measure& measured, const Plan& plan, LongMode mode,
                           std::uint16_t reference) {
  if (fits_one(measured, plan)) return 1;
  return count_parts(text, 0, plan, limit_of_part(plan, mode, reference), kMostParts);
}

result<EncodedText> write_parts(std::string_view text, const Measure& measured, const Plan& plan,
                                const EncodeOptions& options) {
  EncodedText encoded = begun(plan);
  const auto append_user = [&](Octets& out, std::size_t begin, std::size_t end) {
    out.reserve(out.size() + (end - begin) * (plan.alphabet == Alphabet::ucs2 ? 2 : 1));
    append_user_data(out, text.substr(begin, end - begin), plan);
  };
  if (fits_one(measured, plan)) {
    write(encoded, {text.size()}, plan, options, append_user);
    return encoded;
  }
  const Limit limit = limit_of_part(plan, options.long_mode, options.reference);
  if (options.long_mode == LongMode::truncate) {
    std::size_t end = fill(text, 0, plan, limit);
    if (options.may_break) end = permitted_end(text, 0, end, text.size(), plan, limit, options.may_break);
    write(encoded, {end}, plan, options, append_user);
    encoded.truncated = true;
    return encoded;
  }
  const std::size_t most = std::min<std::size_t>(options.max_parts, kMostParts);
  if (options.long_mode == LongMode::payload) {
    encoded.segments = count_parts(text, 0, plan, limit, most);
    if (encoded.segments > most) return errc::too_many_parts;
    write(encoded, {text.size()}, plan, options, append_user);
    move_to_payload(encoded.parts.front());
    return encoded;
  }
  const auto ends = ends_of_parts(text, plan, limit, most, options.may_break);
  if (!ends) return ends.error();
  write(encoded, *ends, plan, options, append_user);
  encoded.segments = encoded.parts.size();
  return encoded;
}

result<EncodedText> write_parts(std::span<const std::byte> octets, const Plan& plan, const EncodeOptions& options) {
  EncodedText encoded = begun(plan);
  const auto append_user = [&](Octets& out, std::size_t begin, std::size_t end) {
    const auto data = octets.subspan(begin, end - begin);
    out.insert(out.end(), data.begin(), data.end());
  };
  const std::size_t one = limit_of_one(plan).units;
  const std::size_t part = limit_of_part(plan, options.long_mode, options.reference).units;
  encoded.segments = octets.size() <= one ? 1 : (octets.size() + part - 1) / part;
  const bool truncates = options.long_mode == LongMode::truncate && encoded.segments > 1;
  if (truncates) encoded.segments = 1;
  if (encoded.segments > std::min<std::size_t>(options.max_parts, kMostParts)) return errc::too_many_parts;
  const bool whole = encoded.segments == 1 || options.long_mode == LongMode::payload;
  std::vector<std::size_t> ends;
  for (std::size_t end = part; !whole && end < octets.size(); end += part) ends.push_back(end);
  ends.push_back(truncates ? one : octets.size());
  write(encoded, ends, plan, options, append_user);
  encoded.truncated = truncates;
  if (whole && encoded.segments > 1) move_to_payload(encoded.parts.front());
  return encoded;
}

}  // namespace smpp
