#pragma once
/// A run on paper: everything needed to judge it again, as one JSON document.
///   format       "vendaval-journal-1"
///   run          id, scenario {name of the file, text, hash (FNV-1a 64 of the text)}, target (if given apart), seed (a
///                text: it has 64 bits), compress, version, started_by, started (ISO and ms since 1970), ended_ms,
///                institutions [{id, name, aliases}],
///                error_codes that the dialect could answer with
///   phases       [{name, target, faulty, began_ms, ended_ms}]
///   events       [{ms, at, text}]
///   instants     [{mark, ms, at}] in the order of the ledger; a mark that never came is absent
///   traffic      {columns, rows}: one row per second, institution and operation with what ended in it; latency as the
///                bins [index, count] of the monitor's sketch
///   breaker      verdict, open, failures_before_open, evidence
///   notices      opened, updated, resolved, suppressed
///   writes       lost, repeated; absent from journals of earlier versions
///   webhooks     target and others, each {before, during, after}, each {passed, held, dropped, released, refused};
///   null
///                where webhooks had no way in, absent from journals of earlier versions
///   exchanges_lost, end {how, why}
///   verdict      result, reason, detection_ms, recovery_ms, hypotheses and assertions [{name, when, ok, measured,
///                at_least, at_most, unit, sentence}]; whole numbers of the unit
/// Every "ms" counts from the start of the run; every "at" is the same instant in UTC. Keys that a reader does not know
/// are to be ignored.
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
boost::json::value to_json(verdict const& v);
/// Or a sentence that says what is wrong with it.
std::expected<journal, std::string> from_json(boost::json::value const& value);

/// The scenario as it was played: read again from the text, and compressed if the run was.
std::expected<scenario, std::string> played_scenario(run_identity const& run);

/// The verdict again, from the facts and the scenario's text alone. Equal to the stored one, or the journal was
/// changed, or written by a version that judged differently.
std::expected<verdict, std::string> recompute(journal const& j);

}  // namespace vendaval::controller
