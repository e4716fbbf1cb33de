#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace vendaval::sql {

/// A version 4 UUID from 128 bits of the caller's dice; pure, so that a rehearsal mints the same ids again.
std::string uuid_from(std::uint64_t high, std::uint64_t low);

/// A version 4 UUID from the system's randomness.
std::string new_uuid();

/// "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" in hexadecimal, either case.
bool is_uuid(std::string_view text);

}  // namespace vendaval::sql
