#include "bench/load/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vendaval::bench {

std::string samples::json() {
  if (all_.empty()) return "null";
  std::ranges::sort(all_);
  auto const at = [this](double share) {
    auto const rank = std::ceil(share * static_cast<double>(all_.size()));
    auto const index = std::clamp<std::size_t>(static_cast<std::size_t>(rank), 1, all_.size()) - 1;
    return static_cast<double>(all_[index].count()) / 1000;
  };
  return fmt::format(R"({{"min":{:.1f},"p50":{:.1f},"p90":{:.1f},"p99":{:.1f},"p99.9":{:.1f},"max":{:.1f}}})", at(0),
                     at(0.5), at(0.9), at(0.99), at(0.999), at(1));
}

}  // namespace vendaval::bench
