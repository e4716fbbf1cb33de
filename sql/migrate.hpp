#pragma once
#include <span>

#include "sql/connection.hpp"
#include "sql/migrations.hpp"

namespace vendaval::sql {

/// Inside a transaction: applies the steps that are missing. Throws when the schema is newer than the last step, when
/// an applied step differs from ours, and when the steps are not numbered 1, 2, 3 …
void bring_up_to_date(connection& on, std::span<migration const> steps);

/// The last step applied; 0 for a database that has none.
int version_of(connection& on);

}  // namespace vendaval::sql
