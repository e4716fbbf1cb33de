#include "controller/io/commands/database.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "sql/address.hpp"

namespace vendaval::controller {

void add_database_options(CLI::App* command, database_options& to) {
  command->add_option("--config", to.config, "the configuration that names the database; vendaval.toml by default");
  command->add_option(
      "--storage", to.storage,
      "the database itself: sqlite:FILE or postgresql://…; else VENDAVAL_STORAGE, unless --config is given");
}

opened_database open_database(database_options const& options) {
  settings s;
  auto given = options.storage;
  if (given.empty() && options.config.empty()) given = from_environment("VENDAVAL_STORAGE");
  if (!options.config.empty() || given.empty())
    s = load_settings(options.config.empty() ? "vendaval.toml" : options.config);
  auto const url = given.empty() ? s.storage : given;
  auto const where = sql::parse_address(url);
  if (!where) throw usage_error(where.error());
  if (where->which == sql::engine::sqlite && !std::filesystem::exists(where->target))
    throw usage_error(
        fmt::format("{}: there is no such file. Fix: --storage sqlite:FILE, or start vendaval up first", where->shown));
  auto store = sql::store::open(url);
  if (!store) throw std::runtime_error(store.error());
  auto const known = static_cast<int>(sql::migrations_of(store->kind()).size());
  auto const version = store->schema_version();
  if (!version) throw std::runtime_error(version.error());
  if (*version != known)
    throw std::runtime_error(
        fmt::format("{}: its schema is at version {}, this program's at {}. Fix: {}", store->address(), *version, known,
                    *version < known ? "start this program's vendaval up once" : "use the newer program"));
  return {std::move(*store), std::move(s)};
}

std::vector<std::string> banks_asked(std::string const& institution, institutions const& banks) {
  return institution.empty() ? banks.ids() : std::vector{or_usage("--institution", read_bank(institution, banks))};
}

wall_time wall_now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

}  // namespace vendaval::controller
