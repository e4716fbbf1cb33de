#pragma once
#include <string>
#include <string_view>

namespace vendaval {

/// The second net under "bodies and header values are never logged": replaces what looks like a secret or a person in
/// a text that is about to leave the process. Bearer and Basic credentials, passwords and tokens in JSON or query
/// form, user:password in URLs, CPF, CNPJ, card numbers, webhook URLs with their secret path, PEM private keys, JWTs.
/// Linear in the length of the text.
std::string redact(std::string_view text);

/// A secret that cannot be printed by accident: no stream operator, no conversion, wiped when it dies.
class secret {
 public:
  secret() = default;
  explicit secret(std::string value) : value_(std::move(value)) {}
  ~secret();
  secret(secret const&) = default;
  secret(secret&& other) noexcept;
  secret& operator=(secret other) noexcept;  // wipes what it held before
  std::string const& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace vendaval
