#include "controller/settings_checks.hpp"

#include <boost/url/parse.hpp>

#include "base/ascii.hpp"
#include "base/listen_address.hpp"

namespace vendaval::controller {

std::optional<web_address> parse_web(std::string_view text) {
  auto const url = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
  if (!url || url->has_userinfo() || (url->scheme() != "https" && url->scheme() != "http")) return std::nullopt;
  auto const host = url->host_address();
  if (host.empty()) return std::nullopt;
  return web_address{lower(std::string(url->scheme())), lower(host)};
}

bool safe(web_address const& a) { return a.scheme == "https" || is_loopback(a.host); }

void check_pair(table_reader& in) {
  if (in.has("certificate") != in.has("key"))
    in.fail(in.has("key") ? "key" : "certificate", "certificate and key come together: one of them is missing",
            "both are PEM files");
}

}  // namespace vendaval::controller
