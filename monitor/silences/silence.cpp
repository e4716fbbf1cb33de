#include "monitor/silences/silence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/redact.hpp"

namespace vendaval::monitor {

std::expected<silence, std::string> silence_book::add(silence s, time_point now) {
  if (s.by.empty()) return std::unexpected("a silence needs the name of who wants it (by)");
  if (s.reason.empty()) return std::unexpected("a silence needs a reason");
  if (s.by.size() > 100 || s.reason.size() > 1000) return std::unexpected("by or reason is too long");
  bool const of_all = s.institution.empty() && s.rule.empty() && s.run.empty();
  auto const longest = of_all ? longest_silence_of_all : longest_silence;
  s.from = now;
  if (s.until <= now) return std::unexpected("a silence must end in the future: say for how long (for)");
  if (s.until - now > longest)
    return std::unexpected(
        fmt::format("a silence of {} lasts {} at most", of_all ? "everything" : "this kind", show(longest)));
  if (all_.size() >= 1000) return std::unexpected("there are a thousand silences: remove some");
  s.reason = redact(s.reason);
  s.id = uuid(dice_);
  all_.push_back(s);
  return s;
}

std::optional<silence> silence_book::remove(std::string_view id, time_point now) {
  auto const found = std::ranges::find(all_, id, &silence::id);
  if (found == all_.end()) return std::nullopt;
  auto removed = std::move(*found);
  all_.erase(found);
  removed.until = now;
  return removed;
}

std::vector<silence> silence_book::run_ended(std::string_view run, time_point now) {
  std::vector<silence> ended;
  std::erase_if(all_, [&](silence& s) {
    if (s.run.empty() || s.run != run) return false;
    s.until = now;
    ended.push_back(s);
    return true;
  });
  return ended;
}

void silence_book::restore(std::vector<silence> before, time_point now) {
  for (auto& s : before)
    if (s.until > now && s.run.empty()) all_.push_back(std::move(s));  // no run outlives its process
}

void silence_book::expire(time_point now) {
  std::erase_if(all_, [&](silence const& s) { return s.until <= now; });
}

silence const* silence_book::quiets(std::string_view institution, rule const& r, std::string_view run,
                                    time_point now) const {
  auto const found = std::ranges::find_if(all_, [&](silence const& s) {
    return now < s.until && (s.institution.empty() || s.institution == institution) &&
           (s.run.empty() || s.run == run) && (s.rule.empty() || s.rule == r.name) &&
           (!s.at_most || r.grade <= *s.at_most);
  });
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace vendaval::monitor
