#include "monitor/notify/mail_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vendaval::monitor {
namespace {

constexpr std::string_view opening = "=?UTF-8?Q?", closing = "?=";
constexpr std::size_t word_limit = 75;

bool plain(char c) { return c >= ' ' && c <= '~'; }

/// One character of UTF-8 in the Q encoding.
std::string in_q(std::string_view character) {
  auto const c = character.front();
  if (c == ' ') return "_";
  bool const literal = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (character.size() == 1 && literal) return std::string(character);
  std::string out;
  for (char const byte : character) out += fmt::format("={:02X}", static_cast<unsigned char>(byte));
  return out;
}

}  // namespace

std::string encoded_words(std::string_view text) {
  if (std::ranges::all_of(text, plain) && !text.contains("=?")) return std::string(text);
  std::string out(opening);
  std::size_t length = opening.size();
  for (std::size_t i = 0; i < text.size();) {
    std::size_t width = 1;
    while (i + width < text.size() && (static_cast<unsigned char>(text[i + width]) & 0xc0) == 0x80) ++width;
    auto const piece = in_q(text.substr(i, width));
    if (length + piece.size() + closing.size() > word_limit) {
      out.append(closing).append(" ").append(opening);
      length = opening.size();
    }
    out += piece;
    length += piece.size();
    i += width;
  }
  return out.append(closing);
}

std::string mail_date(wall_time t) {
  using namespace std::chrono;
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const day = floor<std::chrono::days>(t);
  year_month_day const date(day);
  hh_mm_ss const clock(floor<seconds>(t) - day);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace vendaval::monitor
