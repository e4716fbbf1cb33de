#pragma once
/// Reads TOML that people write. Nothing is lost: every mistake is remembered with its place and reading goes on, so
/// that one run reports them all; a key nobody asked for is a mistake too.
///
/// A settings struct describes itself once, and this reader (and the reference page) visits it:
///   struct limits {
///     duration idle = 75s;
///     template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
///       visit("idle", self.idle, 1s, 1h);          // key, field, least, most
///     }
///   };
///   limits::fields(l, table);
#include <toml++/toml.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/toml/problem.hpp"
#include "base/units.hpp"

namespace vendaval {

/// A parsed file, with its text kept for error messages. Never copy the table: toml++ forgets positions on copy.
struct toml_document {
  std::string file, text;
  toml::table table;
};

/// Parses `text`; on a syntax error adds the one problem toml++ stops at and returns nothing.
std::optional<toml_document> parse_toml(std::string file, std::string text, problems& out);

class table_reader {
 public:
  /// `path` is how the table's header names it, "usual.relax"; empty for the file itself.
  table_reader(toml::table const& table, std::string file, problems& out, std::string path = {})
      : table_(table), file_(std::move(file)), out_(out), path_(std::move(path)) {}
  table_reader(table_reader const&) = delete;

  // One overload per type. An absent key leaves the default; a wrong one is a problem and leaves the default.
  void operator()(std::string_view key, duration& value, duration least, duration most);
  void operator()(std::string_view key, percent& value, percent least = {0}, percent most = {100});
  void operator()(std::string_view key, bytes& value, bytes least, bytes most);
  void operator()(std::string_view key, double& value, double least, double most);
  void operator()(std::string_view key, bool& value);
  void operator()(std::string_view key, std::string& value);
  void operator()(std::string_view key, std::vector<std::string>& value);
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  void operator()(std::string_view key, T& value, std::type_identity_t<T> least, std::type_identity_t<T> most) {
    if (auto const n = integer(key, static_cast<std::int64_t>(least), static_cast<std::int64_t>(most)))
      value = static_cast<T>(*n);
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& value, auto... bounds) {
    T given{};
    auto const before = out_.size();
    bool const there = has(key);
    (*this)(key, given, bounds...);
    if (there && out_.size() == before) value = given;
  }
  /// One word out of a list. `words[i]` stands for `E(i)`.
  template <class E>
    requires std::is_enum_v<E>
  void operator()(std::string_view key, E& value, std::span<std::string_view const> words) {
    if (auto const i = choice(key, words)) value = static_cast<E>(*i);
  }
  template <class E>
    requires std::is_enum_v<E>
  void operator()(std::string_view key, std::vector<E>& value, std::span<std::string_view const> words) {
    auto const picked = choices(key, words);
    if (!picked) return;
    value.clear();
    for (auto const i : *picked) value.push_back(static_cast<E>(i));
  }

  /// Runs `read` on the sub-table, then reports its unknown keys. Does nothing when absent. False when absent.
  bool table(std::string_view key, std::function<void(table_reader&)> const& read);
  /// [[key]]: runs `read` on each element in order.
  void each(std::string_view key, std::function<void(table_reader&)> const& read);
  /// Every key of this table whose value is a string, e.g. a static map.
  void strings(std::function<void(std::string_view key, std::string value)> const& take);

  bool has(std::string_view key) const { return table_.contains(key); }
  /// Whether the value of `key` is exactly this text; if so, the key is known.
  bool says(std::string_view key, std::string_view text);
  /// Marks `key` as known without reading it: what it means hangs on another key that is wrong already.
  void skip(std::string_view key) { take(key); }
  /// A missing key is a problem at the head of this table.
  void require(std::string_view key);
  /// A problem at the value of `key` (or at the table's head if it is absent).
  void fail(std::string_view key, std::string what, std::string help = {});
  /// A problem at element `index` of the array `key`.
  void fail_at(std::string_view key, std::size_t index, std::string what, std::string help = {});
  /// Call last: any key nobody asked for is a mistake, most often a misspelling.
  void finish();
  std::string const& file() const { return file_; }
  bool clean() const { return out_.empty(); }
  /// Mistakes found so far in the whole file: compare before and after to know whether a part of it was sound.
  std::size_t mistakes() const { return out_.size(); }
  /// Lets every other key of this table pass: used when the mistake that is already reported says what they would mean.
  void skip_rest();

 private:
  toml::node const* take(std::string_view key);
  std::string path_of(std::string_view key) const;
  void report(toml::node const* node, std::string what, std::string help);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<std::size_t> choice(std::string_view key, std::span<std::string_view const> words);
  std::optional<std::vector<std::size_t>> choices(std::string_view key, std::span<std::string_view const> words);

  toml::table const& table_;
  std::string file_;
  problems& out_;
  std::string path_;
  std::vector<std::string> taken_;
};

}  // namespace vendaval
