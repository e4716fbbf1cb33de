#include "sql/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace vendaval::sql {
namespace {

template <class Number>
Number parse(std::string_view text, std::string_view what) {
  Number result{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::runtime_error(fmt::format("\"{}\" in the database is not {}", text, what));
  return result;
}

/// How many bytes the character at the front takes; 0 when it is not one (overlong, surrogate, cut off, too large).
std::size_t character(std::string_view text) {
  auto const at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  auto const follows = [&](std::size_t i) { return (at(i) & 0xc0U) == 0x80U; };
  unsigned const first = at(0), second = at(1);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    bool const overlong = first == 0xe0 && second < 0xa0, surrogate = first == 0xed && second > 0x9f;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  bool const overlong = first == 0xf0 && second < 0x90, too_large = first == 0xf4 && second > 0x8f;
  return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
}

}  // namespace

wall_time parse_time(std::string_view text) {
  auto const wrong = [&] { return std::runtime_error(fmt::format("\"{}\" in the database is not a time", text)); };
  // YYYY-MM-DD?HH:MM:SS, then a fraction of any length, then Z or +00
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') throw wrong();
  auto const number = [&](std::size_t from, std::size_t size) {
    if (text[from] == '-') throw wrong();
    return parse<int>(text.substr(from, size), "part of a time");
  };
  std::chrono::year_month_day const day(std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2))));
  if (!day.ok()) throw wrong();
  int const hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (hour > 23 || minute > 59 || second > 59) throw wrong();
  auto rest = text.substr(19);
  std::int64_t micros = 0;
  if (rest.starts_with('.')) {
    std::int64_t unit = 100'000;
    for (rest.remove_prefix(1); !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1), unit /= 10)
      micros += (rest[0] - '0') * unit;
  }
  if (rest != "Z" && rest != "+00" && rest != "+00:00") throw wrong();
  return std::chrono::sys_days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::microseconds(micros);
}

std::int64_t parse_integer(std::string_view text) { return parse<std::int64_t>(text, "a whole number"); }

double parse_number(std::string_view text) { return parse<double>(text, "a number"); }

std::string clean(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    auto const size = character(text);
    if (size == 0)
      result += "\uFFFD";
    else
      result += text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return result;
}

}  // namespace vendaval::sql
