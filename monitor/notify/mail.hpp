#pragma once
/// What a letter says by mail, whoever carries it: SMTP (email.cpp) or a provider's HTTP API (email_http.cpp).
#include <string>
#include <vector>

#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {

struct mail {
  std::string from{}, to{};  // "Vendaval <vendaval@aegis.com.br>", "ana@aegis.com.br"
  std::string subject{};     // UTF-8, as people read it
  std::string text{}, html{};
  /// The same at every attempt; the first mail about an incident has the one that the later ones name.
  std::string message_id{};
  std::string thread{};  // that first one's; empty when it is about no incident
};

/// Text and HTML, pt-BR first, English second. No value holds a line break that could begin a header.
mail mail_of(message const& m, channel const& c);

}  // namespace vendaval::monitor
