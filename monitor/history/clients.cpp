#include "monitor/history/clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>

namespace vendaval::monitor {
namespace {

namespace json = boost::json;
constexpr std::string_view others_name = "others";

void join(client_calls& to, client_calls const& more) {
  to.calls += more.calls;
  to.bad += more.bad;
}

json::array pair_of(client_calls const& n) { return {n.calls, n.bad}; }

std::optional<client_calls> calls_of(json::value const& pair) {
  auto const* const both = pair.if_array();
  if (!both || both->size() != 2 || !both->at(0).is_int64() || !both->at(1).is_int64()) return std::nullopt;
  client_calls const n{both->at(0).as_int64(), both->at(1).as_int64()};
  bool const sound = n.bad >= 0 && n.bad <= n.calls;
  return sound ? std::optional(n) : std::nullopt;
}

std::optional<std::uint64_t> client_of_name(std::string_view name) {
  std::uint64_t client = 0;
  auto const* const end = name.data() + name.size();
  auto const [stopped, wrong] = std::from_chars(name.data(), end, client, 16);
  return wrong == std::errc() && stopped == end && name.size() == 16 ? std::optional(client) : std::nullopt;
}

}  // namespace

std::string client_name(std::uint64_t client) { return fmt::format("{:016x}", client); }

void clients::put(std::uint64_t client, client_calls more) {
  auto const found = apart_.find(client);
  if (found != apart_.end())
    join(found->second, more);
  else if (apart_.size() < apart)
    apart_.emplace(client, more);
  else
    join(others_, more);
}

void clients::merge(clients const& more) {
  for (auto const& one : more.busiest()) put(one.client, one.of);
  join(others_, more.others_);
}

std::vector<clients::line> clients::busiest() const {
  std::vector<line> all;
  for (auto const& [client, n] : apart_) all.push_back({client, n});
  std::ranges::sort(all, [](line const& a, line const& b) {
    return a.of.calls != b.of.calls ? a.of.calls > b.of.calls : a.client < b.client;
  });
  return all;
}

std::string clients::to_json(std::size_t named) const {
  json::object all;
  auto rest = others_;
  for (auto const& one : busiest())
    if (all.size() < named)
      all[client_name(one.client)] = pair_of(one.of);
    else
      join(rest, one.of);
  if (rest.calls != 0) all[others_name] = pair_of(rest);
  return json::serialize(all);
}

clients clients::from_json(std::string_view text) {
  clients result;
  boost::system::error_code not_json;
  auto const parsed = json::parse(text, not_json);
  auto const* const all = not_json ? nullptr : parsed.if_object();
  if (!all) return result;
  for (auto const& [name, pair] : *all) {
    auto const n = calls_of(pair);
    if (!n) continue;
    if (auto const client = client_of_name(name))
      result.put(*client, *n);
    else if (name == others_name)
      join(result.others_, *n);
  }
  return result;
}

}  // namespace vendaval::monitor
