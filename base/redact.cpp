#include "base/redact.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "base/personal_numbers.hpp"

namespace vendaval {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view hidden = "[redacted]";

/// [begin, end) of the text gives way to `put`.
struct cut {
  std::size_t begin, end;
  std::string_view put = hidden;
};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool word(char c) { return letter(c) || digit(c) || c == '_'; }
bool blank(char c) { return c == ' ' || c == '\t'; }

bool starts_with_nocase(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() && same_name(text.substr(0, lower_case.size()), lower_case);
}

std::size_t run(std::string_view text, std::size_t at, auto belongs) {
  while (at < text.size() && belongs(text[at])) ++at;
  return at;
}

bool token_char(char c) { return word(c) || std::string_view("-._~+/=").contains(c); }
/// Up to here a value without quotes goes on.
bool value_char(char c) {
  return static_cast<unsigned char>(c) > ' ' && !std::string_view("&\"',;<>\\)]}").contains(c);
}

std::optional<cut> private_key(std::string_view text, std::size_t at) {
  auto const rest = text.substr(at);
  if (!rest.starts_with("-----BEGIN ")) return std::nullopt;
  auto const head = rest.substr(0, 64);
  if (head.find("PRIVATE KEY-----") == npos) return std::nullopt;
  auto const tail = rest.find("PRIVATE KEY-----", head.find("PRIVATE KEY-----") + 16);
  return cut{at, tail == npos ? text.size() : at + tail + 16, "[private key redacted]"};
}

/// "Bearer …" and "Basic …" outside a header too. A plain word after them ("Basic authentication") is no credential.
std::optional<cut> credentials(std::string_view text, std::size_t at) {
  auto const rest = text.substr(at);
  auto const scheme = starts_with_nocase(rest, "bearer ") ? 7u : starts_with_nocase(rest, "basic ") ? 6u : 0u;
  if (scheme == 0 || (at > 0 && word(text[at - 1]))) return std::nullopt;
  auto const begin = run(text, at + scheme, blank);
  auto const end = run(text, begin, token_char);
  auto const token = text.substr(begin, end - begin);
  bool const plain_word =
      std::ranges::all_of(token.substr(1 < token.size() ? 1 : 0), [](char c) { return c >= 'a' && c <= 'z'; });
  if (token.size() < 6 || (plain_word && token.size() < 20)) return std::nullopt;
  return cut{begin, end};
}

/// scheme://user:password@host
std::optional<cut> user_info(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("://")) return std::nullopt;
  auto const end = run(text, at + 3, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && !std::string_view("/?#\"'<>@").contains(c);
  });
  if (end == at + 3 || end == text.size() || text[end] != '@') return std::nullopt;
  return cut{at + 3, end};
}

std::optional<cut> webhook(std::string_view text, std::size_t at) {
  static constexpr std::array<std::string_view, 6> secret_paths{
      "hooks.slack.com/",    "discord.com/api/webhooks/",         "discordapp.com/api/webhooks/",
      "webhook.office.com/", "events.pagerduty.com/integration/", "chat.googleapis.com/v1/spaces/"};
  auto const rest = text.substr(at);
  for (auto const& path : secret_paths) {
    if (!starts_with_nocase(rest, path)) continue;
    // Slack's kind of hook (services, workflows, triggers) may be read; what follows opens it.
    auto begin = at + path.size();
    if (path == "hooks.slack.com/") begin = run(text, begin, letter);
    if (begin < text.size() && text[begin] == '/') ++begin;
    auto const end = run(text, begin, [](char c) {
      return static_cast<unsigned char>(c) > ' ' && !std::string_view("\"'<>)\\").contains(c);
    });
    if (end > begin) return cut{begin, end};
  }
  return std::nullopt;
}

/// A JSON web token: three parts in base64url, the first beginning with {" .
std::optional<cut> web_token(std::string_view text, std::size_t at) {
  bool const inside = at > 0 && (word(text[at - 1]) || text[at - 1] == '-' || text[at - 1] == '.');
  if (inside || !text.substr(at).starts_with("eyJ")) return std::nullopt;
  auto const end = run(text, at, [](char c) { return word(c) || c == '-' || c == '.'; });
  auto const token = text.substr(at, end - at);
  if (token.size() < 20 || std::ranges::count(token, '.') < 1) return std::nullopt;
  return cut{at, end};
}

enum class kind { none, text, anything, line };

bool among(auto const& all, std::string_view one) { return std::ranges::find(all, one) != all.end(); }

/// What a key's value deserves. `access` and `token` also name operations, so only a quoted or joined text is hidden
/// under them; a bare number under them is a count.
kind kind_of(std::string_view name) {
  std::string key;
  for (char const c : name)
    if (word(c) && c != '_') key += lower(c);
  static constexpr std::array<std::string_view, 6> whole_line{
      "authorization", "proxyauthorization", "cookie", "setcookie", "xapikey", "xslacksignature"};
  static constexpr std::array<std::string_view, 4> plain{"token", "access", "refresh", "jwt"};
  static constexpr std::array<std::string_view, 11> always{
      "pin",        "otp",       "cvv", "pwd", "cpf", "cnpj", "secretid", "routingkey", "integrationkey",
      "privatekey", "credential"};
  static constexpr std::array<std::string_view, 9> endings{
      "password", "passwd", "senha", "secret", "passphrase", "apikey", "secretkey", "accesskey", "credentials"};
  if (among(whole_line, key)) return kind::line;
  if (among(plain, key) || key.ends_with("token")) return kind::text;
  if (among(always, key)) return kind::anything;
  if (std::ranges::any_of(endings, [&](auto e) { return key.ends_with(e); })) return kind::anything;
  return kind::none;
}

/// The end of a quoted text whose first character is at `at`; a backslash in the closing quote means JSON in a text.
std::size_t quoted_end(std::string_view text, std::size_t at, std::string_view quote) {
  for (; at < text.size(); ++at) {
    if (text.substr(at).starts_with(quote)) return at;
    if (text[at] == '\\' && quote.size() == 1) ++at;
  }
  return text.size();
}

std::string_view quote_at(std::string_view text, std::size_t at) {
  static constexpr std::array<std::string_view, 3> quotes{"\\\"", "\"", "'"};
  for (auto const& quote : quotes)
    if (text.substr(at).starts_with(quote)) return quote;
  return {};
}

/// "password": "…", password=…, Authorization: … : the value behind a name that promises a secret.
std::optional<cut> named_value(std::string_view text, std::size_t at) {
  if (!letter(text[at]) || (at > 0 && (word(text[at - 1]) || text[at - 1] == '-'))) return std::nullopt;
  auto next = run(text, at, [](char c) { return word(c) || c == '-'; });
  auto const name = text.substr(at, next - at);
  auto const sort = name.size() > 64 ? kind::none : kind_of(name);
  if (sort == kind::none) return std::nullopt;
  next += quote_at(text, next).size();
  next = run(text, next, blank);
  if (next == text.size() || (text[next] != ':' && text[next] != '=')) return std::nullopt;
  bool const colon = text[next] == ':';
  next = run(text, next + 1, blank);
  if (auto const quote = quote_at(text, next); !quote.empty()) {
    auto const begin = next + quote.size(), end = quoted_end(text, begin, quote);
    if (end == begin) return std::nullopt;
    return cut{begin, end};
  }
  if (sort == kind::line)
    next = run(text, next, [](char c) { return blank(c); });
  else if (sort == kind::text && colon)
    return std::nullopt;  // "token: 12" counts tokens
  auto const end =
      sort == kind::line ? std::min(text.size(), text.find_first_of("\r\n\"\\", next)) : run(text, next, value_char);
  auto const value = text.substr(next, end - next);
  if (value.empty() || value == "null" || value == "true" || value == "false") return std::nullopt;
  if (text.substr(next).starts_with(hidden)) return std::nullopt;
  return cut{next, end};
}

std::optional<cut> personal_number(std::string_view text, std::size_t at) {
  auto const size = personal_number_at(text, at);
  if (size == 0) return std::nullopt;
  return cut{at, at + size};
}

std::optional<cut> cut_at(std::string_view text, std::size_t at) {
  static constexpr std::array rules{private_key, credentials, user_info,      webhook,
                                    web_token,   named_value, personal_number};
  for (auto const rule : rules)
    if (auto const found = rule(text, at)) return found;
  return std::nullopt;
}

void wipe(std::string& text) {
  text.resize(text.capacity());  // a moved-from or shortened text still has its letters behind its end
  auto* const data = static_cast<char volatile*>(text.data());
  for (std::size_t i = 0; i < text.size(); ++i) data[i] = 0;
  text.clear();
}

}  // namespace

std::string redact(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto const found = cut_at(text, at);
    if (!found) {
      ++at;
      continue;
    }
    result.append(text.substr(done, found->begin - done)).append(found->put);
    done = at = std::max(found->end, at + 1);
  }
  result.append(text.substr(std::min(done, text.size())));
  return result;
}

secret::~secret() { wipe(value_); }

secret::secret(secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }

secret& secret::operator=(secret other) noexcept {
  value_.swap(other.value_);  // the old one dies, and is wiped, with `other`
  return *this;
}

}  // namespace vendaval
