#include "monitor/notify/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::monitor {
namespace {

constexpr duration remembered = 24h * 8;  // longer than any silence

}  // namespace

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

/// Since when somebody could have taken it: the first message, or the one that said it was back.
time_point ladder::told_at(incident const& i, time_point now) {
  if (i.reopened == 0) return *i.alerted_at;
  auto& known = comebacks_[i.id];
  if (known.reopened != i.reopened) known = {i.reopened, asked_ ? std::optional(now) : std::nullopt, now};
  known.seen = now;
  return std::max(*i.alerted_at, known.at.value_or(*i.alerted_at));
}

std::vector<ladder::call> ladder::due(std::vector<incident> const& open, time_point now) {
  std::vector<call> calls;
  std::map<std::string, height> still;
  for (auto const& i : open) {
    auto& at = still[i.id] = std::move(heights_[i.id]);
    if (i.reopened != at.reopened) at = {{}, 0, i.reopened};
    at.climbed.resize(settings_.steps.size());
    if (!i.alerted_at) continue;
    auto const age = now - told_at(i, now);
    if (i.status != incident_status::open) continue;
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
  std::erase_if(comebacks_, [now](auto const& entry) { return now - entry.second.seen > remembered; });
  asked_ = true;
  return calls;
}

}  // namespace vendaval::monitor
