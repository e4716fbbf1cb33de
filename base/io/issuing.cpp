#include "base/io/issuing.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <stdexcept>

#include "base/io/file.hpp"

namespace vendaval::issuing {
namespace {

using bio_ptr = std::unique_ptr<BIO, freer<BIO_free_all>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freer<X509_EXTENSION_free>>;
using names_ptr = std::unique_ptr<GENERAL_NAMES, freer<GENERAL_NAMES_free>>;

/// OpenSSL's own words for what just failed.
std::string openssl_words() {
  char words[256] = "unknown reason";
  if (auto const code = ERR_get_error()) ERR_error_string_n(code, words, sizeof words);
  ERR_clear_error();
  return words;
}

void must(bool worked, char const* what) {
  if (!worked) throw std::runtime_error(fmt::format("cannot {}: {}", what, openssl_words()));
}

std::string pem_text(auto write, auto... what) {
  bio_ptr const memory(BIO_new(BIO_s_mem()));
  must(memory && write(memory.get(), what...) == 1, "write PEM");
  char* data = nullptr;
  auto const size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

void extend(X509* certificate, X509* issuer, int what, std::string const& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  extension_ptr const extension(X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extend a certificate");
}

/// A certificate with a new key, still without extensions and signature.
pair begin(std::string const& common_name, validity when) {
  pair p{x509_ptr(X509_new()), key_ptr(EVP_EC_gen("P-256"))};
  must(p.certificate && p.key, "make an ECDSA P-256 key");
  auto* const c = p.certificate.get();
  unsigned char serial[16];
  must(RAND_bytes(serial, sizeof serial) == 1, "draw a serial number");
  serial[0] = (serial[0] & 0x7f) | 0x40;  // positive, and never shorter than it looks
  std::unique_ptr<BIGNUM, freer<BN_free>> const number(BN_bin2bn(serial, sizeof serial, nullptr));
  must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(c)), "set a serial number");
  must(X509_set_version(c, X509_VERSION_3) == 1, "set the certificate's version");
  must(X509_gmtime_adj(X509_getm_notBefore(c), when.from) && X509_gmtime_adj(X509_getm_notAfter(c), when.until),
       "set the certificate's dates");
  must(X509_set_pubkey(c, p.key.get()) == 1, "set the certificate's key");
  auto const add = [&](char const* field, std::string const& value) {
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(c), field, MBSTRING_UTF8,
                                    reinterpret_cast<unsigned char const*>(value.c_str()), -1, -1, 0) == 1,
         "name a certificate");
  };
  add("O", "Vendaval sandbox");
  add("CN", common_name.substr(0, 64));
  return p;
}

std::string alternative(std::string const& name) {
  boost::system::error_code error;
  auto const address = boost::asio::ip::make_address(name, error);
  if (!error) return "IP:" + address.to_string();
  bool const odd = name.empty() || name.find_first_of(", :\t\r\n") != std::string::npos;
  if (odd) throw std::runtime_error(fmt::format("\"{}\" is neither a host name nor an IP address", name));
  return "DNS:" + name;
}

}  // namespace

std::string key_text(pair const& p) {
  return pem_text(PEM_write_bio_PKCS8PrivateKey, p.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}
std::string certificate_text(pair const& p) { return pem_text(PEM_write_bio_X509, p.certificate.get()); }

pair load(std::string const& certificate_file, std::string const& key_file) {
  auto const text_of = [](std::string const& file) {
    auto text = read_file(file);
    if (!text) throw std::runtime_error(fmt::format("{} cannot be read: {}", file, text.error()));
    return std::move(*text);
  };
  auto const certificate_text = text_of(certificate_file), key_text = text_of(key_file);
  bio_ptr const certificate_bio(BIO_new_mem_buf(certificate_text.data(), static_cast<int>(certificate_text.size())));
  bio_ptr const key_bio(BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())));
  pair p{x509_ptr(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr)),
         key_ptr(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr))};
  bool const whole = p.certificate && p.key && X509_check_private_key(p.certificate.get(), p.key.get()) == 1;
  ERR_clear_error();
  if (!whole) return {};
  return p;
}

pair make_ca() {
  // The serial number in the name keeps a new CA apart from an old one that somebody still trusts.
  unsigned char mark[4];
  must(RAND_bytes(mark, sizeof mark) == 1, "draw a name");
  auto p = begin(fmt::format("Vendaval sandbox CA {:02x}{:02x}{:02x}{:02x}", mark[0], mark[1], mark[2], mark[3]),
                 {.until = ca_days * day});
  auto* const c = p.certificate.get();
  must(X509_set_issuer_name(c, X509_get_subject_name(c)) == 1, "name the CA");
  extend(c, c, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(c, c, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(c, c, NID_subject_key_identifier, "hash");
  must(X509_sign(c, p.key.get(), EVP_sha256()) > 0, "sign the CA");
  return p;
}

alternative_names alternatives(std::vector<std::string> const& names) {
  alternative_names result;
  for (auto const& name : names) result.insert(alternative(name));
  return result;
}

alternative_names alternatives(X509* certificate) {
  names_ptr const names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  alternative_names result;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    auto const* name = sk_GENERAL_NAME_value(names.get(), i);
    bool const ip = name->type == GEN_IPADD;
    auto const* text = ip ? name->d.iPAddress : name->d.dNSName;
    auto const* data = ASN1_STRING_get0_data(text);
    auto const size = static_cast<std::size_t>(ASN1_STRING_length(text));
    if (ip && size == 4) {
      boost::asio::ip::address_v4::bytes_type raw;
      std::copy_n(data, 4, raw.begin());
      result.insert("IP:" + boost::asio::ip::address_v4(raw).to_string());
    } else if (ip && size == 16) {
      boost::asio::ip::address_v6::bytes_type raw;
      std::copy_n(data, 16, raw.begin());
      result.insert("IP:" + boost::asio::ip::address_v6(raw).to_string());
    } else {
      result.insert("DNS:" + std::string(reinterpret_cast<char const*>(data), size));
    }
  }
  return result;
}

pair make_leaf(pair const* ca, std::string const& name, alternative_names const& names, validity when) {
  auto p = begin(name, when);
  auto* const c = p.certificate.get();
  auto* const issuer = ca ? ca->certificate.get() : c;
  must(X509_set_issuer_name(c, X509_get_subject_name(issuer)) == 1, "name the issuer");
  extend(c, issuer, NID_basic_constraints, "critical,CA:FALSE");
  extend(c, issuer, NID_key_usage, "critical,digitalSignature");
  extend(c, issuer, NID_ext_key_usage, "serverAuth");
  extend(c, issuer, NID_subject_key_identifier, "hash");
  extend(c, issuer, NID_authority_key_identifier, "keyid");
  std::string all;
  for (auto const& alternative : names) all += (all.empty() ? "" : ",") + alternative;
  extend(c, issuer, NID_subject_alt_name, all);
  must(X509_sign(c, (ca ? *ca : p).key.get(), EVP_sha256()) > 0, "sign a certificate");
  return p;
}

}  // namespace vendaval::issuing
