#include "smpp/net/tls_reason.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string_view>

namespace smpp::net {
namespace {

std::string day_of(const ASN1_TIME* time) {
  std::tm tm{};
  if (!time || ASN1_TIME_to_tm(time, &tm) != 1) return "an unreadable date";
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
  return text;
}

// A peer chose these octets: what is not printable becomes '?'.
std::string shown(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.substr(0, 100);
}

// The common name, or the last part that is there.
std::string name_of(const X509_NAME* name) {
  int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) at = X509_NAME_entry_count(name) - 1;
  if (at < 0) return "a nameless one";
  const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
  return shown({reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                static_cast<std::size_t>(ASN1_STRING_length(text))});
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  char text[INET6_ADDRSTRLEN] = "?";
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(address) != 16) return text;
  ::inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof text);
  return text;
}

// At most four: a hosting company's certificate may carry hundreds.
std::string names_of(const X509* certificate) {
  constexpr int kShown = 4;
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  std::string text;
  int count = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    std::string one;
    if (name->type == GEN_DNS) {
      one = shown({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                   static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))});
    } else if (name->type == GEN_IPADD) {
      one = address_text(name->d.iPAddress);
    } else {
      continue;
    }
    if (++count > kShown) return text + ", ...";
    text += (text.empty() ? "" : ", ") + one;
  }
  return text.empty() ? name_of(X509_get_subject_name(certificate)) : text;
}

struct Reason {
  int reason;
  std::string_view link;      // what the operator of a link reads
  std::string_view listener;  // what the operator of a port reads
};

constexpr std::string_view kNotTls = "it does not answer in TLS; if this port is plain SMPP, set tls = false";
constexpr std::string_view kNoTlsHello = "the client does not speak TLS";
constexpr std::string_view kOldTls = "it offers neither TLS 1.2 nor TLS 1.3";
constexpr std::string_view kOldClient = "the client offers neither TLS 1.2 nor TLS 1.3";
constexpr std::string_view kWantsCertificate =
    "it wants a client certificate: tls_certificate and tls_key (the carrier says which)";
constexpr std::string_view kNoCertificate = "the client showed no certificate";
constexpr std::string_view kNoAgreement = "it refused the handshake: no cipher in common, or it wants a client certificate";
constexpr std::string_view kNoAgreementClient = "the client refused the handshake: no cipher in common";

constexpr std::array kReasons{
    Reason{SSL_R_WRONG_VERSION_NUMBER, kNotTls, kNoTlsHello},
    Reason{SSL_R_PACKET_LENGTH_TOO_LONG, kNotTls, kNoTlsHello},
    Reason{SSL_R_BAD_RECORD_TYPE, kNotTls, kNoTlsHello},
    Reason{SSL_R_HTTP_REQUEST, kNotTls, "the client speaks HTTP"},
    Reason{SSL_R_UNSUPPORTED_PROTOCOL, kOldTls, kOldClient},
    Reason{SSL_R_VERSION_TOO_LOW, kOldTls, kOldClient},
    Reason{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, kOldTls, kOldClient},
    Reason{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, kWantsCertificate, kNoCertificate},
    Reason{SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, kWantsCertificate, kNoCertificate},
    Reason{SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, kNoAgreement, kNoAgreementClient},
    Reason{SSL_R_NO_SHARED_CIPHER, kNoAgreement, "no cipher in common with the client"},
    Reason{SSL_R_TLSV1_UNRECOGNIZED_NAME, "it has no certificate for this host name", kNoAgreementClient},
    Reason{SSL_R_TLSV1_ALERT_UNKNOWN_CA, "it does not know the authority of our client certificate",
           "the client does not know the authority of our certificate"},
    Reason{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "it does not accept our client certificate",
           "the client does not accept our certificate; perhaps it is for another host"},
    Reason{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "our client certificate has expired",
           "our certificate has expired, says the client"},
    Reason{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, "our client certificate has been revoked",
           "our certificate has been revoked, says the client"},
    Reason{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "it does not accept our client certificate",
           "the client does not accept our certificate"},
    Reason{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, "it cannot use our kind of client certificate",
           "the client cannot use our kind of certificate"},
    Reason{SSL_R_TLSV1_ALERT_ACCESS_DENIED, "it does not admit our client certificate",
           "the client does not admit our certificate"},
};

}  // namespace

Verdict verdict_of(X509_STORE_CTX& chain) {
  Verdict verdict;
  verdict.error = X509_STORE_CTX_get_error(&chain);
  verdict.depth = X509_STORE_CTX_get_error_depth(&chain);
  const X509* certificate = X509_STORE_CTX_get_current_cert(&chain);
  if (!certificate) return verdict;
  verdict.subject = name_of(X509_get_subject_name(certificate));
  verdict.issuer = name_of(X509_get_issuer_name(certificate));
  verdict.not_before = day_of(X509_get0_notBefore(certificate));
  verdict.not_after = day_of(X509_get0_notAfter(certificate));
  verdict.names = names_of(certificate);
  return verdict;
}

std::string verdict_text(const Verdict& verdict, const std::string& host) {
  const std::string whose = verdict.depth == 0 ? std::string("its certificate")
                                               : "the certificate of its authority \"" + verdict.subject + "\"";
  switch (verdict.error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return whose + " expired on " + verdict.not_after;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return whose + " is valid from " + verdict.not_before + " only; or the clock of this machine is wrong";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "its certificate is self-signed; if it is the carrier's own, name it in tls_ca";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate is from an authority that is not trusted here (\"" + verdict.issuer +
             "\"); if it is the carrier's own, name its certificate in tls_ca";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "its certificate is for " + verdict.names + ", not for " + host;
    default: return whose + " is not accepted: " + X509_verify_cert_error_string(verdict.error);
  }
}

std::string tls_error_text(const boost::system::error_code& error, TlsSide side) {
  const auto code = static_cast<unsigned long>(static_cast<unsigned int>(error.value()));
  for (const Reason& known : kReasons) {
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && known.reason == ERR_GET_REASON(code))
      return std::string(side == TlsSide::link ? known.link : known.listener);
  }
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : error.message();
}

}  // namespace smpp::net
