#pragma once
/// Why an alert fired: what was seen, what it was held against, and where that limit comes from.
#include <boost/json/value.hpp>
#include <string>

#include "monitor/alerts/rule.hpp"
#include "monitor/baseline/baseline.hpp"

namespace vendaval::monitor {

struct reading;

struct explanation {
  std::string sentence;  // pt-BR, one line, without the bank's name
  std::string object;    // JSON: all that the sentence is made of
};

/// `usual`: the limits that follow the bank, for a rule that does; else null.
explanation explain(rule const& r, reading const& seen, baseline const* usual);
/// What a rule with threshold = "usual" says of so many samples: the chance of as many bad or slow ones by accident.
double chance_of(rule const& r, reading const& seen);

/// An explanation's object again; null when it is none, as after a change of versions.
boost::json::value parsed(std::string const& object);

/// All that a limit comes from, in milliseconds and percent.
boost::json::object to_json(baseline const& b);

}  // namespace vendaval::monitor
