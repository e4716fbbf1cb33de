#pragma once
#include <string>
#include <vector>

namespace vendaval::faults {

/// One key of a kind, in words.
struct key_reference {
  std::string name, type, initial, bounds, meaning;
};
struct kind_reference {
  std::string name, about, acts, toxiproxy, envoy, wiremock;
  std::vector<key_reference> keys;
};

/// Every kind of the catalogue, as its own table describes it.
std::vector<kind_reference> reference();
/// docs/faults.md.
std::string reference_page();

}  // namespace vendaval::faults
