#include "controller/run_webhooks.hpp"

#include <boost/json.hpp>

#include "base/institution.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

json::object write_moments(std::array<webhook_counts, 3> const& by_moment) {
  json::object result;
  for (std::size_t i = 0; i < by_moment.size(); ++i) {
    json::object counts;
    webhook_counts::fields(by_moment[i], [&](std::string_view key, std::uint64_t count) { counts[key] = count; });
    result[moment_names[i]] = std::move(counts);
  }
  return result;
}

std::array<webhook_counts, 3> read_moments(json::value const& value) {
  std::array<webhook_counts, 3> result;
  for (std::size_t i = 0; i < result.size(); ++i)
    webhook_counts::fields(result[i], [&](std::string_view key, std::uint64_t& count) {
      count = value.at(moment_names[i]).at(key).to_number<std::uint64_t>();
    });
  return result;
}

}  // namespace

void add_fresh(webhook_record& into, webhooks_by_bank& known, webhooks_by_bank const& seen, moment when,
               std::string_view target) {
  for (auto const& [bank, counts] : seen) {
    auto& before = known[bank];
    auto const fresh = counts - before;
    before = counts;
    if (bank == unknown_institution) continue;
    auto& side = bank == target ? into.target : into.others;
    side[static_cast<std::size_t>(when)] += fresh;
  }
}

json::value write_webhooks(std::optional<webhook_record> const& webhooks) {
  if (!webhooks) return nullptr;
  return json::object{{"target", write_moments(webhooks->target)}, {"others", write_moments(webhooks->others)}};
}

std::optional<webhook_record> read_webhooks(json::value const& value) {
  if (value.is_null()) return std::nullopt;
  return webhook_record{read_moments(value.at("target")), read_moments(value.at("others"))};
}

}  // namespace vendaval::controller
