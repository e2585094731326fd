#include "tools/smpp-sim/load_message.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace smpp_sim {
namespace {

constexpr std::size_t kLongestAddress = 20;  // v3.4 4.4.1, without the NUL
constexpr std::uint32_t kMostParts = 255;      // P106

// TON and NPI as most SMSCs want them (P116): full numbers 1/1, names 5/0, short codes 3/0.
smpp::Address address_of(std::string addr) {
  if (addr.starts_with('+')) addr.erase(0, 1);
  const bool digits = !addr.empty() && addr.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) return {5, 0, std::move(addr)};
  if (addr.size() < 7) return {3, 0, std::move(addr)};
  return {1, 1, std::move(addr)};
}

}  // namespace

std::string LoadMessages::prepare(const std::string& from, const std::string& to, const std::string& text,
                                  std::uint8_t registered_delivery, std::uint64_t seed) {
  registered_delivery_ = registered_delivery;
  seed_ = seed;
  for (const auto& [option, pattern, given] :
       {std::tuple{"--from", &from_, &from}, std::tuple{"--to", &to_, &to}, std::tuple{"--text", &text_, &text}}) {
    if (const std::string wrong = pattern->parse(*given); !wrong.empty()) return std::string(option) + ": " + wrong;
  }
  RandomDigits random(seed);
  for (const auto& [option, pattern] : {std::pair{"--from", &from_}, std::pair{"--to", &to_}}) {
    const std::string made = pattern->make(1, random);
    if (made.empty() || made.size() > kLongestAddress) {
      return std::string(option) + ": \"" + made + "\" is not of 1 to 20 characters";
    }
  }
  auto encoded = encode(1, random);
  if (!encoded) return "--text: " + std::string(smpp::message(encoded.error().code));
  parts_ = encoded->parts.size();
  constant_ = *std::move(encoded);
  return {};
}

smpp::result<smpp::EncodedText> LoadMessages::encode(std::uint64_t n, RandomDigits& random) const {
  smpp::EncodeOptions options;
  options.max_parts = kMostParts;
  options.reference = static_cast<std::uint16_t>(n);
  return smpp::encode_text(text_.make(n, random), options);
}

smpp::SubmitSm LoadMessages::make(std::uint64_t index) const {
  const std::uint64_t n = index / parts_ + 1;
  RandomDigits random(seed_ * 0x100000001B3 + n);
  smpp::SubmitSm pdu;
  pdu.source = address_of(from_.make(n, random));
  pdu.destination = address_of(to_.make(n, random));
  pdu.registered_delivery = registered_delivery_;
  const auto put = [&](const smpp::EncodedText& encoded) {
    if (encoded.parts.empty()) return;
    const auto& part = encoded.parts[std::min<std::size_t>(index % parts_, encoded.parts.size() - 1)];
    pdu.data_coding = encoded.data_coding;
    pdu.short_message = part.short_message;
    if (part.udhi) pdu.esm_class = 0x40;
  };
  // Parts carry the reference of their message, so only a text of one part is the same in all messages.
  if (text_.is_constant() && parts_ == 1) {
    put(constant_);
  } else if (const auto encoded = encode(n, random)) {
    put(*encoded);
  }
  return pdu;
}

}  // namespace smpp_sim
