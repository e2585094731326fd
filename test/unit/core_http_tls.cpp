// TLS of the webhook client (S12): chain and name are verified, and the certificates are made here so that the test
// says what is wrong with each.
#include "core/http/client.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/core_http_peer.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <thread>

using namespace core::http;
namespace net = boost::asio;

namespace {

struct Certificate { std::string key, pem; };

// Self-signed for the address `ip`; valid from now for `seconds` (negative: already over).
Certificate make_certificate(const char* ip, long seconds) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* x509 = X509_new();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -86400);
  X509_gmtime_adj(X509_getm_notAfter(x509), seconds);
  X509_set_pubkey(x509, key);
  X509_NAME* name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(x509, name);
  const std::string alternative = std::string("IP:") + ip;
  X509_EXTENSION* san = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
  X509_add_ext(x509, san, -1);
  X509_sign(x509, key, EVP_sha256());
  const auto text = [](auto write) {
    BIO* bio = BIO_new(BIO_s_mem());
    write(bio);
    char* octets = nullptr;
    const long size = BIO_get_mem_data(bio, &octets);
    std::string result(octets, static_cast<std::size_t>(size));
    BIO_free(bio);
    return result;
  };
  Certificate result{text([&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); }),
                     text([&](BIO* bio) { PEM_write_bio_X509(bio, x509); })};
  X509_EXTENSION_free(san);
  X509_free(x509);
  EVP_PKEY_free(key);
  return result;
}

// Answers one connection over TLS.
struct TlsReceiver {
  explicit TlsReceiver(const Certificate& certificate) : tls(net::ssl::context::tls_server), acceptor(io, {net::ip::address_v4::loopback(), 0}) {
    tls.use_private_key(net::buffer(certificate.key), net::ssl::context::pem);
    tls.use_certificate_chain(net::buffer(certificate.pem));
    port = acceptor.local_endpoint().port();
    thread = std::thread([this] {
      boost::system::error_code error;
      net::ssl::stream<net::ip::tcp::socket> stream(acceptor.accept(error), tls);
      if (!error) stream.handshake(net::ssl::stream_base::server, error);
      std::string request;
      if (!error) net::read_until(stream, net::dynamic_buffer(request), "\r\n\r\n", error);
      if (!error) net::write(stream, net::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")), error);
      if (!error) stream.shutdown(error);
    });
  }
  ~TlsReceiver() { thread.join(); }
  net::io_context io;
  net::ssl::context tls;
  net::ip::tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::thread thread;
};

struct CaFile {
  explicit CaFile(const std::string& pem) : path(std::filesystem::temp_directory_path() / ("core_http_tls." + std::to_string(::getpid()) + ".pem")) {
    std::ofstream(path) << pem;
  }
  ~CaFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

ClientAnswer ask(const Certificate& certificate, const ClientSettings& settings) {
  TlsReceiver receiver(certificate);
  return request_blocking({"POST", "https://127.0.0.1:" + std::to_string(receiver.port) + "/hook", {}, "{}"}, settings);
}

}  // namespace

TEST_CASE("a certificate of a known authority for the right host is accepted") {
  const Certificate certificate = make_certificate("127.0.0.1", 86400);
  const CaFile ca(certificate.pem);
  ClientSettings settings;
  settings.ca_file = ca.path;
  const ClientAnswer answer = ask(certificate, settings);
  CHECK(answer.error == "");
  CHECK(answer.status == 200);
  CHECK(answer.body == "ok");
}

TEST_CASE("certificates that are unknown, expired or another host's are refused (S12)") {
  const Certificate good = make_certificate("127.0.0.1", 86400);
  CHECK(ask(good, {}).error.find("self-signed certificate") != std::string::npos);

  const Certificate expired = make_certificate("127.0.0.1", -3600);
  const CaFile expired_ca(expired.pem);
  ClientSettings settings;
  settings.ca_file = expired_ca.path;
  CHECK(ask(expired, settings).error.find("certificate has expired") != std::string::npos);

  const Certificate other = make_certificate("192.0.2.1", 86400);
  std::ofstream(expired_ca.path) << other.pem;
  CHECK(ask(other, settings).status == 0);

  settings.verify_tls = false;
  CHECK(ask(other, settings).status == 200);
}

TEST_CASE("a CA file that cannot be read is told as such") {
  ClientSettings settings;
  settings.ca_file = "/nonexistent/ca.pem";
  const ClientAnswer answer = request_blocking({"POST", "https://127.0.0.1:1/", {}, ""}, settings);
  CHECK(answer.error.rfind("cannot read certificates from /nonexistent/ca.pem", 0) == 0);
}
