// What a carrier does its own way, as the parts want it. Pure.
#pragma once

#include "core/config.hpp"

namespace core {

[[nodiscard]] smpp::EncodeOptions text_options(const Quirks& quirks);
[[nodiscard]] smpp::DecodeOptions decode_options(const Quirks& quirks);
[[nodiscard]] smpp::ReceiptProfile receipt_profile(const Quirks& quirks);

}  // namespace core
