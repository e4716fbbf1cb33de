#pragma once
#include <string>
#include <string_view>

namespace vendaval {

/// Where a line of a TOML file stands, as far as can be told without the file being right.
struct place_in_file {
  std::string table;      // "channel", "probes.call", as its header says
  std::string key;        // of the value that goes on in this line; empty when the line begins with a key of its own
  bool in_text = false;   // the line begins within """ or '''
  std::string_view line;  // without its end
};
/// `number` counts from 1; one that the text does not have is an empty line.
place_in_file place_of_line(std::string_view text, unsigned number);

/// The key at the front of `text`, blanks before it included, when "=" follows; else nothing.
std::string_view leading_key(std::string_view text);
/// [table] or [[table]] at the front of `text`: its name; else nothing.
std::string_view leading_table(std::string_view text);

}  // namespace vendaval
