#include "controller/export.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>
#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "monitor/incidents/incident.hpp"
#include "sql/migrations.hpp"

namespace vendaval::controller {
namespace {

enum class kind : std::uint8_t { text, number, json };

struct column {
  std::string_view name;
  kind of = kind::text;
};
constexpr std::array<column, 6> metric_columns{{{"id"},
                                                {"institution_id"},
                                                {"metric_type"},
                                                {"metric_value", kind::number},
                                                {"timestamp"},
                                                {"metadata", kind::json}}};
constexpr std::array<column, 12> incident_columns{{{"id"},
                                                   {"institution_id"},
                                                   {"incident_type"},
                                                   {"severity"},
                                                   {"status"},
                                                   {"description"},
                                                   {"started_at"},
                                                   {"resolved_at"},
                                                   {"resolution_notes"},
                                                   {"affected_users_count", kind::number},
                                                   {"created_by"},
                                                   {"assigned_to"}}};
constexpr std::array<column, 9> chaos_columns{{{"id"},
                                               {"test_name"},
                                               {"institution_id"},
                                               {"test_type"},
                                               {"status"},
                                               {"duration_ms", kind::number},
                                               {"recovery_time_ms", kind::number},
                                               {"details", kind::json},
                                               {"executed_at"}}};

struct table {
  std::string_view name;
  std::span<column const> columns;
};
constexpr std::array<table, 3> tables{{{"banking_connector_metrics", metric_columns},
                                       {"banking_incidents", incident_columns},
                                       {"chaos_test_results", chaos_columns}}};

using cell = std::optional<std::string>;

table const& table_of(export_table what) { return tables[static_cast<std::size_t>(what)]; }

std::vector<std::string_view> names(table const& t) {
  std::vector<std::string_view> all;
  for (auto const& c : t.columns) all.push_back(c.name);
  return all;
}

std::string doubled(std::string_view text, char quote) {
  std::string result(1, quote);
  for (char const c : text) {
    if (c == quote) result += c;
    result += c;
  }
  return result + quote;
}

std::string csv_field(cell const& value) {
  if (!value) return "";
  bool const quoted = value->empty() || value->find_first_of("\",\r\n") != std::string::npos || value->front() == ' ' ||
                      value->back() == ' ';
  return quoted ? doubled(*value, '"') : *value;
}

/// A text with a backslash is written so that no setting of the server can change its meaning.
std::string sql_value(cell const& value, kind of) {
  if (!value) return "NULL";
  if (of == kind::number) return *value;
  auto const plain = doubled(*value, '\'');
  if (!plain.contains('\\')) return plain;
  std::string escaped = "E";
  for (char const c : plain) escaped += c == '\\' ? "\\\\" : std::string(1, c);
  return escaped;
}

std::string json_member(column const& c, cell const& value) {
  if (!value) return fmt::format("\"{}\":null", c.name);
  bool const as_it_is = c.of != kind::text;
  return fmt::format("\"{}\":{}", c.name, as_it_is ? *value : boost::json::serialize(boost::json::value(*value)));
}

std::string written(table const& t, std::vector<cell> const& cells, export_format how) {
  std::vector<std::string> fields;
  for (std::size_t i = 0; i != cells.size(); ++i)
    fields.push_back(how == export_format::csv   ? csv_field(cells[i])
                     : how == export_format::sql ? sql_value(cells[i], t.columns[i].of)
                                                 : json_member(t.columns[i], cells[i]));
  if (how == export_format::csv) return fmt::format("{}\r\n", fmt::join(fields, ","));
  if (how == export_format::ndjson) return fmt::format("{{{}}}\n", fmt::join(fields, ","));
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (id) DO NOTHING;\n", t.name,
                     fmt::join(names(t), ", "), fmt::join(fields, ", "));
}

cell when(std::optional<wall_time> t) { return t.transform(iso8601); }
cell count(std::optional<std::int64_t> n) {
  return n.transform([](std::int64_t value) { return std::to_string(value); });
}
cell filled(std::string const& text) { return text.empty() ? cell() : cell(text); }

}  // namespace

std::string export_head(export_table what, export_format how) {
  if (how == export_format::csv) return fmt::format("{}\r\n", fmt::join(names(table_of(what)), ","));
  return how == export_format::sql ? "BEGIN;\n" : "";
}

std::string export_row(sql::metric_row const& row, export_format how) {
  return written(table_of(export_table::metrics),
                 {row.id, row.institution_id, row.metric_type, fmt::format("{:.4f}", row.value), iso8601(row.timestamp),
                  filled(row.metadata)},
                 how);
}

std::string export_row(sql::incident_row const& row, export_format how) {
  if (row.institution_id == monitor::platform_institution) return {};
  return written(table_of(export_table::incidents),
                 {row.id, row.institution_id, row.incident_type, row.severity, row.status, row.description,
                  iso8601(row.started_at), when(row.resolved_at), row.resolution_notes, count(row.affected_users_count),
                  row.created_by, row.assigned_to},
                 how);
}

std::string export_row(sql::chaos_result_row const& row, export_format how) {
  return written(table_of(export_table::chaos),
                 {row.id, row.test_name, row.institution_id, row.test_type, row.status, count(row.duration_ms),
                  count(row.recovery_time_ms), filled(row.details), iso8601(row.executed_at)},
                 how);
}

std::string export_tail(export_format how) { return how == export_format::sql ? "COMMIT;\n" : ""; }

std::string_view export_ddl() { return sql::migrations_of(sql::engine::postgres)[0].text; }

}  // namespace vendaval::controller
