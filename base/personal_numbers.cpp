#include "base/personal_numbers.hpp"

#include <algorithm>
#include <string>

namespace vendaval {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool word(char c) { return digit(c) || upper(c) || (c >= 'a' && c <= 'z') || c == '_'; }

/// Nothing that could make [at, at + size) part of a longer number, an identifier or a decimal touches it.
bool alone(std::string_view text, std::size_t at, std::size_t size) {
  auto const glued = [&](std::size_t next, std::size_t beyond) {
    if (next >= text.size()) return false;
    if (word(text[next])) return true;
    bool const joint = text[next] == '.' || text[next] == '-';
    return joint && beyond < text.size() && digit(text[beyond]);
  };
  // Before the start, size_t wraps past every size, which is "nothing there".
  return !glued(at - 1, at - 2) && !glued(at + size, at + size + 1);
}

/// What remains when every character of `picture` matches: '#' a digit, 'X' a digit or capital, others themselves.
std::string matched(std::string_view text, std::string_view picture) {
  std::string kept;
  if (text.size() < picture.size()) return {};
  for (std::size_t i = 0; i < picture.size(); ++i) {
    bool const fits = picture[i] == '#'   ? digit(text[i])
                      : picture[i] == 'X' ? digit(text[i]) || upper(text[i])
                                          : text[i] == picture[i];
    if (!fits) return {};
    if (picture[i] == '#' || picture[i] == 'X') kept += text[i];
  }
  return kept;
}

/// The check digit over the first `count` characters, weights rising from 2 at the right and starting again after
/// `top`.
int check_digit(std::string_view number, std::size_t count, int top) {
  int sum = 0, weight = 2;
  for (std::size_t i = count; i-- > 0; weight = weight == top ? 2 : weight + 1) sum += (number[i] - '0') * weight;
  int const rest = sum % 11;
  return rest < 2 ? 0 : 11 - rest;
}

bool checks(std::string_view number, int top) {
  if (number.empty() || std::ranges::count(number, number[0]) == std::ssize(number)) return false;
  auto const n = number.size();
  return check_digit(number, n - 2, top) == number[n - 2] - '0' &&
         check_digit(number, n - 1, top) == number[n - 1] - '0';
}

std::size_t cpf(std::string_view text, std::size_t at) {
  auto const rest = text.substr(at);
  if (!matched(rest, "###.###.###-##").empty() && alone(text, at, 14)) return 14;
  for (std::string_view const picture : {"###########", "#########-##", "### ### ### ##"})
    if (checks(matched(rest, picture), 11) && alone(text, at, picture.size())) return picture.size();
  return 0;
}

std::size_t cnpj(std::string_view text, std::size_t at) {
  auto const rest = text.substr(at);
  if (!matched(rest, "XX.XXX.XXX/XXXX-##").empty() && alone(text, at, 18)) return 18;
  for (std::string_view const picture : {"XXXXXXXXXXXX##", "XXXXXXXX/XXXX-##", "XXXXXXXXXXXX-##"})
    if (checks(matched(rest, picture), 9) && alone(text, at, picture.size())) return picture.size();
  return 0;
}

bool luhn(std::string_view number) {
  int sum = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    int const d = (number[number.size() - 1 - i] - '0') * (i % 2 == 0 ? 1 : 2);
    sum += d > 9 ? d - 9 : d;
  }
  return sum % 10 == 0;
}

/// Lengths and first digits that issuers use. Without them one nanosecond timestamp in ten would pass for a card.
bool issued(std::string_view number) {
  auto const first = [&](std::size_t digits) { return std::stoi(std::string(number.substr(0, digits))); };
  auto const two = first(2), four = first(4);
  bool const amex = number.size() == 15 && (two == 34 || two == 37);
  bool const diners = number.size() == 14 && (two == 36 || two == 38 || two == 30);
  bool const mastercard = (two >= 51 && two <= 55) || (four >= 2221 && four <= 2720);
  bool const sixteen =
      number.size() == 16 && (number[0] == '4' || number[0] == '5' || number[0] == '6' || two == 35 || mastercard);
  bool const nineteen = number.size() == 19 && (number[0] == '4' || number[0] == '6');
  return amex || diners || sixteen || nineteen;
}

std::size_t card(std::string_view text, std::size_t at) {
  static constexpr std::string_view pictures[] = {
      "###################", "################",    "###############",   "##############",    "#### #### #### #### ###",
      "#### #### #### ####", "####-####-####-####", "#### ###### #####", "####-######-#####", "#### ###### ####"};
  for (auto const picture : pictures) {
    auto const number = matched(text.substr(at), picture);
    if (!number.empty() && alone(text, at, picture.size()) && issued(number) && luhn(number)) return picture.size();
  }
  return 0;
}

}  // namespace

std::size_t personal_number_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || !(digit(text[at]) || upper(text[at])) || (at > 0 && word(text[at - 1]))) return 0;
  if (auto const size = cpf(text, at)) return size;
  if (auto const size = cnpj(text, at)) return size;
  return card(text, at);
}

}  // namespace vendaval
