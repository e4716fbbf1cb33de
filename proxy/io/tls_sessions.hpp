#pragma once
#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <string>

namespace vendaval::io {

/// The last TLS session with each upstream, so that a further connection needs no certificate and half the arithmetic.
/// A session is offered only under the context and the name under which its certificate was verified.
class tls_sessions {
 public:
  struct freeing {
    void operator()(SSL_SESSION* s) const { SSL_SESSION_free(s); }
    void operator()(SSL_CTX* c) const { SSL_CTX_free(c); }
  };
  using owned = std::unique_ptr<SSL_SESSION, freeing>;

  void keep(SSL_CTX* context, std::string const& name, owned session) {
    SSL_CTX_up_ref(context);  // as long as we compare with it, nothing else may live at its address
    last_[name] = {std::unique_ptr<SSL_CTX, freeing>(context), std::move(session)};
  }
  /// Null when there is none; stays ours.
  SSL_SESSION* find(SSL_CTX const* context, std::string const& name) const {
    auto const at = last_.find(name);
    return at != last_.end() && at->second.verified_by.get() == context ? at->second.session.get() : nullptr;
  }

 private:
  struct entry {
    std::unique_ptr<SSL_CTX, freeing> verified_by;
    owned session;
  };
  std::map<std::string, entry> last_;
};

}  // namespace vendaval::io
