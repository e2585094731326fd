// Authorities and certificates made for one test, and the folder in which they lie as PEM files.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

namespace smppnet_test {

struct Subject {
  std::string name;       // common name
  std::string alternate;  // "DNS:localhost, IP:127.0.0.1"; empty: none
  long from_days = -1, to_days = 30;  // from now
  bool is_authority = false;
};

class Certificate {
 public:
  // Signed by `issuer`, or by itself.
  explicit Certificate(const Subject& subject, const Certificate* issuer = nullptr)
      : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), x509_(X509_new(), X509_free) {
    X509_set_version(x509_.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509_.get()), ++serial());
    X509_gmtime_adj(X509_getm_notBefore(x509_.get()), subject.from_days * 86'400);
    X509_gmtime_adj(X509_getm_notAfter(x509_.get()), subject.to_days * 86'400);
    X509_set_pubkey(x509_.get(), key_.get());
    X509_NAME* const name = X509_get_subject_name(x509_.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(subject.name.c_str()),
                               -1, -1, 0);
    X509_set_issuer_name(x509_.get(), issuer ? X509_get_subject_name(issuer->x509_.get()) : name);
    if (subject.is_authority) extend(NID_basic_constraints, "critical,CA:TRUE");
    if (!subject.alternate.empty()) extend(NID_subject_alt_name, subject.alternate);
    X509_sign(x509_.get(), issuer ? issuer->key_.get() : key_.get(), EVP_sha256());
  }

  [[nodiscard]] std::string pem() const {
    return text([this](BIO* into) { PEM_write_bio_X509(into, x509_.get()); });
  }
  // With a passphrase it is encrypted.
  [[nodiscard]] std::string key(const char* passphrase = nullptr) const {
    return text([&](BIO* into) {
      PEM_write_bio_PKCS8PrivateKey(into, key_.get(), passphrase ? EVP_aes_128_cbc() : nullptr, passphrase,
                                    passphrase ? static_cast<int>(std::string(passphrase).size()) : 0, nullptr, nullptr);
    });
  }

 private:
  static long& serial() {
    static long last = 0;
    return last;
  }
  void extend(int kind, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(x509_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  template <class Write>
  static std::string text(const Write& write) {
    const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), BIO_free);
    write(memory.get());
    char* octets = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &octets);
    return {octets, static_cast<std::size_t>(size)};
  }

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> x509_;
};

// A folder of files, gone with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "smppnet.XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  // The path of the file.
  std::string put(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name) << content;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace smppnet_test
