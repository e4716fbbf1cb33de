#include "controller/io/run_rows.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace vendaval::controller {

namespace json = boost::json;

sql::chaos_result_row chaos_row(journal const& j, scenario const& played, std::string const& journal_path) {
  sql::chaos_result_row row;
  row.id = j.facts.run.id;
  row.test_name = fmt::format("{}@{}", played.name, played.version);
  if (played.targets().size() <= 1) row.institution_id = played.target;
  row.test_type = test_type_names[static_cast<std::size_t>(played.type)];
  row.status = ruling_names[static_cast<std::size_t>(j.stored.result)];
  row.duration_ms = j.facts.ended.count();
  if (j.stored.recovery) row.recovery_time_ms = j.stored.recovery->count();
  json::object details{{"journal", journal_path},
                       {"seed", j.facts.run.seed},
                       {"compress", j.facts.run.compress},
                       {"version", j.facts.run.version},
                       {"verdict", to_json(j.stored)}};
  row.details = json::serialize(details);
  row.executed_at = j.facts.run.started;
  return row;
}

std::string state_word(journal const& j) {
  if (j.facts.end == ending::aborted || j.facts.end == ending::stopped) return "aborted";
  return std::string(ruling_names[static_cast<std::size_t>(j.stored.result)]);
}

}  // namespace vendaval::controller
