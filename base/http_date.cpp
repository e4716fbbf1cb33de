#include "base/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace vendaval {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t from = 0; (from = text.find_first_not_of(" ,-:", from)) != text.npos;) {
    auto const to = std::min(text.find_first_of(" ,-:", from), text.size());
    words.push_back(text.substr(from, to - from));
    from = to;
  }
  return words;
}

std::optional<int> number(std::string_view word) {
  int n = 0;
  auto const [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
  if (error != std::errc() || end != word.data() + word.size() || word.size() > 4 || n < 0) return std::nullopt;
  return n;
}

}  // namespace

std::optional<wall_time> read_http_date(std::string_view text) {
  auto const words = words_of(text);  // Sun 06 Nov 1994 08 49 37 GMT, or Sun Nov 6 08 49 37 1994
  bool const month_first = words.size() == 7;
  if (!month_first && (words.size() != 8 || words[7] != "GMT")) return std::nullopt;
  auto const month = std::ranges::find(months, words[month_first ? 1 : 2]);
  auto const day = number(words[month_first ? 2 : 1]);
  auto year = number(words[month_first ? 6 : 3]);
  auto const clock = month_first ? 3u : 4u;
  auto const hour = number(words[clock]), minute = number(words[clock + 1]), second = number(words[clock + 2]);
  if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  if (*year < 100) *year += *year < 70 ? 2000 : 1900;
  auto const date = std::chrono::year(*year) / static_cast<int>(month - months.begin() + 1) / *day;
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace vendaval
