#include "monitor/io/objectives_reader.hpp"

#include "monitor/io/memory.hpp"

namespace vendaval::monitor {
namespace {

constexpr int most_incidents = 10'000;

/// Those that began in the window; a platform's incident is each of its banks'.
std::vector<incident> of_bank(std::vector<sql::remembered_incident> const& all, std::string const& bank,
                              wall_time from) {
  static timeline const any{};  // only spans between the times are asked for
  std::vector<incident> its;
  for (auto const& kept : all)
    if (kept.row.institution_id == bank && kept.row.started_at >= from) {
      its.push_back(incident_of(kept, any));
      its.back().part_of.clear();
    }
  return its;
}

}  // namespace

sql::result<objective_report> read_objectives(sql::store& from, objectives_query const& asked, wall_time now) {
  auto sla = read_sla(from, {asked.window, asked.wanted.availability, asked.institutions}, now);
  if (!sla) return std::unexpected(sla.error());
  auto const incidents = from.remembered_incidents(most_incidents);
  if (!incidents) return std::unexpected(incidents.error());
  objective_report report{sla->from, sla->until, asked.wanted, {}};
  for (auto& shares : sla->lines) {
    auto hours = from.history(shares.institution, {"hour", sla->from, now + 1min});
    if (!hours) return std::unexpected(hours.error());
    auto its = of_bank(*incidents, shares.institution, sla->from);
    report.lines.push_back(judge({std::move(shares), std::move(*hours), std::move(its)}, asked.wanted));
  }
  return report;
}

}  // namespace vendaval::monitor
