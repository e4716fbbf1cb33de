#include "controller/io/named_files.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/io/file.hpp"
#include "controller/io/token.hpp"

namespace vendaval::controller {
namespace {

/// `whose` names the place in the configuration: channel "ops": token_file.
secret secret_in(std::string const& whose, std::string const& file) {
  auto const text = read_file(file);
  if (!text) throw std::runtime_error(fmt::format("{} {} cannot be read: {}", whose, file, text.error()));
  auto token = read_token(file);
  if (token.empty()) throw std::runtime_error(fmt::format("{} {} is empty", whose, file));
  return token;
}

std::string of_channel(channel_settings const& c, std::string_view key) {
  return fmt::format("channel \"{}\": {}", c.way.name, key);
}

class file_checker {
 public:
  explicit file_checker(std::string config_file) : config_file_(std::move(config_file)) {}

  void secret_file(std::string const& whose, std::string const& file) {
    if (!file.empty()) attempt("a file with nothing but the secret in it", [&] { secret_in(whose, file); });
  }
  void pem(std::string const& whose, std::string const& file) {
    if (file.empty()) return;
    auto const text = read_file(file);
    if (!text)
      add(fmt::format("{} {} cannot be read: {}", whose, file, text.error()),
          "name a PEM file that this user may read");
    else if (!text->contains("-----BEGIN "))
      add(fmt::format("{} {} is no PEM file", whose, file), "it begins with -----BEGIN …");
  }
  void pair(std::string const& whose, certificate_files const& files) {
    pem(whose + " certificate", files.certificate);
    pem(whose + " key", files.key);
  }
  void attempt(std::string const& help, auto read) {
    try {
      read();
    } catch (std::exception const& e) {
      add(e.what(), help);
    }
  }
  problems found() && { return std::move(found_); }

 private:
  void add(std::string what, std::string help) {
    found_.push_back({config_file_, 0, 0, 1, std::move(what), std::move(help)});
  }

  std::string config_file_;
  problems found_;
};

void check_proxy(file_checker& check, proxy_settings const& s) {
  check.pair("[proxy]", s.own);
  for (auto const& one : s.identities) check.pair("[[proxy.identity]]", one);
  check.pem("[proxy] client_ca", s.client_ca);
  check.pair("[proxy] fault_ca:", {s.fault_ca, s.fault_key});
  check.pair("[proxy] intercept_ca:", {s.intercept_ca, s.intercept_key});
}

}  // namespace

monitor::channel with_secrets(channel_settings const& c) {
  auto way = c.way;
  if (!c.token_file.empty()) way.token = secret_in(of_channel(c, "token_file"), c.token_file);
  if (!c.drill_token_file.empty()) way.drill_token = secret_in(of_channel(c, "drill_token_file"), c.drill_token_file);
  return way;
}

secret token_of_api(settings const& s) {
  auto token = read_token(s.api.token_file);
  if (!s.api.token_file.empty() && token.reveal().size() < 32)
    throw std::runtime_error(fmt::format(
        "api.token_file {}: a token needs at least 32 characters (openssl rand -hex 32)", s.api.token_file));
  return token;
}

problems unusable_files(settings const& s, std::string const& config_file) {
  file_checker check(config_file);
  check_proxy(check, s.proxy);
  check.pem("[upstream] ca", s.upstream.ca);
  check.pair("[upstream]", s.upstream.own);
  for (auto const& host : s.upstream.hosts) check.pem("[[upstream.host]] ca", host.ca_file);
  check.pem("[webhooks] ca", s.webhooks.ca);
  check.attempt("openssl rand -hex 32 > token", [&] { token_of_api(s); });
  for (auto const& c : s.channels) {
    check.secret_file(of_channel(c, "token_file"), c.token_file);
    check.secret_file(of_channel(c, "drill_token_file"), c.drill_token_file);
    check.pem(of_channel(c, "ca"), c.way.ca_file);
  }
  check.secret_file("[probes] authorization_file", s.probes.authorization_file);
  check.pem("[probes] ca", s.probes.ca_file);
  return std::move(check).found();
}

}  // namespace vendaval::controller
