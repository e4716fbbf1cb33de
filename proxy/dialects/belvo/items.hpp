#pragma once
/// What the objects in a Belvo answer say about whose they are.
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace vendaval::dialects::belvo_answers {

/// Empty where it says nothing.
struct belonging {
  std::string_view id, link;
  std::string_view institution;  // Belvo's name of it, alone or in an object
};
struct item : belonging {
  std::string_view number, name;  // an institution's own: its id, which is a number, and its name
  belonging account;              // that it speaks of
};

/// The items of a list, bare or in `results`; else the one object that the text is.
struct items {
  explicit items(std::string_view text);
  std::vector<item> all;
  bool valid = false;  // is the text JSON? Else it has no items

 private:
  class reader;
  std::forward_list<std::string> unescaped_;  // what views point into where the text itself will not do
};

}  // namespace vendaval::dialects::belvo_answers
