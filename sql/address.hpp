#pragma once
#include <string>
#include <string_view>

#include "sql/migrations.hpp"
#include "sql/result.hpp"

namespace vendaval::sql {

/// A database URL, taken apart.
struct address {
  engine which = engine::sqlite;
  std::string shown;     // for people: "sqlite:game.db", "postgresql://ana@db.bank:5432/vendaval"
  std::string target;    // SQLite: the path
  std::string connect;   // what SOCI is given; holds the password
  std::string password;  // so that it can be kept out of messages
};

result<address> parse_address(std::string_view url);

/// The text with every occurrence of the password replaced.
std::string without(std::string_view text, std::string_view password);

}  // namespace vendaval::sql
