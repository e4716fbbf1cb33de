#pragma once
/// The schema as numbered steps, embedded in the program. A released step is never edited: a new one is added.
#include <span>
#include <string>
#include <string_view>

namespace vendaval::sql {

enum class engine { sqlite, postgres };

struct migration {
  int version = 0;        // 1, 2, 3 … without gaps
  std::string_view name;  // "001_mission"
  std::string_view text;  // SQL of one engine; several statements
};

/// Every step this program knows, in order.
std::span<migration const> migrations_of(engine which);

/// Makes the table that says which steps were applied, when it is not there.
std::string_view version_table_of(engine which);

/// SHA-256 of the text, in hexadecimal.
std::string checksum_of(migration const& step);

}  // namespace vendaval::sql
