#pragma once
/// What the monitor remembers, as rows and back.
#include "monitor/monitor.hpp"
#include "sql/result.hpp"
#include "sql/rows.hpp"
#include "sql/store.hpp"

namespace vendaval::monitor {

/// One alert's state; empty when the change is nothing to be remembered (nothing bad before it, nor after).
std::optional<sql::state_row> state_row_of(alert_change const& c, timeline const& calendar);
sql::state_row state_row_of(silence const& s, timeline const& calendar);
/// That somebody looked at this time.
sql::state_row alive_row(time_point now, timeline const& calendar);

sql::incident_detail_row detail_row_of(incident const& i, timeline const& calendar);
std::vector<sql::incident_note_row> note_rows_of(incident const& i, timeline const& calendar);
incident incident_of(sql::remembered_incident const& kept, timeline const& calendar);

/// What the database has of all that: incidents, oldest first, what was said of them, states.
sql::result<sql::batch> remembered_rows(sql::store& store);
/// What it would have once `newer` was written as well.
sql::batch with_newer(sql::batch known, sql::batch const& newer);
/// What a later version wrote and this one does not know is left out.
memory memory_of(sql::batch const& rows, timeline const& calendar);

}  // namespace vendaval::monitor
