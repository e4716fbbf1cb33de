#pragma once
#include <expected>
#include <string>

namespace vendaval::sql {

/// What storage answers: a value, or a sentence for people that names the place and the fix and never a password.
template <class T = void>
using result = std::expected<T, std::string>;

}  // namespace vendaval::sql
