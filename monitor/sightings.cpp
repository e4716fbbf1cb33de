// What others have seen.
#include "monitor/monitor.hpp"

namespace vendaval::monitor {

effects monitor::sighted(sighting const& s) {
  effects out;
  watch(s.institution);
  circumstances around;
  around.bank_name = settings_.banks.name_of(s.institution);
  if (auto const users = settings_.affected.find(s.institution); users != settings_.affected.end())
    around.affected = users->second;
  if (auto const* d = drill_on(s.institution); d && d->armed_once) around.run = d->of.run;
  tell(book_.detected(s, around), out);
  return out;
}

void monitor::sighting_over(std::string_view institution, std::string_view by, time_point at) {
  book_.cleared(institution, by, at);
}

}  // namespace vendaval::monitor
