#include "controller/read_channels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "base/ascii.hpp"
#include "base/listen_address.hpp"
#include "controller/read_criteria.hpp"
#include "controller/settings_checks.hpp"

namespace vendaval::controller {
namespace {

using wants = monitor::channel_kind::wants;

enum class place : std::size_t {};  // in channel_kinds()

bool looks_like_mail(std::string_view address) {
  auto const at = address.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < address.size() &&
         address.find_first_of(" \r\n<>,", 0) == std::string_view::npos && address.find('@', at + 1) == address.npos;
}

/// smtp:// or smtps://, without an account in it.
bool mail_server(std::string_view url) {
  auto const rest = url.starts_with("smtps://")  ? url.substr(8)
                    : url.starts_with("smtp://") ? url.substr(7)
                                                 : std::string_view();
  return !rest.empty() && rest.find('@') == std::string_view::npos;
}

class channel_reader {
 public:
  channel_reader(table_reader& in, channel_settings& into) : in_(in), it_(into) {}

  void read() {
    in_.require("name");
    in_.require("kind");
    in_("name", it_.way.name);
    if (it_.way.name.find_first_of(": /") != std::string::npos)
      in_.fail("name", "a channel's name has no colon, space or slash", "for example \"pagerduty\" or \"email-ops\"");
    read_kind();
    if (!it_.way.kind) return in_.skip_rest();
    auto const needs = it_.way.kind->asks_for();
    read_url(needs);
    read_secret("token", "token_file", it_.way.token, it_.token_file);
    read_secret("drill_token", "drill_token_file", it_.way.drill_token, it_.drill_token_file);
    if (needs.token && !in_.has("token") && !in_.has("token_file"))
      in_.fail("name", fmt::format("channel \"{}\" has no token", it_.way.name),
               fmt::format("{} needs token_file = \"…\" (a file with nothing but the token), or token = \"…\"",
                           it_.way.kind->service()));
    if (needs.mail_server) in_("user", it_.way.user);
    if (needs.mail_server && !it_.way.user.empty() && !in_.has("token") && !in_.has("token_file"))
      in_.fail("name", fmt::format("channel \"{}\" has a user and no token", it_.way.name),
               "token_file = \"…\" (a file with nothing but the password), or token = \"…\"; or leave user out");
    read_receivers(needs);
    in_("ca", it_.way.ca_file);
    in_("fallback", it_.way.fallback);
  }

 private:
  void read_kind() {
    std::vector<std::string_view> names;
    for (auto const* kind : monitor::channel_kinds()) names.push_back(kind->name());
    auto one = place{names.size()};
    in_("kind", one, std::span<std::string_view const>(names));
    if (static_cast<std::size_t>(one) < names.size())
      it_.way.kind = monitor::channel_kinds()[static_cast<std::size_t>(one)];
  }

  /// Told at the name: a message shows the line it is about, and the address may be a secret.
  void read_url(wants const& needs) {
    std::string url(needs.default_url);
    if (needs.url && !in_.has("url")) in_.require("url");
    if (needs.url || !needs.default_url.empty()) in_("url", url);
    if (needs.mail_server && in_.has("url") && !mail_server(url))
      in_.fail(
          "name", fmt::format("the url of channel \"{}\" must be a mail server", it_.way.name),
          "for example smtps://smtp.example.com:465 or smtp://smtp.example.com:587, the account in user and token");
    auto const address = parse_web(url);
    if (!needs.mail_server && in_.has("url") && (!address || !safe(*address)))
      in_.fail("name", fmt::format("the url of channel \"{}\" must be an https:// address", it_.way.name),
               "plain http:// is accepted for loopback only");
    it_.way.url = secret(std::move(url));
  }

  void read_secret(std::string_view key, std::string_view file_key, secret& value, std::string& file) {
    std::string text;
    auto const before = in_.mistakes();
    in_(key, text);
    in_(file_key, file);
    if (in_.mistakes() == before && ((in_.has(key) && text.empty()) || (in_.has(file_key) && file.empty())))
      in_.fail("name", fmt::format("the {} of channel \"{}\" is empty", key, it_.way.name),
               fmt::format("{} = \"…\" (a file with nothing but the token), or {} = \"…\"", file_key, key));
    value = secret(std::move(text));
    if (in_.has(key) && in_.has(file_key))
      in_.fail("name", fmt::format("channel \"{}\" has both {} and {}", it_.way.name, key, file_key),
               "write one of them");
  }

  void read_receivers(wants const& needs) {
    if (needs.from) {
      in_.require("from");
      in_("from", it_.way.from);
      if (in_.has("from") && !looks_like_mail(it_.way.from))
        in_.fail("from", "from must be a mail address", "for example \"vendaval@aegiswallet.com.br\"");
    }
    if (!needs.to) return;
    in_.require("to");
    in_("to", it_.way.to);
    if (in_.has("to") && it_.way.to.empty()) in_.fail("to", "to names nobody", "list at least one receiver");
    for (std::size_t i = 0; i < it_.way.to.size(); ++i) check_receiver(needs, i);
  }

  void check_receiver(wants const& needs, std::size_t i) {
    auto const& one = it_.way.to[i];
    if (needs.addresses && !looks_like_mail(one)) in_.fail_at("to", i, fmt::format("\"{}\" is no mail address", one));
    if (!needs.peers) return;
    auto const address = parse_web(one);
    if (!address || !safe(*address))
      in_.fail_at("to", i,
                  one.contains('@') ? "an address with an account in it is no https:// address"  // nor to be shown
                                    : fmt::format("\"{}\" is not an https:// address", one),
                  "the address of each peer of the cluster, for example \"http://127.0.0.1:9093\"; plain http:// is "
                  "accepted for loopback only");
  }

  table_reader& in_;
  channel_settings& it_;
};

}  // namespace

std::vector<channel_settings> read_channels(table_reader& root) {
  std::vector<channel_settings> all;
  root.each("channel", [&](table_reader& in) {
    channel_settings one;
    channel_reader(in, one).read();
    auto const same = [&](channel_settings const& c) { return c.way.name == one.way.name; };
    if (!one.way.name.empty() && std::ranges::any_of(all, same))
      in.fail("name", fmt::format("channel \"{}\" is already listed", one.way.name));
    auto const listed = [&](std::string const& name) {
      return std::ranges::any_of(all, [&](channel_settings const& c) { return c.way.name == name; });
    };
    if (!one.way.fallback.empty() && !listed(one.way.fallback))
      in.fail("fallback", fmt::format("there is no channel \"{}\" above this one", one.way.fallback),
              "a fallback is a channel that is listed before");
    all.push_back(std::move(one));
  });
  return all;
}

void check_channels(table_reader& root, std::string_view key, std::vector<std::vector<std::string>> const& named,
                    std::vector<channel_settings> const& known) {
  if (named.empty()) return;
  std::vector<std::string> names;
  for (auto const& c : known) names.push_back(c.way.name);
  std::size_t element = 0;
  root.each(key, [&](table_reader& in) {
    in.skip_rest();
    auto const& given = named.at(element++);
    if (!in.has("channels")) return;
    for (std::size_t i = 0; i < given.size(); ++i)
      if (std::ranges::find(names, given[i]) == names.end())
        in.fail_at("channels", i, fmt::format("there is no [[channel]] named \"{}\"", given[i]),
                   names.empty() ? std::string("write a [[channel]] of this name: none is configured")
                                 : accepted_names(given[i], names) + "; or write a [[channel]] of this name");
  });
}

}  // namespace vendaval::controller
