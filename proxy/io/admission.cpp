#include "proxy/io/admission.hpp"

#include <algorithm>

namespace vendaval::io {
namespace {

/// An IPv4 address, or the /64 of an IPv6 one: whoever has one address of it has them all. Never 0.
std::uint64_t client_of(boost::asio::ip::address const& a) {
  if (a.is_v4()) return (std::uint64_t{1} << 32) | a.to_v4().to_uint();
  auto const v6 = a.to_v6();
  if (v6.is_v4_mapped()) return client_of(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6));
  std::uint64_t network = 0;
  auto const bytes = v6.to_bytes();
  for (std::size_t i = 0; i < 8; ++i) network = network << 8 | bytes[i];
  return std::max<std::uint64_t>(network, 1);
}

}  // namespace

admission::place admission::enter(boost::asio::ip::address const& client, gateway_limits const& limits) {
  if (inside_.fetch_add(1, std::memory_order_relaxed) >= limits.connections) {
    inside_.fetch_sub(1, std::memory_order_relaxed);
    return {};
  }
  if (limits.connections_per_client == 0) return {this, 0};
  auto const who = client_of(client);
  std::scoped_lock const held(lock_);
  auto& count = of_client_[who];
  if (count < limits.connections_per_client) {
    ++count;
    return {this, who};
  }
  inside_.fetch_sub(1, std::memory_order_relaxed);
  return {};
}

void admission::leave(std::uint64_t client) {
  inside_.fetch_sub(1, std::memory_order_relaxed);
  if (client == 0) return;
  std::scoped_lock const held(lock_);
  auto const at = of_client_.find(client);
  if (at != of_client_.end() && --at->second == 0) of_client_.erase(at);
}

}  // namespace vendaval::io
