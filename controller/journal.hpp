#pragma once
#include <boost/json/value.hpp>

#include <expected>
#include <string>

#include "controller/record.hpp"
#include "controller/verdict.hpp"

namespace vendaval::controller {

struct journal {
  record facts;
  verdict stored;
};

boost::json::value to_json(journal const& j);
/// Or a sentence that says what is wrong with it.
std::expected<journal, std::string> from_json(boost::json::value const& value);

/// The verdict again, from the facts and the scenario's text alone. Equal to the stored one, or the journal was changed
/// or written by a version that judged differently.
std::expected<verdict, std::string> recompute(journal const& j);

}  // namespace vendaval::controller
