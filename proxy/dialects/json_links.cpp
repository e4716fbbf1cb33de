#include "proxy/dialects/json_links.hpp"

#include <algorithm>
#include <vector>

#include "proxy/dialects/json_text.hpp"
#include "proxy/dialects/url.hpp"

namespace vendaval::dialects {
namespace {

/// "sandbox.belvo.com" or "127.0.0.1:8443" out of an origin.
std::string_view authority(std::string_view origin) {
  if (auto const scheme = origin.find("://"); scheme != std::string_view::npos) origin.remove_prefix(scheme + 3);
  while (origin.ends_with('/')) origin.remove_suffix(1);
  return origin;
}

/// How many characters of `url` are the origin to replace; 0 when it points elsewhere.
std::size_t origin_length(std::string_view url, std::string_view wanted) {
  for (auto const& [scheme, port] :
       {std::pair<std::string_view, std::string_view>{"https://", ":443"}, {"http://", ":80"}}) {
    if (!same_word(url.substr(0, scheme.size()), scheme)) continue;
    auto const length = url.find_first_of("/?#", scheme.size());
    auto host = url.substr(scheme.size(), length == std::string_view::npos ? length : length - scheme.size());
    auto const whole = scheme.size() + host.size();
    if (same_word(host, wanted)) return whole;
    if (host.ends_with(port) && same_word(host.substr(0, host.size() - port.size()), wanted)) return whole;
    if (wanted.ends_with(port) && same_word(host, wanted.substr(0, wanted.size() - port.size()))) return whole;
  }
  return 0;
}

struct replacement {
  std::size_t begin, end;
  bool escaped_slashes;
};

/// The place of the origin in the value at `at`, if it is a string and names that origin.
std::optional<replacement> origin_in(std::string_view text, json_string const& value, std::string_view wanted) {
  auto const length = origin_length(value.value, wanted);
  if (length == 0) return std::nullopt;
  auto const begin = value.origin_of[0], end = value.origin_of[length];
  return replacement{begin, end, text.substr(begin, end - begin).find("\\/") != std::string_view::npos};
}

/// Walks the whole text once; nothing when it is not one JSON object as far as nesting and strings go.
class link_finder {
 public:
  link_finder(std::string_view text, std::string_view wanted, link_places const& places)
      : text_(text), wanted_(wanted), places_(places) {}

  std::optional<std::vector<replacement>> run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      auto const next = text_[at] == '"' ? string_at(at) : structure_at(at);
      if (!next) return std::nullopt;
      at = *next;
    }
    if (depth_ != 0) return std::nullopt;
    return std::move(found_);
  }

 private:
  std::size_t depth_of_links() const { return places_.object.empty() ? 1 : 2; }

  std::optional<std::size_t> structure_at(std::size_t at) {
    char const c = text_[at];
    if (c == '{' || c == '[') ++depth_;
    if ((c == '}' || c == ']') && depth_-- == 0) return std::nullopt;
    if (depth_ < 2) inside_ = false;
    return at + 1;
  }

  std::optional<std::size_t> string_at(std::size_t at) {
    bool const looked_for = depth_ == 1 || (depth_ == 2 && inside_);
    if (!looked_for) return skip_string(text_, at);
    auto const start = at;
    auto const end = skip_string(text_, start);
    if (!end) return std::nullopt;
    at = skip_blanks(text_, *end);
    if (at >= text_.size() || text_[at] != ':') return at;
    at = skip_blanks(text_, at + 1);
    if (at >= text_.size()) return at;
    bool const opens = depth_ == 1 && text_[at] == '{' && !places_.object.empty();
    bool const may_link = depth_ == depth_of_links() && text_[at] == '"';
    if (!opens && !may_link) return at;
    auto const name = name_in(start, *end);
    if (!name) return std::nullopt;
    if (opens) inside_ = *name == places_.object;
    if (!may_link || !named(*name)) return at;
    auto const value = read_string(text_, at);
    if (!value) return std::nullopt;
    if (auto const place = origin_in(text_, *value, wanted_)) found_.push_back(*place);
    return value->end;
  }

  /// Most names are what they look like.
  std::optional<std::string> name_in(std::size_t start, std::size_t end) const {
    auto const raw = text_.substr(start + 1, end - start - 2);
    if (raw.find('\\') == std::string_view::npos) return std::string(raw);
    auto read = read_string(text_, start);
    return read ? std::optional(std::move(read->value)) : std::nullopt;
  }

  bool named(std::string_view name) const { return std::ranges::find(places_.members, name) != places_.members.end(); }

  std::string_view text_, wanted_;
  link_places const& places_;
  std::size_t depth_ = 0;
  bool inside_ = false;  // the object that holds the links
  std::vector<replacement> found_;
};

/// Most bodies hold no URL at all, which is soon seen: nothing but an escape can hide the "//" of an origin.
bool may_hold_urls(std::string_view text) {
  return text.find("//") != std::string_view::npos || text.find('\\') != std::string_view::npos;
}

std::string with_escaped_slashes(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (c == '/') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::optional<std::string> rewrite_links(std::string_view body, std::string_view from, std::string_view to,
                                         link_places const& where) {
  auto const start = skip_blanks(body, 0);
  if (start == body.size() || body[start] != '{' || from.empty() || !may_hold_urls(body)) return std::nullopt;
  auto const places = link_finder(body, authority(from), where).run();
  if (!places || places->empty()) return std::nullopt;
  while (to.ends_with('/')) to.remove_suffix(1);
  std::string result;
  result.reserve(body.size() + places->size() * to.size());
  std::size_t copied = 0;
  for (auto const& place : *places) {
    result += body.substr(copied, place.begin - copied);
    result += place.escaped_slashes ? with_escaped_slashes(to) : std::string(to);
    copied = place.end;
  }
  return result += body.substr(copied);
}

}  // namespace vendaval::dialects
