#include "base/toml/shown_line.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/ascii.hpp"
#include "base/did_you_mean.hpp"
#include "base/redact.hpp"
#include "base/toml/place_in_file.hpp"

namespace vendaval {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view hidden = "…";

bool digit(char c) { return c >= '0' && c <= '9'; }
bool small(char c) { return c >= 'a' && c <= 'z'; }
bool big(char c) { return c >= 'A' && c <= 'Z'; }
bool blank(char c) { return c == ' ' || c == '\t'; }
bool among(auto const& all, std::string_view one) { return std::ranges::find(all, one) != all.end(); }

/// The parts of "probes.call" or of a dotted key, without quotes, in lower case.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> result(1);
  for (char const c : path) {
    if (c == '.')
      result.emplace_back();
    else if (!blank(c) && c != '"' && c != '\'')
      result.back() += lower(c);
  }
  return result;
}

constexpr std::array<std::string_view, 4> secret_tables{"channel", "storage", "probes", "api"};

/// One of the tables in which secrets live, or its name with a slip of the hand.
bool secret_table(std::string_view header) {
  static std::vector<std::string> const long_names{"channel", "storage", "probes"};
  return std::ranges::any_of(parts_of(header), [](std::string const& part) {
    return among(secret_tables, part) || did_you_mean(part, long_names);
  });
}

/// A name that promises a secret, also misspelt.
bool secret_name(std::string_view key) {
  static constexpr std::array<std::string_view, 15> stems{"token",  "secret",     "passw",   "senha",   "pwd",
                                                          "phrase", "credential", "auth",    "hook",    "dsn",
                                                          "apikey", "api_key",    "routing", "private", "bearer"};
  static std::vector<std::string> const names{"token", "drill_token", "password", "secret", "webhook_url"};
  return std::ranges::any_of(parts_of(key), [](std::string const& part) {
    return std::ranges::any_of(stems, [&](auto stem) { return part.contains(stem); }) || did_you_mean(part, names);
  });
}

enum class shape { other, number, measure };

/// true, 30, "30%", "1h30m", "64KiB": too short, and too much alike, to be a secret.
shape shape_of(std::string_view value) {
  static constexpr std::array<std::string_view, 12> units{"%", "ms", "s", "m",   "min", "h",
                                                          "d", "us", "B", "KiB", "MiB", "GiB"};
  if (value == "true" || value == "false") return shape::measure;
  if (value.starts_with('-') || value.starts_with('+')) value.remove_prefix(1);
  auto found = shape::other;
  while (!value.empty() && found != shape::number) {
    auto const digits = std::min(value.find_first_not_of("0123456789."), value.size());
    if (digits == 0 || digits > 5) return shape::other;  // a number of six opens a telephone
    value.remove_prefix(digits);
    auto const unit = value.substr(0, value.find_first_of("0123456789."));
    if (!unit.empty() && !among(units, unit)) return shape::other;
    value.remove_prefix(unit.size());
    found = unit.empty() ? shape::number : shape::measure;
  }
  return value.empty() ? found : shape::other;
}

/// Of keys whose values are words of ours or of the file's: "itau", "pager-duty".
bool plain_word(std::string_view key, std::string_view value) {
  static constexpr std::array<std::string_view, 10> keys{
      "institution", "institutions", "target", "kind", "name", "type", "method", "severity", "metric", "dialect"};
  return among(keys, parts_of(key).back()) && value.size() <= 24 && std::ranges::count_if(value, digit) <= 2 &&
         std::ranges::all_of(value, [](char c) { return small(c) || digit(c) || c == '_' || c == '-'; });
}

/// An account in a URL, a query, a mail address, or a long run of letters and digits that says nothing.
bool looks_secret(std::string_view value) {
  if (value.size() > 120 || value.find_first_of("@?") != npos || redact(value) != value) return true;
  for (std::size_t at = 0; at < value.size();) {
    auto const belongs = [](char c) { return digit(c) || small(c) || big(c) || std::string_view("_-+=").contains(c); };
    auto const begin = value.begin() + static_cast<std::ptrdiff_t>(at);
    std::string_view const run(begin, std::find_if_not(begin, value.end(), belongs));
    bool const digits = std::ranges::any_of(run, digit), both = std::ranges::any_of(run, small);
    bool const letters = both || std::ranges::any_of(run, big);
    if (run.size() >= 16 && digits && letters) return true;
    if (run.size() >= 20 && both && std::ranges::any_of(run, big)) return true;
    at += run.size() + 1;
  }
  return false;
}

/// Goes through one line and writes it anew, with what may not be shown left out.
class line_writer {
 public:
  line_writer(place_in_file const& place, bool closed)
      : line_(place.line), key_(place.key), closed_(closed || secret_table(place.table)) {
    if (place.in_text)
      hide_rest();
    else if (!leading_table(line_).empty())
      header();
    else
      keys_and_values();
  }

  std::string const& text() const { return out_; }

  /// Where a byte of the line went; one that was left out is at its place's front, or end.
  std::size_t moved(std::size_t byte, bool to_end) const {
    std::size_t less = 0;
    for (auto const& [begin, end] : cuts_) {
      if (byte <= begin) break;
      if (byte < end) return begin - less + (to_end ? hidden.size() : 0);
      less += end - begin - hidden.size();  // may wrap: it is taken away again
    }
    return byte - less;
  }

 private:
  std::string_view rest() const { return line_.substr(at_); }

  void keep(std::size_t begin, std::size_t end) { out_ += line_.substr(begin, end - begin); }
  void keep_to(std::size_t end) {
    keep(at_, end);
    at_ = end;
  }
  void hide_to(std::size_t end) {
    if (end > at_) {
      cuts_.push_back({at_, end});
      out_ += hidden;
    }
    at_ = end;
  }
  void hide_rest() { hide_to(line_.size()); }

  void header() {
    keep_to(std::min(line_.find('#'), line_.size()));
    if (at_ < line_.size()) comment();
  }

  void keys_and_values() {
    take_key();
    closed_ |= std::ranges::any_of(parts_of(key_), [](auto const& part) { return among(secret_tables, part); });
    outer_secret_ = secret_name(key_);
    while (at_ < line_.size()) step();
  }

  void take_key() {
    auto const key = leading_key(rest());
    if (key.empty()) return;
    key_ = key;
    keep_to(at_ + key.size() + 1);
  }

  void step() {
    char const c = line_[at_];
    if (c == '#') return comment();
    if (c == '"' || c == '\'') return quoted();
    if (!blank(c) && !std::string_view("[]{},").contains(c)) return bare();
    keep_to(at_ + 1);
    if (c == '[' || c == '{') within_ += c;
    if ((c == ']' || c == '}') && !within_.empty()) within_.pop_back();
    if (within_.ends_with('{') && (c == '{' || c == ',')) take_key();
  }

  bool may_show(std::string_view value, bool in_quotes) const {
    if (value.empty()) return true;
    auto const is = shape_of(value);
    if (is == shape::measure) return true;
    if (outer_secret_ || secret_name(key_)) return false;
    if (is == shape::number) return true;
    if (closed_) return plain_word(key_, value);
    return !in_quotes || !looks_secret(value);
  }

  void comment() {
    auto const said = rest().substr(1);
    bool const show = !closed_ && cuts_.empty() && !outer_secret_ && !looks_secret(said);
    keep_to(at_ + 1);
    if (show) return keep_to(line_.size());
    hide_rest();
  }

  void quoted() {
    char const mark = line_[at_];
    bool const triple = rest().starts_with(mark == '"' ? "\"\"\"" : "'''");
    auto const quote = line_.substr(at_, triple ? 3 : 1);
    keep_to(at_ + quote.size());
    auto end = at_;
    while (end < line_.size() && !line_.substr(end).starts_with(quote))
      end += mark == '"' && line_[end] == '\\' ? 2u : 1u;
    bool const whole = end < line_.size();
    end = std::min(end, line_.size());
    if (may_show(line_.substr(at_, end - at_), true))
      keep_to(end);
    else
      hide_to(end);
    if (whole) keep_to(at_ + quote.size());
  }

  /// Without quotes: a number, a date, or a mistake, whose end nobody knows.
  void bare() {
    auto end = within_.empty() ? std::min(line_.find(" #", at_), line_.size())
                               : std::min(line_.find_first_of(",]}#", at_), line_.size());
    while (end > at_ + 1 && blank(line_[end - 1])) --end;
    if (!may_show(line_.substr(at_, end - at_), false)) return hide_rest();
    keep_to(end);
  }

  std::string_view line_;
  std::string key_;
  bool closed_;
  bool outer_secret_ = false;  // the line's own key promises a secret: so does all that is in it
  std::size_t at_ = 0;
  std::string within_;  // brackets that are open
  std::string out_;
  struct cut {
    std::size_t begin, end;
  };
  std::vector<cut> cuts_;
};

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

/// Where the character with that number begins; beyond the end, one byte for each.
std::size_t byte_at(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; characters > 0 && at < text.size(); --characters) do
      ++at;
    while (at < text.size() && !begins_character(text[at]));
  return at + characters;
}

}  // namespace

shown_line show_line(std::string_view file_text, problem const& p) {
  auto const place = place_of_line(file_text, p.line);
  line_writer const written(place, p.unreadable);
  auto const column = std::max(1u, p.column);
  auto const column_of = [&](unsigned character, bool to_end) {
    auto const byte = byte_at(place.line, character);
    auto const there = written.moved(std::min(byte, place.line.size()), to_end);
    auto const beyond = byte - std::min(byte, place.line.size());
    return static_cast<unsigned>(characters_in(std::string_view(written.text()).substr(0, there)) + beyond);
  };
  auto const begin = column_of(column - 1, false);
  auto const end = column_of(column - 1 + std::max(1u, p.width), true);
  return {written.text(), begin + 1, std::max(begin + 1, end) - begin};
}

std::string without_quotes(std::string_view description) {
  std::string result;
  while (!description.empty()) {
    auto const begin = description.find('\'');
    auto const end = begin == npos ? npos : description.find('\'', begin + 2);  // "'''" quotes a quote
    if (end == npos) return result.append(description);
    auto const before = description.substr(0, begin), word = description.substr(begin + 1, end - begin - 1);
    bool const of_the_file = word.size() > 4 && !before.ends_with("expected ");
    result.append(before).append("'").append(of_the_file ? hidden : word).append("'");
    description.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace vendaval
