// The detector's part of a tick: incidents that nobody is told of yet.
#include <fmt/format.h>

#include <algorithm>

#include "base/decimal_comma.hpp"
#include "monitor/monitor.hpp"

namespace vendaval::monitor {
namespace {

std::string describe(std::string_view bank, signal const& s) {
  auto const* const did = s.what == trouble::slowness ? "foram lentas" : "falharam";
  return decimal_comma(fmt::format("{}: {} de {} chamadas {} em {}; o esperado é até {:.1f}%", bank, s.bad, s.samples,
                                   did, for_people(s.over), s.expected * 100));
}

}  // namespace

bool monitor::calm(std::string const& institution) const {
  if (drill_on(institution) || book_.open_at(institution)) return false;
  return std::ranges::none_of(states_.at(institution), [](rule_state const& s) {
    return s.view().firing || s.view().state == alert_state::pending || s.view().state == alert_state::masked;
  });
}

void monitor::sense(time_point now, effects& out) {
  for (auto& [institution, detectors] : detectors_) {
    bool const quiet = calm(institution);
    for (auto& d : detectors) {
      if (d.raised() && !book_.open_at(institution)) d.forget();  // it is over; if it is not, that shows again
      auto const seen = d.step(traffic_, institution, now, quiet);
      if (!seen) continue;
      auto const name = detector_name(d.kind());
      if (!seen->raised) {
        bool const still = std::ranges::any_of(
            detectors, [&](detector const& other) { return other.kind() == d.kind() && other.raised(); });
        if (!still) book_.cleared(institution, name, now);
        continue;
      }
      auto const& s = seen->seen;
      auto const counts = traffic_.counts(institution, {}, now - s.over, now);
      sighting what{institution, name, severity::medium, classify(counts, s.what == trouble::slowness), {}, {}, {}};
      what.description = describe(settings_.banks.name_of(institution), s);
      what.started = s.first_bad;
      what.at = now;
      auto here = around(institution);
      here.run = drill_behind(institution, counts, s.over, now);
      tell(book_.detected(what, here), out);
    }
  }
}

}  // namespace vendaval::monitor
