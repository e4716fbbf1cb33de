#include "monitor/baseline/holidays.hpp"

#include <array>
#include <utility>

namespace vendaval::monitor {
namespace {

/// The Gregorian computus of Meeus, Jones and Butcher.
std::chrono::sys_days easter(std::chrono::year year) {
  int const y = static_cast<int>(year), a = y % 19, b = y / 100, c = y % 100;
  int const e = b % 4, g = (8 * b + 13) / 25, h = (19 * a + b - b / 4 - g + 15) % 30;
  int const l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7, m = (a + 11 * h + 22 * l) / 451;
  int const from_march = h + l - 7 * m + 114;
  return year / (from_march / 31) / (from_march % 31 + 1);
}

constexpr std::array<std::pair<unsigned, unsigned>, 9> fixed{
    {{1, 1}, {4, 21}, {5, 1}, {9, 7}, {10, 12}, {11, 2}, {11, 15}, {11, 20}, {12, 25}}};
constexpr std::array from_easter{-48, -47, -2, 60};  // Carnival, Good Friday, Corpus Christi

}  // namespace

days_of_rest bank_holidays(std::chrono::year year) {
  days_of_rest all;
  for (auto const [month, day] : fixed)
    all.insert(std::chrono::sys_days(year / std::chrono::month(month) / std::chrono::day(day)));
  for (int const days : from_easter) all.insert(easter(year) + std::chrono::days(days));
  return all;
}

}  // namespace vendaval::monitor
