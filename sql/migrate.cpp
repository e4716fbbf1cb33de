#include "sql/migrate.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "sql/text.hpp"

namespace vendaval::sql {
namespace {

struct applied_step {
  int version;
  std::string name, checksum;
};

std::vector<applied_step> applied_steps(connection& on) {
  std::vector<applied_step> all;
  for (auto const& row : on.query("SELECT version, name, checksum FROM schema_version ORDER BY version", {}, 3))
    all.push_back({static_cast<int>(parse_integer(*row[0])), *row[1], *row[2]});
  return all;
}

void refuse_gaps(std::span<migration const> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].version != static_cast<int>(i) + 1)
      throw std::runtime_error(
          fmt::format("migration {} is number {} in the list; they are numbered 1, 2, 3 …", steps[i].name, i + 1));
}

void refuse_strangers(std::span<applied_step const> applied, std::span<migration const> steps) {
  if (applied.size() > steps.size())
    throw std::runtime_error(
        fmt::format("the schema is at version {} ({}), this program knows up to {}: a newer Vendaval "
                    "has used this database. Fix: run that one, or restore a backup from before",
                    applied.back().version, applied.back().name, steps.size()));
  for (std::size_t i = 0; i < applied.size(); ++i)
    if (applied[i].version != steps[i].version || applied[i].checksum != checksum_of(steps[i]))
      throw std::runtime_error(
          fmt::format("migration {} was applied with another text than ours: this database was made "
                      "by a different build. Fix: run the build that made it, or use a new database",
                      applied[i].name));
}

void apply(connection& on, migration const& step) {
  try {
    on.script(step.text);
  } catch (std::exception const& error) {
    throw std::runtime_error(
        fmt::format("migration {} failed, the database is as it was: {}", step.name, error.what()));
  }
  on.execute("INSERT INTO schema_version (version, name, checksum) VALUES (:version, :name, :checksum)",
             {std::to_string(step.version), std::string(step.name), checksum_of(step)});
}

}  // namespace

void bring_up_to_date(connection& on, std::span<migration const> steps) {
  refuse_gaps(steps);
  on.script(on.speaks().lock_schema);
  on.script(version_table_of(on.kind()));
  auto const applied = applied_steps(on);
  refuse_strangers(applied, steps);
  for (auto const& step : steps.subspan(applied.size())) apply(on, step);
}

int version_of(connection& on) {
  auto const* const where = on.kind() == engine::sqlite
                                ? "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'"
                                : "SELECT count(*) FROM pg_tables WHERE tablename = 'schema_version'"
                                  " AND schemaname = current_schema()";
  if (on.query(where, {}, 1)[0][0] == "0") return 0;
  return static_cast<int>(
      parse_integer(*on.query("SELECT coalesce(max(version), 0) FROM schema_version", {}, 1)[0][0]));
}

}  // namespace vendaval::sql
