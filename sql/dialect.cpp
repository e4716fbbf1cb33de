#include "sql/dialect.hpp"

#include <array>

namespace vendaval::sql {
namespace {

using namespace std::string_view_literals;

// NORMAL lost acknowledged rows in power cuts, FULL did not. Memory mapping stays off: its writes escape that promise.
// journal_mode is not here: its answer must be read (connection.cpp).
constexpr std::array sqlite_settings{"PRAGMA busy_timeout = 5000"sv, "PRAGMA synchronous = FULL"sv,
                                     "PRAGMA foreign_keys = ON"sv, "PRAGMA mmap_size = 0"sv};

// UTC and ISO so that a time read as text means one thing.
constexpr std::array postgres_settings{"SET client_min_messages = warning"sv, "SET TimeZone = 'UTC'"sv,
                                       "SET DateStyle = 'ISO, YMD'"sv,        "SET client_encoding = 'UTF8'"sv,
                                       "SET synchronous_commit = on"sv,       "SET lock_timeout = '10s'"sv,
                                       "SET statement_timeout = '30s'"sv};

// SQLite: IMMEDIATE takes the one write lock at once, so a transaction that reads first cannot fail half-way as busy;
// it is also all the locking that migrations and the audit need.
constexpr dialect sqlite{sqlite_settings, "BEGIN IMMEDIATE", "", "", "", ""};
constexpr dialect postgres{postgres_settings,
                           "BEGIN",
                           "SELECT pg_advisory_xact_lock(7234211001)",
                           "SELECT pg_advisory_xact_lock(7234211002)",
                           "SELECT pg_advisory_xact_lock(7234211003)",
                           "FOR UPDATE OF waiting SKIP LOCKED"};

}  // namespace

dialect const& dialect_of(engine which) { return which == engine::sqlite ? sqlite : postgres; }

}  // namespace vendaval::sql
