// What others have seen.
#include "monitor/monitor.hpp"

namespace vendaval::monitor {

effects monitor::sighted(sighting const& s) {
  effects out;
  watch(s.institution);
  tell(book_.detected(s, around(s.institution)), out);
  return out;
}

void monitor::sighting_over(std::string_view institution, std::string_view by, time_point at) {
  book_.cleared(institution, by, at);
}

}  // namespace vendaval::monitor
