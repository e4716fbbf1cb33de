#include "sql/address.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <map>
#include <memory>

namespace vendaval::sql {
namespace {

constexpr std::string_view accepted = "accepted are sqlite:PATH and postgresql://USER:PASSWORD@HOST:PORT/DATABASE";

result<address> sqlite_address(std::string_view path) {
  if (path.starts_with("//")) path.remove_prefix(2);  // sqlite:///var/lib/x.db, as others write it
  if (path.empty()) return std::unexpected(fmt::format("sqlite: names no file; {}", accepted));
  // SOCI takes "name=value" pairs, or a bare path when there is no "=" in it; it has no way to quote a quote.
  bool const plain = path.find('=') == std::string_view::npos;
  if (!plain && path.find('"') != std::string_view::npos)
    return std::unexpected(fmt::format("sqlite:{}: a file name with both = and \" cannot be opened; rename it", path));
  return address{.which = engine::sqlite,
                 .shown = fmt::format("sqlite:{}", path),
                 .target = std::string(path),
                 .connect = plain ? std::string(path) : fmt::format("dbname=\"{}\"", path),
                 .password = {}};
}

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (char const c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

using options = std::map<std::string, std::string>;

/// Nothing when libpq cannot read the URL. Its own message is not used: it quotes the part it stumbled over, which may
/// be the password.
std::unique_ptr<options> parse_with_libpq(std::string const& url) {
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const parsed(PQconninfoParse(url.c_str(), nullptr),
                                                                            &PQconninfoFree);
  if (!parsed) return nullptr;
  auto result = std::make_unique<options>();
  for (auto const* option = parsed.get(); option->keyword; ++option)
    if (option->val) (*result)[option->keyword] = option->val;
  return result;
}

result<address> postgres_address(std::string_view url) {
  auto const given = parse_with_libpq(std::string(url));
  if (!given)
    return std::unexpected(
        fmt::format("the PostgreSQL address is malformed; {}. Characters such as @ : / % in a "
                    "password are written %40 %3A %2F %25",
                    accepted));
  given->try_emplace("connect_timeout", "5");
  given->try_emplace("application_name", "vendaval");
  // A server that vanished without a word is noticed within half a minute instead of two hours.
  given->try_emplace("keepalives_idle", "10");
  given->try_emplace("keepalives_interval", "5");
  given->try_emplace("tcp_user_timeout", "20000");
  address result{.which = engine::postgres, .shown = {}, .target = {}, .connect = {}, .password = (*given)["password"]};
  for (auto const& [key, text] : *given)
    if (!text.empty()) result.connect += fmt::format("{}={} ", key, quoted(text));
  auto const or_empty = [&](char const* key) { return given->contains(key) ? given->at(key) : std::string(); };
  auto const user = or_empty("user"), port = or_empty("port");
  result.shown = fmt::format("postgresql://{}{}{}{}{}/{}", user, user.empty() ? "" : "@", or_empty("host"),
                             port.empty() ? "" : ":", port, or_empty("dbname"));
  return result;
}

}  // namespace

result<address> parse_address(std::string_view url) {
  if (url.starts_with("sqlite:")) return sqlite_address(url.substr(7));
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return postgres_address(url);
  auto const scheme = url.substr(0, url.find(':'));
  if (scheme.size() == url.size())
    return std::unexpected(fmt::format("the database address has no scheme; {}", accepted));
  return std::unexpected(fmt::format("unknown kind of database \"{}\"; {}", scheme, accepted));
}

std::string without(std::string_view text, std::string_view password) {
  std::string result(text);
  if (password.empty()) return result;
  for (auto at = result.find(password); at != std::string::npos; at = result.find(password, at + 3))
    result.replace(at, password.size(), "***");
  return result;
}

}  // namespace vendaval::sql
