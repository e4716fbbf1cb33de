#pragma once
#include <string>

#include "controller/journal.hpp"

namespace vendaval::controller {

struct summary_style {
  bool colour = false;
  bool unicode = true;
  std::string journal_path{}, report_path{}, decisions_path{}, database{};  // where things are; left out when empty
};

/// The end of a run for a terminal, made from the journal alone.
std::string summary(journal const& j, summary_style const& style);
/// The same as Markdown, to keep and to send around.
std::string report(journal const& j);

}  // namespace vendaval::controller
