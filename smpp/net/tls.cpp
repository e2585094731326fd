#include "smpp/net/tls.hpp"

#include "smpp/net/tls_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pemerr.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace smpp::net {
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

constexpr std::string_view kTextCertificate = "the certificate";
constexpr std::string_view kTextKey = "the key";

// OpenSSL tells a file that is missing by errno in its own code, and a protected key by the decoder that gave up.
std::string fault_text(std::string_view what, const error_code& error) {
  const auto code = static_cast<unsigned long>(static_cast<unsigned int>(error.value()));
  std::string text(what);
  if (ERR_SYSTEM_ERROR(code)) return text + ": " + std::strerror(static_cast<int>(ERR_GET_REASON(code)));
  if (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE) return text + ": no PEM in it";
  // Which of the two comes first depends on the decoders that were tried.
  if ((ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_BAD_PASSWORD_READ) || ERR_GET_REASON(code) == ERR_R_INTERRUPTED_OR_CANCELLED)
    return text + ": it is protected by a passphrase; it must be readable without one";
  const char* reason = ERR_reason_error_string(code);
  return text + ": " + (reason ? reason : error.message());
}

}  // namespace

Tls::Tls(TlsSettings settings, TlsSide side)
    : settings_(std::move(settings)), side_(side),
      context_(std::make_unique<ssl::context>(side == TlsSide::link ? ssl::context::tls_client
                                                                    : ssl::context::tls_server)) {}
Tls::~Tls() = default;

std::shared_ptr<const Tls> Tls::load(TlsSettings settings, TlsSide side, std::string& fault) {
  const auto tls = std::make_shared<Tls>(std::move(settings), side);
  fault = tls->read_files();
  return fault.empty() ? tls : nullptr;
}

std::string Tls::read_files() {
  SSL_CTX* const raw = context_->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // An SMPP connection lives for days: resuming saves nothing, and tickets would wait unread at the peer.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  error_code error;
  // Without this a protected key would ask its question on the terminal of whoever started the program.
  SSL_CTX_set_default_passwd_cb(raw, [](char*, int, int, void*) { return -1; });
  ERR_clear_error();
  const bool from_text = !settings_.certificate.empty();
  if (from_text) {
    context_->use_certificate_chain(asio::buffer(settings_.certificate), error);
    if (error) return fault_text(kTextCertificate, error);
  } else if (!settings_.certificate_file.empty()) {
    context_->use_certificate_chain_file(settings_.certificate_file, error);
    if (error) return fault_text(settings_.certificate_file, error);
  } else if (side_ == TlsSide::listener) {
    return "a port that takes TLS needs a certificate and its key";
  }
  if (from_text || !settings_.certificate_file.empty()) {
    const std::string key_name = from_text ? std::string(kTextKey) : settings_.key_file;
    if (from_text) {
      context_->use_private_key(asio::buffer(settings_.key), ssl::context::pem, error);
    } else {
      context_->use_private_key_file(settings_.key_file, ssl::context::pem, error);
    }
    const auto code = static_cast<unsigned long>(static_cast<unsigned int>(error.value()));
    if (error && ERR_GET_LIB(code) == ERR_LIB_X509)
      return from_text ? "the key does not belong to the certificate"
                       : "the key in " + key_name + " does not belong to the certificate in " + settings_.certificate_file;
    if (error) return fault_text(key_name, error);
  }
  if (!settings_.ca_file.empty()) {
    context_->load_verify_file(settings_.ca_file, error);
    if (error) return fault_text(settings_.ca_file, error);
    // A carrier that hands out its server's certificate alone, or an intermediate one, is trusted as far as that.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(raw), X509_V_FLAG_PARTIAL_CHAIN);
  }
  if (side_ == TlsSide::link) {
    if (settings_.ca_file.empty() && settings_.verify) context_->set_default_verify_paths(error);
    context_->set_verify_mode(settings_.verify ? ssl::verify_peer : ssl::verify_none, error);
  } else if (!settings_.ca_file.empty()) {
    SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(settings_.ca_file.c_str()));
    context_->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  }
  return {};
}

std::string tls_fault(const TlsSettings& settings, TlsSide side) {
  std::string fault;
  [[maybe_unused]] const auto loaded = Tls::load(settings, side, fault);
  return fault;
}

}  // namespace smpp::net
