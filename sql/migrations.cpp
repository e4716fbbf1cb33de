#include "sql/migrations.hpp"

#include <array>

#include "sql/sha256.hpp"

namespace vendaval::sql {
namespace {

// The files beside this one, inside the program. Paths are relative to this source.
constexpr char sqlite_001[] = {
#embed "migrations/sqlite/001_mission.sql"
};
constexpr char sqlite_002[] = {
#embed "migrations/sqlite/002_program.sql"
};
constexpr char sqlite_003[] = {
#embed "migrations/sqlite/003_history.sql"
};
constexpr char sqlite_004[] = {
#embed "migrations/sqlite/004_incident_details.sql"
};
constexpr char sqlite_005[] = {
#embed "migrations/sqlite/005_notifications.sql"
};
constexpr char sqlite_006[] = {
#embed "migrations/sqlite/006_clients.sql"
};
constexpr char postgres_001[] = {
#embed "migrations/postgres/001_mission.sql"
};
constexpr char postgres_002[] = {
#embed "migrations/postgres/002_program.sql"
};
constexpr char postgres_003[] = {
#embed "migrations/postgres/003_history.sql"
};
constexpr char postgres_004[] = {
#embed "migrations/postgres/004_incident_details.sql"
};
constexpr char postgres_005[] = {
#embed "migrations/postgres/005_notifications.sql"
};
constexpr char postgres_006[] = {
#embed "migrations/postgres/006_clients.sql"
};
constexpr char sqlite_000[] = {
#embed "migrations/sqlite/000_schema_version.sql"
};
constexpr char postgres_000[] = {
#embed "migrations/postgres/000_schema_version.sql"
};

template <std::size_t size>
constexpr std::string_view text_of(char const (&file)[size]) {
  return {file, size};
}

constexpr std::array sqlite_steps{
    migration{1, "001_mission", text_of(sqlite_001)},       migration{2, "002_program", text_of(sqlite_002)},
    migration{3, "003_history", text_of(sqlite_003)},       migration{4, "004_incident_details", text_of(sqlite_004)},
    migration{5, "005_notifications", text_of(sqlite_005)}, migration{6, "006_clients", text_of(sqlite_006)}};
constexpr std::array postgres_steps{migration{1, "001_mission", text_of(postgres_001)},
                                    migration{2, "002_program", text_of(postgres_002)},
                                    migration{3, "003_history", text_of(postgres_003)},
                                    migration{4, "004_incident_details", text_of(postgres_004)},
                                    migration{5, "005_notifications", text_of(postgres_005)},
                                    migration{6, "006_clients", text_of(postgres_006)}};

}  // namespace

std::span<migration const> migrations_of(engine which) {
  return which == engine::sqlite ? std::span<migration const>(sqlite_steps) : postgres_steps;
}

std::string_view version_table_of(engine which) {
  return which == engine::sqlite ? text_of(sqlite_000) : text_of(postgres_000);
}

std::string checksum_of(migration const& step) { return sha256(step.text); }

}  // namespace vendaval::sql
