// TLS of a link or a listener (P69, S12): TLS 1.2 and 1.3, chain and host name verified unless told otherwise.
// The files are read again at every connection of a link, so that a renewed certificate needs no restart.
#pragma once

#include <chrono>
#include <string>

namespace smpp::net {

struct TlsSettings {
  // A link: whether the SMSC must show a certificate of a trusted authority for the host we connect to. Without it
  // anybody on the way can take the password and the messages; every state line of the link says so.
  bool verify = true;
  // PEM. A link trusts these instead of the system's authorities; a listener then admits only clients that show a
  // certificate of them.
  std::string ca_file;
  // PEM, the certificate with its chain. A listener must have one; a link shows it where the SMSC asks for one.
  std::string certificate_file, key_file;
  std::string certificate, key;                       // the same as text, instead of the files
  std::chrono::milliseconds handshake_timeout{10'000};  // P48
};

enum class TlsSide { link, listener };

// Reads the files: empty when all is in order, else one line for a person: "/etc/x.pem: No such file or directory",
// "the key in b.pem does not belong to the certificate in a.pem".
[[nodiscard]] std::string tls_fault(const TlsSettings& settings, TlsSide side);

}  // namespace smpp::net
