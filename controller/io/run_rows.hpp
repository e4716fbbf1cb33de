#pragma once
#include <string>

#include "controller/journal.hpp"
#include "sql/rows.hpp"

namespace vendaval::controller {

/// A finished run as a row of chaos_test_results.
sql::chaos_result_row chaos_row(journal const& j, scenario const& played, std::string const& journal_path);
/// passed, failed, error or aborted: the state in the table of runs.
std::string state_word(journal const& j);

}  // namespace vendaval::controller
