#include "tools/smpp-sim/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <ctime>
#include <memory>

namespace smpp_sim {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using X509Ptr = std::unique_ptr<X509, void (*)(X509*)>;
using Memory = std::unique_ptr<BIO, int (*)(BIO*)>;

std::string content_of(BIO* memory) {
  char* octets = nullptr;
  const long size = BIO_get_mem_data(memory, &octets);
  return {octets, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, int kind, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), X509_EXTENSION_free);
  if (extension) X509_add_ext(certificate, extension.get(), -1);
}

}  // namespace

SelfMade make_certificate(const std::string& listens_on, Wall now) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const X509Ptr certificate(X509_new(), X509_free);
  X509* const raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  // Two runs must not share a serial number: clients that keep certificates refuse the second.
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial >> 1 | 1);
  const std::time_t at = std::chrono::system_clock::to_time_t(now);
  ASN1_TIME_adj(X509_getm_notBefore(raw), at, -1, 0);
  ASN1_TIME_adj(X509_getm_notAfter(raw), at, 365, 0);
  X509_set_pubkey(raw, key.get());
  X509_NAME* const name = X509_get_subject_name(raw);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("smpp-sim"), -1, -1, 0);
  X509_set_issuer_name(raw, name);
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (listens_on != "localhost" && listens_on != "127.0.0.1" && listens_on != "::1") names += ",IP:" + listens_on;
  extend(raw, NID_subject_alt_name, names);
  extend(raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  X509_sign(raw, key.get(), EVP_sha256());

  SelfMade made;
  const Memory certificate_text(BIO_new(BIO_s_mem()), BIO_free), key_text(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(certificate_text.get(), raw);
  PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  made.certificate = content_of(certificate_text.get());
  made.key = content_of(key_text.get());
  return made;
}

}  // namespace smpp_sim
