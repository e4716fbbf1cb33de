#pragma once
/// The half of the scenario reader that reads what must hold: hypotheses, assertions and stop conditions.
#include <set>
#include <string>
#include <string_view>

#include "base/toml/reader.hpp"
#include "controller/scenario.hpp"

namespace vendaval::controller {

/// Names given so far to one kind of thing; a second one of the same name is a problem.
class names_of {
 public:
  explicit names_of(std::string_view thing) : thing_(thing) {}
  void take(table_reader& in, std::string const& name);

 private:
  std::string_view thing_;
  std::set<std::string> taken_;
};

/// "itau, bb, …" with the nearest first, for messages about a name that is not on a list.
std::string accepted_names(std::string_view typed, std::span<std::string const> known);

void read_hypotheses(table_reader& root, scenario& s);
void read_assertions(table_reader& root, scenario& s);
void read_stops(table_reader& root, scenario& s);

}  // namespace vendaval::controller
