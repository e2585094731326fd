#include "core/config_profiles.hpp"

#include <array>

namespace core {
namespace {

constexpr std::array profiles{
    Profile{"strict-3.4", "What SMPP 3.4 says; the default.", ""},
    Profile{"legacy-3.3", "An SMSC of 3.3: a bind for each direction, no TLVs, data_coding as GSM 03.38 has it.",
            "bind = \"pair\"\n"
            "[quirks]\n"
            "interface_version = 51\n"
            "send_tlvs = \"no\"\n"
            "gsm_data_coding = true\n"
            "validity_format = \"none\"\n"},
    Profile{"latin1-default", "data_coding 0 is Latin-1.",
            "[quirks]\n"
            "default_alphabet = \"latin1\"\n"},
    Profile{"decimal-hex-ids", "Responses have hexadecimal ids, receipts the same in decimal.",
            "[quirks]\n"
            "receipt_id = \"decimal-to-hex\"\n"},
    Profile{"payload-only", "Long texts go whole, in message_payload.",
            "[quirks]\n"
            "long_mode = \"payload\"\n"},
    Profile{"no-tlv", "3.4, but a TLV is refused.",
            "[quirks]\n"
            "send_tlvs = \"no\"\n"},
    Profile{"pair", "A transmitter and a receiver instead of a transceiver.",
            "bind = \"pair\"\n"},
};

}  // namespace

std::span<const Profile> config_profiles() { return profiles; }

}  // namespace core
