#pragma once
/// For commands that work on the database itself, whether `vendaval up` runs or not.
#include <string>
#include <utility>
#include <vector>

#include "controller/history_query.hpp"
#include "controller/io/commands/commands.hpp"
#include "sql/store.hpp"

namespace vendaval::controller {

struct database_options {
  std::string config, storage;
};
void add_database_options(CLI::App* command, database_options& to);

struct opened_database {
  sql::store store;
  settings config;  // the defaults when only --storage was given
};
/// As `--storage` says, else `--config`, else VENDAVAL_STORAGE, else vendaval.toml. Never makes a database where there
/// is none. Throws.
opened_database open_database(database_options const& options);

wall_time wall_now();

/// `--institution`, or all of them. Throws.
std::vector<std::string> banks_asked(std::string const& institution, institutions const& banks);

/// What was read, or a usage error that names the option.
template <class T>
T or_usage(std::string_view option, read_or_why<T> read) {
  if (!read) throw usage_error(std::string(option) + ": " + read.error());
  return std::move(*read);
}

}  // namespace vendaval::controller
