#pragma once
/// What people may ask of history, on the command line and over HTTP, in their words.
#include <expected>
#include <string>
#include <string_view>

#include "base/institution.hpp"
#include "base/units.hpp"
#include "monitor/history/objectives.hpp"

namespace vendaval::controller {

template <class T>
using read_or_why = std::expected<T, std::string>;

/// "7d", "30d", "90d", "36h": a minute to 90 days.
read_or_why<duration> read_window(std::string_view text);
/// "99.9" or "99.9%": above 0, at most 100.
read_or_why<percent> read_target(std::string_view text);
/// A bank's code or alias as its code.
read_or_why<std::string> read_bank(std::string_view text, institutions const& banks);
/// "success", "latency", "availability" or "recovery".
read_or_why<monitor::objective> read_objective(std::string_view text);
enum class series_by : std::uint8_t { time, client };
/// "time" or "client".
read_or_why<series_by> read_series_by(std::string_view text);
/// UTC or with an offset, with or without seconds: "2026-01-06T12:00-03:00", "2026-01-06T15:00Z".
read_or_why<wall_time> read_moment(std::string_view text);
/// "2026-01-19T17:31:05Z", "2026-01-19" (midnight in Brasília), or "7d" for so long before `now`.
read_or_why<wall_time> read_when(std::string_view text, wall_time now);

}  // namespace vendaval::controller
