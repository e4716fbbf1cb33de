#pragma once
/// The app's own table of links, exported as CSV.
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "base/institution.hpp"
#include "base/toml/problem.hpp"

namespace vendaval::controller {

/// Link id → institution id.
using link_table = std::map<std::string, std::string>;

/// Reads
///   link_id,institution
///   0d3ffb69-f83b-456e-ad8e-208d0998d71d,ofitau_br_retail
/// with an institution by code or alias. Columns may stand in any order beside others, which are passed over; commas or
/// semicolons part them, as spreadsheets write them; quotes and a byte order mark are understood. Either the whole file
/// is right, or its mistakes are returned with their lines, the first twenty of them.
std::expected<link_table, problems> read_links(std::string_view text, std::string const& file,
                                               institutions const& banks);

}  // namespace vendaval::controller
