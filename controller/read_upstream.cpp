#include "controller/read_upstream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "controller/read_criteria.hpp"
#include "controller/settings_checks.hpp"

namespace vendaval::controller {
namespace {

class upstream_reader {
 public:
  explicit upstream_reader(institutions const& banks) : banks_(banks) {}

  upstream_settings read(table_reader& in) {
    auto& up = result_;
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
    return std::move(result_);
  }

 private:
  void check_pin(table_reader& in) {
    auto const& pin = result_.pin;
    bool const digest = pin.size() == 64 && pin.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (in.has("pin") && !digest)
      in.fail("pin", "pin must be the SHA-256 of the upstream's public key: 64 hex digits",
              "openssl x509 -in bank.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum");
    if (in.has("pin") && result_.pin_reason.empty())
      in.fail(
          "pin", "a pin takes the place of chain and name, so it needs a reason",
          "pin_reason = \"why this upstream has no certificate that can be verified\"; it is logged at every start");
    if (in.has("pin_reason") && !in.has("pin"))
      in.fail("pin_reason", "pin_reason says why there is a pin, and there is none");
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
      auto const* known = banks_.find(bank);
      if (known)
        place.institution = known->id;
      else if (at.has("institution"))
        at.fail("institution", fmt::format("unknown institution \"{}\"", bank), accepted_names(bank, banks_.ids()));
      if (!at.has("host") && !at.has("path"))
        at.fail("institution", "this place has neither host nor path, so no request is in it",
                "for example host = \"api.bank.example\" or path = \"/bank/\"");
      auto const named = allowed_host::parse(place.host);
      if (at.has("host") && (!named || named->port))
        at.fail("host", fmt::format("\"{}\" is not a host name", place.host), "one exact name, without port");
      if (at.has("path") && !place.path_prefix.starts_with('/'))
        at.fail("path", fmt::format("\"{}\" does not begin with a slash", place.path_prefix), "such as \"/bank/\"");
      result_.places.push_back(std::move(place));
    });
  }

  /// A key that the dialect never looks at would be a wish that silently does not come true.
  void check_dialect(table_reader& in) {
    auto const& up = result_;
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
    auto const& allow = result_.allow;
    for (std::size_t i = 0; i < allow.size(); ++i)
      if (!allowed_host::parse(allow[i]))
        in.fail_at("allow", i, fmt::format("\"{}\" is not a host name", allow[i]),
                   "one exact name such as \"sandbox.belvo.com\" or \"sandbox.belvo.com:8443\": no scheme or wildcard");
    return result_.allowed_names();
  }

  void check_listed(table_reader& in, std::string const& host, std::vector<std::string> const& allow) {
    if (!host.empty() && !allow.empty() && std::ranges::find(allow, host) == allow.end())
      in.fail(in.has("allow") ? "allow" : "url",
              fmt::format("the upstream \"{}\" is not on this list, so no fault could ever be injected", host),
              fmt::format("add \"{}\", or leave the list empty to pass everything through", host));
  }

  void check_production(table_reader& in) {
    auto const& up = result_;
    if (up.production == production_phrase) return;
    auto const help = fmt::format("use the sandbox; whoever really must writes production = \"{}\"", production_phrase);
    if (in.has("production"))
      in.fail("production", "production does not say the sentence that unlocks it",
              fmt::format("the sentence is: \"{}\"", production_phrase));
    if (is_production_host(up.host())) in.fail("url", fmt::format("\"{}\" serves real customers", up.host()), help);
    for (std::size_t i = 0; i < up.allow.size(); ++i)
      if (auto const entry = allowed_host::parse(up.allow[i]); entry && is_production_host(entry->name))
        in.fail_at("allow", i, fmt::format("\"{}\" serves real customers", up.allow[i]), help);
  }

  institutions const& banks_;
  upstream_settings result_;
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

upstream_settings read_upstream(table_reader& in, institutions const& banks) { return upstream_reader(banks).read(in); }

}  // namespace vendaval::controller
