#include "controller/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "controller/read_channels.hpp"
#include "controller/read_criteria.hpp"
#include "controller/read_deny.hpp"
#include "controller/read_probes.hpp"
#include "controller/read_upstream.hpp"
#include "controller/settings_checks.hpp"
#include "sql/address.hpp"

namespace vendaval::controller {
namespace {

constexpr std::array<std::string_view, 3> storage_schemes{"sqlite:", "postgresql://", "postgres://"};

template <class Telling>
std::vector<std::vector<std::string>> channels_of(std::vector<Telling> const& all) {
  std::vector<std::vector<std::string>> named;
  for (auto const& one : all) named.push_back(one.channels);
  return named;
}

class settings_reader {
 public:
  settings read(table_reader& root) {
    read_environment(root);
    read_institutions(root);
    root.table("proxy", [&](table_reader& in) { read_proxy(in); });
    root.table("limits", [&](table_reader& in) { gateway_limits::fields(result_.limits, in); });
    root.table("faults", [&](table_reader& in) {
      faults::arming_limits::fields(result_.faults, in);
      in("max_active_faults", result_.max_active_faults, 1u, 1'000'000u);
      result_.faults.deny = read_deny(in);
    });
    root.table("upstream", [&](table_reader& in) { result_.upstream = read_upstream(in, result_.banks); });
    root.table("webhooks", [&](table_reader& in) { read_webhooks(in); });
    root.table("links", [&](table_reader& in) { read_links(in); });
    root.table("api", [&](table_reader& in) { read_api(in); });
    root.table("toxiproxy", [&](table_reader& in) { read_toxiproxy(in); });
    root.table("storage", [&](table_reader& in) { read_storage(in); });
    root.table("game_day", [&](table_reader& in) { game_day_options::fields(result_.game_day, in); });
    auto const rules = monitor::read_rules(root);
    result_.rules = monitor::with_overrides(monitor::default_rules(), rules);
    root.table("usual", [&](table_reader& in) { result_.usual = monitor::read_usual(in, result_.banks); });
    result_.channels = read_channels(root);
    root.table("probes", [&](table_reader& in) { result_.probes = read_probes(in, result_.banks); });
    result_.escalation.steps = monitor::read_escalation(root);
    check_channels(root, "rule", channels_of(rules), result_.channels);
    check_channels(root, "escalation", channels_of(result_.escalation.steps), result_.channels);
    root.table("notifications", [&](table_reader& in) { in("repeat", result_.escalation.repeat, 0s, 24h); });
    result_.maintenance = monitor::read_maintenance(root, result_.banks);
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
        in.fail("name",
                in.has("name") ? fmt::format("environment \"{}\" is not one to break things in", name)
                               : std::string("the environment has no name"),
                fmt::format("{}: name = \"staging\" or name = \"sandbox\"", why));
    });
    if (!there)
      root.fail("environment", "[environment] is missing",
                fmt::format("{}: write [environment] and name = \"staging\" or name = \"sandbox\"", why));
  }

  /// Every name a bank is known by is its own alone.
  static void check_names(table_reader& in, institution const& bank, std::vector<institution> const& before) {
    if (in.has("id") && bank.id.empty()) in.fail("id", "id is empty", "a short code such as \"itau\"");
    if (bank.id == no_institution || bank.id == unknown_institution)
      in.fail("id", fmt::format("\"{}\" is a name of our own: it stands for traffic of no bank", bank.id));
    if (bank.id == monitor::platform_institution)
      in.fail("id", fmt::format("\"{}\" is a name of our own: it stands for all banks together", bank.id));
    auto const taken = [](institution const& other, std::string_view name) {
      return other.id == name || std::ranges::find(other.aliases, name) != other.aliases.end();
    };
    for (auto const& other : before) {
      if (bank.id == other.id)
        in.fail("id", fmt::format("institution \"{}\" is already listed", bank.id));
      else if (!bank.id.empty() && taken(other, bank.id))
        in.fail("id", fmt::format("\"{}\" is an alias of institution \"{}\"", bank.id, other.id),
                "take it out of one of them: a name stands for one bank");
      for (auto const& alias : bank.aliases)
        if (bank.id != other.id && taken(other, alias))
          in.fail(in.has("aliases") ? "aliases" : "id",
                  fmt::format("the alias \"{}\" is a name of institution \"{}\" already", alias, other.id),
                  "take it out of one of them: a name stands for one bank");
    }
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
      check_names(in, bank, all);
      all.push_back(std::move(bank));
    });
    if (!all.empty()) result_.banks = institutions(std::move(all));
  }

  void read_listen(table_reader& in, std::string_view key, listen_address& value) {
    std::string text;
    in(key, text);
    if (text.empty()) return;
    if (auto const parsed = listen_address::parse(text))
      value = *parsed;
    else
      in.fail(key, fmt::format("{} must be an address and a port such as \"127.0.0.1:{}\"", key, value.port));
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
    if (in.has("fault_ca") != in.has("fault_key"))
      in.fail(in.has("fault_ca") ? "fault_ca" : "fault_key",
              "fault_ca and fault_key come together: one of them is missing", "both are PEM files of one CA");
    for (std::string_view const needs_tls : {"client_ca", "identity", "fault_ca"})
      if (in.has(needs_tls) && !in.has("certificate"))
        in.fail(needs_tls, fmt::format("{} means nothing without TLS", needs_tls), "add certificate and key");
    if (in.has("public_url") && !parse_web(result_.proxy.public_url))
      in.fail("public_url", "public_url must be an address such as \"https://belvo.staging.example\"");
  }

  void read_forward(table_reader& in) {
    auto& proxy = result_.proxy;
    if (in.has("forward_listen")) read_listen(in, "forward_listen", proxy.forward_listen.emplace("127.0.0.1", 8888));
    if (proxy.forward_listen && !proxy.forward_listen->loopback())
      in.fail("forward_listen",
              fmt::format("{} would take credentials in the clear from other machines", proxy.forward_listen->text()),
              "a forward proxy listens on loopback only, for example \"127.0.0.1:8888\"");
    if (proxy.intercept && !proxy.forward_listen)
      in.fail("intercept", "intercept has nothing to intercept", "CONNECT is served at forward_listen: add it");
    if (proxy.intercept && (proxy.intercept_ca.empty() || proxy.intercept_key.empty()))
      in.fail("intercept", "intercept needs a CA to sign with",
              "add intercept_ca and intercept_key; `vendaval sandbox certificates` makes ca.pem and ca.key");
  }

  void read_links(table_reader& in) {
    in("file", result_.links_file);
    in.strings([&](std::string_view link, std::string bank) {
      if (link == "file") return;
      if (auto const* known = result_.banks.find(bank))
        result_.links.emplace(link, known->id);
      else
        in.fail(link, fmt::format("unknown institution \"{}\"", bank), accepted_names(bank, result_.banks.ids()));
    });
  }

  void read_webhooks(table_reader& in) {
    auto& hooks = result_.webhooks;
    in.require("listen");
    in.require("app");
    read_listen(in, "listen", hooks.listen.emplace("127.0.0.1", 8445));
    in("app", hooks.app);
    in("ca", hooks.ca);
    auto const address = parse_web(hooks.app);
    auto const after_scheme = hooks.app.find("://");
    bool const origin = after_scheme == std::string::npos || hooks.app.find('/', after_scheme + 3) == std::string::npos;
    if (in.has("app") && (!address || !safe(*address) || !origin))
      in.fail("app", "app must be an origin such as \"https://app.staging.example\", without a path",
              "plain http:// is accepted for loopback only; path and query of a webhook stay as they are");
  }

  void read_api(table_reader& in) {
    read_listen(in, "listen", result_.api.listen);
    in("token_file", result_.api.token_file);
    in("public_url", result_.api.public_url);
    while (result_.api.public_url.ends_with('/')) result_.api.public_url.pop_back();
    if (in.has("public_url") && !parse_web(result_.api.public_url))
      in.fail("public_url", "public_url must be an address such as \"https://vendaval.staging.example\"");
    if (!result_.api.listen.loopback() && result_.api.token_file.empty())
      in.fail(
          "listen",
          fmt::format("the API on {} could be reached from other machines without a token", result_.api.listen.text()),
          "add token_file = \"…\", or listen on 127.0.0.1");
  }

  void read_toxiproxy(table_reader& in) {
    auto& toxics = result_.toxiproxy.emplace();
    read_listen(in, "listen", toxics.listen);
    toxiproxy_options::fields(toxics, in);
    if (!toxics.listen.loopback() && result_.api.token_file.empty())
      in.fail("listen",
              fmt::format("Toxiproxy's API on {} could be reached from other machines without a token",
                          toxics.listen.text()),
              "add token_file = \"…\" to [api], or listen on 127.0.0.1");
  }

  void read_storage(table_reader& in) {
    in("url", result_.storage);
    auto const known = [&](std::string_view scheme) { return result_.storage.starts_with(scheme); };
    if (std::ranges::none_of(storage_schemes, known))
      return in.fail("url", "url must begin with \"sqlite:\" or \"postgresql://\"",
                     "for example \"sqlite:vendaval.db\" or \"postgresql://vendaval@localhost/vendaval\"");
    if (auto const address = sql::parse_address(result_.storage); !address) in.fail("url", address.error());
  }

  settings result_;
};

}  // namespace

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
