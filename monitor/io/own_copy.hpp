#pragma once
/// What the monitor must know again, in a file beside the spool: for a start while the database is away. It holds what
/// is open and the newest of what is over; with the database at hand nobody reads it.
#include <expected>
#include <string>

#include "sql/rows.hpp"

namespace vendaval::monitor {

class own_copy {
 public:
  static constexpr std::size_t over_at_most = 50;  // incidents

  /// Without a path nothing is kept.
  explicit own_copy(std::string path) : path_(std::move(path)) {}

  /// What the process before left; nothing when there is no such file.
  std::expected<sql::batch, std::string> read() const;
  /// From now on this is known; writes the file when `rows` changes anything of it. Why not, when it cannot be written.
  std::expected<void, std::string> begin(sql::batch known);
  std::expected<void, std::string> add(sql::batch const& rows);

 private:
  std::expected<void, std::string> write() const;

  std::string path_;
  sql::batch known_;
};

}  // namespace vendaval::monitor
