#pragma once
#include <cstddef>
#include <string_view>

namespace vendaval {

/// How many characters of `text` from `at` on are a CPF, a CNPJ or a payment card; 0 when none begins there.
///   123.456.789-09, 12.345.678/0001-95       by their punctuation, whatever their check digits
///   12345678909, 12345678000195              by their check digits, standing alone
///   4111 1111 1111 1111, 4111111111111111    by the issuer's prefix and the Luhn digit, standing alone
/// CNPJ also in the form with letters that is issued since July 2026.
std::size_t personal_number_at(std::string_view text, std::size_t at);

}  // namespace vendaval
