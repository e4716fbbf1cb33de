#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vendaval::test {

/// The database seen past our store, through its own C library: what is really there.
class raw_database {
 public:
  static std::unique_ptr<raw_database> open(std::string const& url);
  virtual ~raw_database() = default;
  /// The error, or nothing.
  virtual std::optional<std::string> run(std::string const& text) = 0;
  /// NULL reads as "NULL".
  virtual std::vector<std::vector<std::string>> rows(std::string const& text) = 0;

  std::string cell(std::string const& text) { return rows(text).at(0).at(0); }
};

}  // namespace vendaval::test
