#pragma once
/// One connection, as the rest of the room sees it: text in, text out, errors as exceptions. SOCI stays behind it.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/dialect.hpp"
#include "sql/lifeline.hpp"
#include "sql/result.hpp"

namespace vendaval::sql {

using value = std::optional<std::string>;  // empty = NULL
using values = std::vector<value>;

class connection {
 public:
  static result<std::unique_ptr<connection>> open(std::string_view url);
  /// Not opened yet: reopen() does. An error only when the address is malformed.
  static result<std::unique_ptr<connection>> later(std::string_view url);
  virtual ~connection() = default;

  virtual engine kind() const = 0;
  virtual std::string const& address() const = 0;  // for people: without the password
  dialect const& speaks() const { return dialect_of(kind()); }

  /// Placeholders are ":name", each name once, given in order of appearance.
  virtual std::vector<values> query(std::string const& text, values const& given, std::size_t columns) = 0;
  /// Rows changed.
  virtual std::int64_t execute(std::string const& text, values const& given = {}) = 0;
  /// Several statements, no placeholders.
  virtual void script(std::string_view text) = 0;

  virtual bool alive() = 0;  // as far as the last answer tells
  virtual void reopen() = 0;

  /// For other threads; the same however often it is reopened.
  std::shared_ptr<lifeline> const& line() const { return line_; }

 private:
  std::shared_ptr<lifeline> line_ = std::make_shared<lifeline>();
};

/// Rolls back unless it was committed.
class transaction {
 public:
  explicit transaction(connection& on);
  ~transaction();
  transaction(transaction const&) = delete;
  transaction& operator=(transaction const&) = delete;
  void commit();

 private:
  connection& on_;
  bool over_ = false;
};

/// The sentence for people: first line only, because the lines after it quote the row that was refused.
std::string explain(std::string const& address, std::exception const& error);

}  // namespace vendaval::sql
