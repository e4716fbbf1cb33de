#pragma once
/// One walk over JSON text, strict and without keeping any of it.
#include <array>
#include <cstddef>
#include <string_view>

#include "proxy/dialects/json_text.hpp"

namespace vendaval::dialects {

/// Nothing that any API here answers nests deeper.
inline constexpr std::size_t deepest_json = 32;

/// What a walk tells, in the order of the text: hide what you want to hear of. Names and strings come as they stand
/// between their quotes, escapes and all; numbers as they are written.
struct json_visitor {
  void open(char) {}  // '{' or '['
  void close() {}
  void name(std::string_view) {}
  void string(std::string_view) {}
  void number(std::string_view) {}
};

/// Just behind the string, number or word (true, false, null) that begins at `at`; nothing when it is not valid.
std::optional<std::size_t> end_of_string(std::string_view text, std::size_t at);
std::optional<std::size_t> end_of_number(std::string_view text, std::size_t at);
std::optional<std::size_t> end_of_word(std::string_view text, std::size_t at);

/// JSON by RFC 8259, in valid UTF-8. The visitor may believe what it was told only if run() says that all of it is.
template <class Visitor>
class json_walk {
 public:
  json_walk(std::string_view text, Visitor& visitor) : text_(text), visitor_(visitor) {}

  bool run() {
    skip();
    do {
      if (!value()) return false;
    } while (separated());
    return ended_ && at_ == text_.size();
  }

 private:
  void skip() {
    if (here() <= ' ') at_ = skip_blanks(text_, at_);
  }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  /// A scalar whole, or the beginning of an object or array up to its first value or its end.
  bool value() {
    switch (here()) {
      case '{':
      case '[': return container();
      case '"': return scalar(end_of_string(text_, at_), [this](auto text) { visitor_.string(inside(text)); });
      case 't':
      case 'f':
      case 'n': return scalar(end_of_word(text_, at_), [](auto) {});
      default: return scalar(end_of_number(text_, at_), [this](auto text) { visitor_.number(text); });
    }
  }

  bool container() {
    if (depth_ == deepest_json) return false;
    auto const kind = open_[depth_++] = text_[at_++];
    visitor_.open(kind);
    skip();
    if (here() == closing()) return true;
    return kind == '{' ? name() && value() : value();
  }

  template <class Tell>
  bool scalar(std::optional<std::size_t> end, Tell&& tell) {
    if (!end) return false;
    tell(text_.substr(at_, *end - at_));
    at_ = *end;
    return true;
  }

  bool name() {
    if (here() != '"') return false;
    if (!scalar(end_of_string(text_, at_), [this](auto text) { visitor_.name(inside(text)); })) return false;
    skip();
    if (here() != ':') return false;
    ++at_;
    skip();
    return true;
  }

  /// Closes what ends here. True when another value must follow.
  bool separated() {
    for (skip(); depth_ > 0; skip()) {
      if (here() == ',') {
        ++at_;
        skip();
        return open_[depth_ - 1] == '[' || name();
      }
      if (here() != closing()) return false;
      ++at_;
      --depth_;
      visitor_.close();
    }
    ended_ = true;
    return false;
  }

  char closing() const { return open_[depth_ - 1] == '{' ? '}' : ']'; }
  static std::string_view inside(std::string_view quoted) { return quoted.substr(1, quoted.size() - 2); }

  std::string_view text_;
  Visitor& visitor_;
  std::size_t at_ = 0, depth_ = 0;
  std::array<char, deepest_json> open_{};
  bool ended_ = false;
};

}  // namespace vendaval::dialects
