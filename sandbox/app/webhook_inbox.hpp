#pragma once
/// What the simulated app knows of the webhooks it was sent: how many came, of which kind.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace vendaval::sandbox {

class webhook_inbox {
 public:
  void take(std::string_view body);
  std::uint64_t count() const { return count_; }
  /// "TRANSACTIONS" → 7; what has no webhook_type counts as "unreadable".
  std::map<std::string, std::uint64_t> const& by_type() const { return by_type_; }

 private:
  std::uint64_t count_ = 0;
  std::map<std::string, std::uint64_t> by_type_;
};

}  // namespace vendaval::sandbox
