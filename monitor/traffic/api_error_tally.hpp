#pragma once
/// Errors by the API's own code, since the start. Codes are of the dialect's closed list, so there are few; should one
/// have more than anybody can read, the rest are one.
#include <cstdint>
#include <map>
#include <string>

#include "proxy/exchange.hpp"

namespace vendaval::monitor {

class api_error_tally {
 public:
  static constexpr std::size_t most_codes = 64;  // of one institution
  struct counts {
    std::uint64_t genuine = 0, injected = 0;
    bool operator==(counts const&) const = default;
  };
  using by_code = std::map<std::string, counts, std::less<>>;
  using by_institution = std::map<std::string, by_code, std::less<>>;

  void observe(exchange const& x) {
    // What breaks the rules of HTTP bears a reason of ours in place of a code.
    if (x.code.empty() || x.result == outcome::ok || x.result == outcome::upstream_invalid) return;
    auto& codes = all_[x.institution];
    bool const room = codes.size() < most_codes || codes.contains(x.code);
    auto& known = codes[room ? x.code : std::string(other_code)];
    ++(x.injected ? known.injected : known.genuine);
  }
  by_institution const& all() const { return all_; }

 private:
  by_institution all_;
};

}  // namespace vendaval::monitor
