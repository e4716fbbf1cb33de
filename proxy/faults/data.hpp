#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The bank's answer is well-formed and wrong. What `at` does not find is left alone.
///   kind = "data"
///   change = "remove"            # a field · set: to `value` · duplicate or drop: `items` at the front of an array ·
///                                # older: a date or instant by `age` · endless: the page names itself as the next one
///   at = "/results/-/balance"    # JSON pointer; "-" stands for every element
struct data {
  static constexpr std::string_view name = "data";
  static constexpr std::string_view about =
      "Changes the JSON of the bank's answer, which stays well-formed: wrong balances, missing or doubled entries.";
  static constexpr peers elsewhere{"-", "-", "response templating (on stubs)"};
  static constexpr reach acts = reach::answer;
  enum class what : std::uint8_t { remove, set, duplicate, drop, older, endless };
  static constexpr std::array<std::string_view, 6> changes{"remove", "set", "duplicate", "drop", "older", "endless"};

  what change = what::remove;
  std::string at{}, value{};
  std::uint32_t items = 1;
  duration age = 24h;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("change", self.change, meaning{"what is done to the JSON"}, changes);
    visit("at", self.at, meaning{"a JSON pointer; the step \"-\" stands for every element of an array"});
    visit("value", self.value, meaning{"set: the JSON to put there, such as \"0\" or \"null\""});
    visit("items", self.items, meaning{"duplicate, drop: so many from the front of the array"}, 1u, 1000u);
    visit("age", self.age, meaning{"older: how much earlier the date or instant becomes"}, 1s, 24h * 365);
  }
  bool ends() const { return false; }
  void check(fault_checks& checks) const;
  bool random() const { return false; }
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
