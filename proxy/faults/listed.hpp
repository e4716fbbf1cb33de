#pragma once
#include <string>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// What the API says of the bank in its own list of banks, which goes on answering: `GET /api/institutions/` is about
/// no bank in particular, and only what it says of the banks that the fault names changes.
///   kind = "listed"
///   as = "down"
struct listed {
  static constexpr std::string_view name = "listed";
  static constexpr std::string_view about =
      "Changes the status that the API's list of banks shows for the bank, as Belvo's does while a bank is down.";
  static constexpr peers elsewhere{"-", "-", "response templating (on stubs)"};
  static constexpr reach acts = reach::answer;
  static constexpr bool in_lists = true;  // decide() asks it about lists of banks, and about nothing else

  std::string as = "down";

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("as", self.as, meaning{"the status shown: Belvo's are \"healthy\" and \"down\""});
  }
  bool ends() const { return false; }
  void check(fault_checks& checks) const {
    if (as.empty()) checks.fail("as", "as must say a status", "for example: as = \"down\"");
  }
  bool random() const { return false; }
  bool shape(plan& p, shaping_context& context) const {
    for (auto const& bank : context.request.institutions) p.relisted.push_back({bank, as});
    return true;
  }
};

}  // namespace vendaval::faults
