#include "monitor/notify/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::monitor {
std::vector<escalation_step> read_escalation(table_reader& table) {
  std::vector<escalation_step> steps;
  table.each("escalation", [&](table_reader& in) {
    auto& step = steps.emplace_back();
    in.require("after");
    in.require("channels");
    escalation_step::fields(step, in);
    if (in.has("channels") && step.channels.empty())
      in.fail("channels", "this step tells nobody", "name at least one [[channel]]");
  });
  return steps;
}

std::vector<ladder::call> ladder::due(std::vector<incident> const& open, time_point now) const {
  std::vector<call> calls;
  for (auto const& i : open) {
    if (i.status != incident_status::open || !i.told_at) continue;
    auto const age = now - *i.told_at;
    for (std::size_t k = 0; k < settings_.steps.size(); ++k) {
      auto const& step = settings_.steps[k];
      auto name = fmt::format("step-{}", k + 1);
      if (i.grade < step.at_least || age < step.after) continue;
      if (std::ranges::find(i.climbed, name) != i.climbed.end()) continue;
      calls.push_back({i, 0, std::move(name), step.channels});
    }
    auto const rounds = settings_.repeat > duration(0) ? static_cast<unsigned>(age / settings_.repeat) : 0;
    if (rounds > i.reminders) calls.push_back({i, rounds, fmt::format("reminder-{}", rounds), {}});
  }
  return calls;
}

}  // namespace vendaval::monitor
