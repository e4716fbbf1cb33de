#pragma once
/// Calls by client over some time: the busiest each by itself, the others as one. A client is the number that the data
/// path makes of an address and a User-Agent (base/client_of.hpp); the address itself is nowhere.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vendaval::monitor {

struct client_calls {
  std::int64_t calls = 0, bad = 0;  // bad: as the dialect weighs them, part of calls
  bool operator==(client_calls const&) const = default;
};

class clients {
 public:
  /// So many are counted apart; who comes first after that is counted with the others.
  static constexpr std::size_t apart = 256;
  struct line {
    std::uint64_t client = 0;
    client_calls of;
    bool operator==(line const&) const = default;
  };

  void add(std::uint64_t client, bool bad) { put(client, {1, bad}); }
  void merge(clients const& more);

  std::vector<line> busiest() const;  // all that are counted apart, the busiest first
  client_calls others() const { return others_; }

  /// {"00c0ffee00c0ffee": [calls, bad], …, "others": [calls, bad]}: so many of the busiest by name.
  std::string to_json(std::size_t named) const;
  /// What cannot be read is left out.
  static clients from_json(std::string_view text);

 private:
  void put(std::uint64_t client, client_calls more);

  std::unordered_map<std::uint64_t, client_calls> apart_;
  client_calls others_;
};

/// As decisions write it: 16 hexadecimal digits.
std::string client_name(std::uint64_t client);

}  // namespace vendaval::monitor
