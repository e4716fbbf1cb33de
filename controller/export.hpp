#pragma once
/// The mission's three tables, row by row, in its columns and their order: as CSV (RFC 4180), as one JSON object a
/// line, or as SQL that PostgreSQL loads. Pure: rows in, text out.
#include <array>
#include <string>
#include <string_view>

#include "sql/rows.hpp"

namespace vendaval::controller {

enum class export_format : std::uint8_t { csv, ndjson, sql };
inline constexpr std::array<std::string_view, 3> export_format_names{"csv", "ndjson", "sql"};

enum class export_table : std::uint8_t { metrics, incidents, chaos };
inline constexpr std::array<std::string_view, 3> export_table_names{"metrics", "incidents", "chaos"};

/// What comes before the first row: CSV's names of columns, SQL's BEGIN.
std::string export_head(export_table what, export_format how);
/// NULL is an empty field in CSV, where an empty text is "". SQL says ON CONFLICT DO NOTHING: it may be loaded twice.
std::string export_row(sql::metric_row const& row, export_format how);
/// Nothing for the platform's incident: every bank that it speaks for has a row of its own, and would count twice.
std::string export_row(sql::incident_row const& row, export_format how);
std::string export_row(sql::chaos_result_row const& row, export_format how);
std::string export_tail(export_format how);

/// The mission's tables and indexes, for PostgreSQL.
std::string_view export_ddl();

}  // namespace vendaval::controller
