#include "monitor/io/learner.hpp"

#include <boost/asio/post.hpp>

#include "monitor/io/sample_reader.hpp"

namespace vendaval::monitor {

learner::learner(tools t, usual_options o) : tools_(std::move(t)), options_(std::move(o)) {
  for (auto const& r : tools_.pupil.settings().rules)
    if (r.usual) following_.push_back(r);
}

void learner::tick(time_point now) {
  if (following_.empty()) return;
  auto const hour = std::chrono::floor<std::chrono::hours>(tools_.calendar.at(now));
  if (hour != hour_) {
    hour_ = hour;
    waiting_.clear();
    for (auto const& s : tools_.pupil.summaries(now)) waiting_.push_back(s.id);
  }
  if (in_trouble_) {
    not_before_ = now + pause;
    in_trouble_ = false;
  }
  if (!reading_ && !waiting_.empty() && now >= not_before_) next(hour_);
}

void learner::next(wall_time hour) {
  auto bank = waiting_.front();
  auto const s = settings_for(bank, options_, tools_.pupil.settings().rules, hour);
  reading_ = tools_.storage.run([this, bank, s, hour, rules = following_, control = tools_.control,
                                 alive = std::weak_ptr(alive_)](sql::store& store) {
    sql::result<std::vector<std::pair<std::string, baseline>>> all;
    for (auto const& r : rules) {
      auto const samples = read_samples(store, bank, r.about(), hour - looks_back, hour);
      if (!samples) {
        all = std::unexpected(samples.error());
        break;
      }
      all->emplace_back(r.name, learn(*samples, hour, s));
    }
    boost::asio::post(control, [this, bank, all = std::move(all), alive]() mutable {
      if (!alive.expired()) learned(bank, std::move(all));
    });
  });
  if (reading_) waiting_.pop_front();
}

void learner::learned(std::string const& bank, sql::result<std::vector<std::pair<std::string, baseline>>> what) {
  reading_ = false;
  if (!what) {
    in_trouble_ = true;
    waiting_.push_front(bank);
    return tools_.log->warn("what is usual for {} could not be read, what was learned before goes on: {}", bank,
                            what.error());
  }
  for (auto& [rule, usual] : *what) {
    bool const speaks = usual.from != pool::learning;
    auto const key = bank + "/" + rule;
    if (speaks && speaking_.insert(key).second)
      tools_.log->info("{} follows {} from now on: {}", rule, bank, limits_in_words(usual));
    if (!speaks) speaking_.erase(key);
    tools_.pupil.follow(bank, rule, std::move(usual));
  }
}

}  // namespace vendaval::monitor
