#include "controller/settings.hpp"

#include <fmt/format.h>

#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "controller/read_criteria.hpp"
#include "proxy/dialects/table.hpp"

namespace vendaval::controller {
namespace {

constexpr std::array<std::string_view, 2> storage_schemes{"sqlite:", "postgresql://"};

struct web_address {
  std::string scheme, host;
};

std::optional<web_address> parse_web(std::string_view text) {
  auto const url = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
  if (!url || url->has_userinfo() || (url->scheme() != "https" && url->scheme() != "http")) return std::nullopt;
  auto const host = url->host_address();
  if (host.empty()) return std::nullopt;
  return web_address{lower(std::string(url->scheme())), lower(host)};
}

bool safe(web_address const& a) { return a.scheme == "https" || is_loopback(a.host); }

class settings_reader {
 public:
  

  settings read(table_reader& root) {
    read_environment(root);
    read_institutions(root);
    root.table("proxy", [&](table_reader& in) { read_proxy(in); });
    root.table("limits", [&](table_reader& in) { gateway_limits::fields(result_.limits, in); });
    root.table("faults", [&](table_reader& in) { faults::arming_limits::fields(result_.faults, in); });
    root.table("upstream", [&](table_reader& in) { read_upstream(in); });
    root.table("links", [&](table_reader& in) { read_links(in); });
    root.table("api", [&](table_reader& in) { read_api(in); });
    root.table("storage", [&](table_reader& in) { read_storage(in); });
    root.table("game_day", [&](table_reader& in) { game_day_options::fields(result_.game_day, in); });
    result_.rules = monitor::with_overrides(monitor::default_rules(), monitor::read_rules(root));
    names_of channels("channel");
    root.each("channel", [&](table_reader& in) { read_channel(in, channels); });
    return std::move(result_);
  }

 private:
  void read_environment(table_reader& root) {
    static constexpr std::string_view why = "Vendaval breaks things on purpose, so it only starts where that is safe";
    bool const there = root.table("environment", [&](table_reader& in) {
      std::string name;
      in("name", name);
      auto const found = std::ranges::find(environment_names, name);
      if (found != std::end(environment_names))
        result_.where = static_cast<environment>(found - std::begin(environment_names));
      else
        in.fail("name", in.has("name") ? fmt::format("environment \"{}\" is not one to break things in", name)
                                       : std::string("the environment has no name"),
                fmt::format("{}: name = \"staging\" or name = \"sandbox\"", why));
    });
    if (!there)
      root.fail("environment", "[environment] is missing",
                fmt::format("{}: write [environment] and name = \"staging\" or name = \"sandbox\"", why));
  }

  void read_institutions(table_reader& root) {
    std::vector<institution> all;
    root.each("institution", [&](table_reader& in) {
      institution bank;
      in.require("id");
      in("id", bank.id);
      in("name", bank.name);
      in("aliases", bank.aliases);
      auto const known = std::ranges::find(known_institutions(), bank.id, &institution::id);
      bool const is_known = known != known_institutions().end();
      if (bank.name.empty()) bank.name = is_known ? known->name : bank.id;
      if (is_known && !in.has("aliases")) bank.aliases = known->aliases;
      if (bank.id == no_institution || bank.id == unknown_institution)
        in.fail("id", fmt::format("\"{}\" is a name of our own: it stands for traffic of no bank", bank.id));
      if (std::ranges::find(all, bank.id, &institution::id) != all.end())
        in.fail("id", fmt::format("institution \"{}\" is already listed", bank.id));
      all.push_back(std::move(bank));
    });
    if (!all.empty()) result_.banks = institutions(std::move(all));
  }

  void read_listen(table_reader& in, std::string_view key, listen_address& value) {
    std::string text;
    in(key, text);
    if (text.empty()) return;
    if (auto const parsed = listen_address::parse(text)) value = *parsed;
    else in.fail(key, fmt::format("{} must be an address and a port such as \"127.0.0.1:{}\"", key, value.port));
  }

  void read_proxy(table_reader& in) {
    read_listen(in, "listen", result_.proxy.listen);
    proxy_settings::fields(result_.proxy, in);
    read_forward(in);
    check_pair(in);
    in.each("identity", [&](table_reader& one) {
      auto& files = result_.proxy.identities.emplace_back();
      one.require("certificate");
      one.require("key");
      certificate_files::fields(files, one);
    });
    for (std::string_view const needs_tls : {"client_ca", "identity"})
      if (in.has(needs_tls) && !in.has("certificate"))
        in.fail(needs_tls, fmt::format("{} means nothing without TLS", needs_tls), "add certificate and key");
    if (in.has("public_url") && !parse_web(result_.proxy.public_url))
      in.fail("public_url", "public_url must be an address such as \"https://belvo.staging.example\"");
  }

  void check_pair(table_reader& in) {
    if (in.has("certificate") != in.has("key"))
      in.fail(in.has("key") ? "key" : "certificate", "certificate and key come together: one of them is missing",
              "both are PEM files");
  }

  void check_pin(table_reader& in) {
    auto const& pin = result_.upstream.pin;
    bool const digest = pin.size() == 64 && pin.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (in.has("pin") && !digest)
      in.fail("pin", "pin must be the SHA-256 of the upstream's public key: 64 hex digits",
              "openssl x509 -in bank.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum");
    if (in.has("pin") && result_.upstream.pin_reason.empty())
      in.fail(
          "pin", "a pin takes the place of chain and name, so it needs a reason",
          "pin_reason = \"why this upstream has no certificate that can be verified\"; it is logged at every start");
    if (in.has("pin_reason") && !in.has("pin"))
      in.fail("pin_reason", "pin_reason says why there is a pin, and there is none");
  }

  void read_forward(table_reader& in) {
    auto& proxy = result_.proxy;
    if (in.has("forward_listen")) read_listen(in, "forward_listen", proxy.forward_listen.emplace("127.0.0.1", 8888));
    if (proxy.forward_listen && !proxy.forward_listen->loopback())
      in.fail("forward_listen", fmt::format("{} would take credentials in the clear from other machines",
                                            proxy.forward_listen->text()),
              "a forward proxy listens on loopback only, for example \"127.0.0.1:8888\"");
    if (proxy.intercept && !proxy.forward_listen)
      in.fail("intercept", "intercept has nothing to intercept", "CONNECT is served at forward_listen: add it");
    if (proxy.intercept && (proxy.intercept_ca.empty() || proxy.intercept_key.empty()))
      in.fail("intercept", "intercept needs a CA to sign with",
              "add intercept_ca and intercept_key; `vendaval sandbox certificates` makes ca.pem and ca.key");
  }

  void read_upstream(table_reader& in) {
    auto& up = result_.upstream;
    upstream_settings::fields(up, in);
    check_pair(in);
    check_pin(in);
    for (auto& host : up.allow) host = lower(host);
    auto const host = read_place(in, up.url);
    auto const known = dialects::dialect_names();
    read_bank_places(in);
    if (std::ranges::find(known, up.dialect) != known.end())
      check_dialect(in);
    else
      in.fail("dialect", fmt::format("dialect \"{}\" is not known", up.dialect), accepted_names(up.dialect, known));
    auto const allowed = check_allow(in);
    check_listed(in, host, allowed);
    in.each("host", [&](table_reader& one) {
      upstream_host place;
      one.require("url");
      one("url", place.url);
      one("ca", place.ca_file);
      one("server_name", place.server_name);
      if (one.has("url")) check_listed(one, read_place(one, place.url), allowed);
      up.hosts.push_back(std::move(place));
    });
    check_production(in);
  }

  /// The host of `url`; empty when it is no address to send credentials to.
  std::string read_place(table_reader& in, std::string const& url) {
    auto const address = parse_web(url);
    if (!address)
      in.fail("url", "url must be an address such as \"https://sandbox.belvo.com\"", "without user name and password");
    else if (!safe(*address))
      in.fail("url", fmt::format("\"{}\" would carry credentials in the clear", url), "use https://");
    return address ? address->host : std::string();
  }

  void read_bank_places(table_reader& in) {
    in.each("place", [&](table_reader& at) {
      dialects::place place;
      std::string bank;
      at.require("institution");
      at("institution", bank);
      at("host", place.host);
      at("path", place.path_prefix);
      place.host = lower(place.host);
      auto const* known = result_.banks.find(bank);
      if (known)
        place.institution = known->id;
      else if (at.has("institution"))
        at.fail("institution", fmt::format("unknown institution \"{}\"", bank),
                accepted_names(bank, result_.banks.ids()));
      if (!at.has("host") && !at.has("path"))
        at.fail("institution", "this place has neither host nor path, so no request is in it",
                "for example host = \"api.bank.example\" or path = \"/bank/\"");
      auto const named = allowed_host::parse(place.host);
      if (at.has("host") && (!named || named->port))
        at.fail("host", fmt::format("\"{}\" is not a host name", place.host), "one exact name, without port");
      if (at.has("path") && !place.path_prefix.starts_with('/'))
        at.fail("path", fmt::format("\"{}\" does not begin with a slash", place.path_prefix), "such as \"/bank/\"");
      result_.upstream.places.push_back(std::move(place));
    });
  }

  /// A key that the dialect never looks at would be a wish that silently does not come true.
  void check_dialect(table_reader& in) {
    auto const& up = result_.upstream;
    bool const belvo = up.dialect == "belvo";
    for (auto const key : {"header", "place"})
      if (belvo && in.has(key))
        in.fail(key, fmt::format("{} is for dialects that know a bank by its address; Belvo has one for all", key),
                "dialect = \"plain\" or dialect = \"open_finance\"");
    for (auto const key : {"multi_bank", "ask_for_links"})
      if (!belvo && in.has(key))
        in.fail(key, fmt::format("{} is about links and lists that only Belvo has", key), "dialect = \"belvo\"");
    if (!belvo && !in.has("header") && !in.has("place"))
      in.fail("dialect", fmt::format("dialect \"{}\" knows a bank by its address, and no address is given", up.dialect),
              "add header = \"X-Bank\", or one [[upstream.place]] for each bank");
  }

  std::vector<std::string> check_allow(table_reader& in) {
    auto const& allow = result_.upstream.allow;
    for (std::size_t i = 0; i < allow.size(); ++i)
      if (!allowed_host::parse(allow[i]))
        in.fail_at("allow", i, fmt::format("\"{}\" is not a host name", allow[i]),
                   "one exact name such as \"sandbox.belvo.com\" or \"sandbox.belvo.com:8443\": no scheme or wildcard");
    return result_.upstream.allowed_names();
  }

  void check_listed(table_reader& in, std::string const& host, std::vector<std::string> const& allow) {
    if (!host.empty() && !allow.empty() && std::ranges::find(allow, host) == allow.end())
      in.fail(in.has("allow") ? "allow" : "url",
              fmt::format("the upstream \"{}\" is not on this list, so no fault could ever be injected", host),
              fmt::format("add \"{}\", or leave the list empty to pass everything through", host));
  }

  void check_production(table_reader& in) {
    auto const& up = result_.upstream;
    if (up.production == production_phrase) return;
    auto const help = fmt::format("use the sandbox; whoever really must writes production = \"{}\"", production_phrase);
    if (in.has("production"))
      in.fail("production", "production does not say the sentence that unlocks it",
              fmt::format("the sentence is: \"{}\"", production_phrase));
    if (is_production_host(up.host()))
      in.fail("url", fmt::format("\"{}\" serves real customers", up.host()), help);
    for (std::size_t i = 0; i < up.allow.size(); ++i)
      if (auto const entry = allowed_host::parse(up.allow[i]); entry && is_production_host(entry->name))
        in.fail_at("allow", i, fmt::format("\"{}\" serves real customers", up.allow[i]), help);
  }

  void read_links(table_reader& in) {
    in("file", result_.links_file);
    in.strings([&](std::string_view link, std::string bank) {
      if (link == "file") return;
      if (auto const* known = result_.banks.find(bank)) result_.links.emplace(link, known->id);
      else
        in.fail(link, fmt::format("unknown institution \"{}\"", bank), accepted_names(bank, result_.banks.ids()));
    });
  }

  void read_api(table_reader& in) {
    read_listen(in, "listen", result_.api.listen);
    in("token_file", result_.api.token_file);
    if (!result_.api.listen.loopback() && result_.api.token_file.empty())
      in.fail("listen", fmt::format("the API on {} could be reached from other machines without a token",
                                    result_.api.listen.text()),
              "add token_file = \"…\", or listen on 127.0.0.1");
  }

  void read_storage(table_reader& in) {
    in("url", result_.storage);
    auto const known = [&](std::string_view scheme) { return result_.storage.starts_with(scheme); };
    if (std::ranges::none_of(storage_schemes, known))
      in.fail("url", "url must begin with \"sqlite:\" or \"postgresql://\"",
              "for example \"sqlite:vendaval.db\" or \"postgresql://vendaval@localhost/vendaval\"");
  }

  void read_channel(table_reader& in, names_of& names) {
    channel_settings channel;
    std::string url;
    in.require("name");
    in.require("kind");
    in.require("url");
    in("name", channel.name);
    names.take(in, channel.name);
    in("kind", channel.kind, channel_kinds);
    in("url", url);
    auto const address = parse_web(url);
    // Told at the name: a message shows the line it is about, and the address is a secret.
    if (in.has("url") && (!address || !safe(*address)))
      in.fail("name", fmt::format("the url of channel \"{}\" must be an https:// address", channel.name),
              "plain http:// is accepted for loopback only");
    channel.url = secret(std::move(url));
    result_.channels.push_back(std::move(channel));
  }

  settings result_;
};

}  // namespace

std::string upstream_settings::host() const {
  auto const address = parse_web(url);
  return address ? address->host : std::string();
}

std::vector<std::string> upstream_settings::allowed_names() const {
  std::vector<std::string> names;
  for (auto const& text : allow)
    if (auto const entry = allowed_host::parse(text)) names.push_back(entry->name);
  return names;
}

std::expected<settings, problems> check_settings(std::string text, std::string file) {
  problems wrong;
  auto const document = parse_toml(file, std::move(text), wrong);
  if (!document) return std::unexpected(std::move(wrong));
  table_reader root(document->table, file, wrong);
  auto result = settings_reader().read(root);
  root.finish();
  if (!wrong.empty()) return std::unexpected(std::move(wrong));
  return result;
}

}  // namespace vendaval::controller
