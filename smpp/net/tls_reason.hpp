// What went wrong with TLS, in a person's words. Private to smpp/net.
#pragma once

#include "smpp/net/tls.hpp"

#include <boost/system/error_code.hpp>

#include <string>

struct x509_store_ctx_st;  // OpenSSL's X509_STORE_CTX

namespace smpp::net {

// Of the first certificate that was not accepted.
struct Verdict {
  int error = 0;     // X509_V_OK
  int depth = 0;  // 0: the peer's own certificate; above: its issuers
  std::string subject, issuer;
  std::string not_before, not_after;  // "2026-02-03"
  std::string names;                  // "smsc.example.net, 192.0.2.1"
};

[[nodiscard]] Verdict verdict_of(x509_store_ctx_st& chain);
// "its certificate expired on 2025-01-31". `host`: what the link connected to.
[[nodiscard]] std::string verdict_text(const Verdict& verdict, const std::string& host);

// Of an error of Asio's ssl category, as `side` sees it.
[[nodiscard]] std::string tls_error_text(const boost::system::error_code& error, TlsSide side);

}  // namespace smpp::net
