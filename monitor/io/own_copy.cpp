#include "monitor/io/own_copy.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/io/file.hpp"
#include "monitor/io/memory.hpp"
#include "sql/batch_bytes.hpp"

namespace vendaval::monitor {
namespace {

/// What this process needs of it, and nothing besides.
sql::batch pruned(sql::batch const& all) {
  std::set<std::string> over;  // the newest first into it
  std::set<std::string> kept;
  for (auto row = all.incidents.rbegin(); row != all.incidents.rend(); ++row) {
    bool const open = row->status == "open" || row->status == "investigating";
    if (open || over.size() < own_copy::over_at_most) kept.insert(row->id);
    if (!open) over.insert(row->id);
  }
  sql::batch few;
  std::ranges::copy_if(all.incidents, std::back_inserter(few.incidents),
                       [&](auto const& row) { return kept.contains(row.id); });
  std::ranges::copy_if(all.incident_details, std::back_inserter(few.incident_details),
                       [&](auto const& row) { return kept.contains(row.incident_id); });
  std::ranges::copy_if(all.incident_notes, std::back_inserter(few.incident_notes),
                       [&](auto const& row) { return kept.contains(row.incident_id); });
  few.states = all.states;
  return few;
}

}  // namespace

std::expected<sql::batch, std::string> own_copy::read() const {
  if (path_.empty() || !std::filesystem::exists(path_)) return sql::batch();
  auto const raw = read_file(path_);
  if (!raw) return std::unexpected(raw.error());
  return sql::batch_from_bytes(*raw);
}

std::expected<void, std::string> own_copy::begin(sql::batch known) {
  if (path_.empty()) return {};
  known_ = pruned(known);
  return write();
}

std::expected<void, std::string> own_copy::add(sql::batch const& rows) {
  if (path_.empty() || (rows.incidents.empty() && rows.states.empty())) return {};
  known_ = pruned(with_newer(std::move(known_), rows));
  return write();
}

std::expected<void, std::string> own_copy::write() const {
  auto const raw = sql::to_bytes(known_);
  if (!raw) return std::unexpected(raw.error());
  return write_file_durably(path_, *raw, 0600);
}

}  // namespace vendaval::monitor
