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

std::vector<ladder::call> ladder::due(std::vector<incident> const& open, time_point now) {
  std::vector<call> calls;
  std::map<std::string, height> still;
  for (auto const& i : open) {
    auto& at = still[i.id] = std::move(heights_[i.id]);
    if (i.reopened != at.reopened) at = {{}, 0, i.reopened};
    at.climbed.resize(settings_.steps.size());
    if (i.status != incident_status::open || !i.alerted_at) continue;
    auto const age = now - *i.alerted_at;
    for (std::size_t k = 0; k < settings_.steps.size(); ++k) {
      auto const& step = settings_.steps[k];
      if (at.climbed[k] || i.grade < step.at_least || age < step.after) continue;
      at.climbed[k] = true;
      calls.push_back({i, false, fmt::format("step-{}", k + 1), step.channels});
    }
    auto const rounds = settings_.repeat > duration(0) ? age / settings_.repeat : 0;
    if (rounds > at.reminders) {
      at.reminders = rounds;
      calls.push_back({i, true, fmt::format("reminder-{}", rounds), {}});
    }
  }
  heights_ = std::move(still);
  return calls;
}

}  // namespace vendaval::monitor
