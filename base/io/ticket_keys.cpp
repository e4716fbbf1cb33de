#include "base/io/ticket_keys.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace vendaval {
namespace {

void forget(std::optional<ticket_keys::key>& k) {
  if (k) OPENSSL_cleanse(&*k, sizeof *k);
  k.reset();
}

std::optional<ticket_keys::key> make(time_point now) {
  ticket_keys::key k{.name = {}, .cipher = {}, .mac = {}, .made = now};
  bool const drawn = RAND_bytes(k.name.data(), k.name.size()) == 1 &&
                     RAND_priv_bytes(k.cipher.data(), k.cipher.size()) == 1 &&
                     RAND_priv_bytes(k.mac.data(), k.mac.size()) == 1;
  if (!drawn) return std::nullopt;
  return k;
}

bool named(std::optional<ticket_keys::key> const& k, std::string_view name) {
  return k && std::string_view(reinterpret_cast<char const*>(k->name.data()), k->name.size()) == name;
}

}  // namespace

ticket_keys::~ticket_keys() {
  forget(current_);
  forget(previous_);
}

bool ticket_keys::refresh(time_point now) {
  if (previous_ && now - previous_->made >= opens_for) forget(previous_);
  if (current_ && now - current_->made < seals_for) return true;
  auto fresh = make(now);
  if (!fresh) return false;
  forget(previous_);
  if (current_ && now - current_->made < opens_for) previous_ = current_;
  forget(current_);
  current_ = fresh;
  return true;
}

std::optional<ticket_keys::key> ticket_keys::to_seal(time_point now) {
  std::scoped_lock const held(lock_);
  if (!refresh(now)) return std::nullopt;
  return current_;
}

std::optional<ticket_keys::found> ticket_keys::to_open(std::string_view name, time_point now) {
  std::scoped_lock const held(lock_);
  if (!refresh(now)) return std::nullopt;
  if (named(current_, name)) return found{*current_, false};
  if (named(previous_, name)) return found{*previous_, true};
  return std::nullopt;
}

}  // namespace vendaval
