#include "sandbox/bank/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::sandbox {

resource* store::find_resource(std::string_view name) {
  auto const found = std::ranges::find(resources, name, &resource::name);
  return found == resources.end() ? nullptr : &*found;
}

bank_record* store::find_bank(std::string_view code_or_alias) {
  auto const found = std::ranges::find_if(
      banks, [&](bank_record const& b) { return b.code == code_or_alias || b.alias == code_or_alias; });
  return found == banks.end() ? nullptr : &*found;
}

row* store::find_link(std::string_view id) {
  auto const found = std::ranges::find(links, id, &row::id);
  return found == links.end() ? nullptr : &*found;
}

void store::forget(std::string_view link) {
  std::string const id(link);  // `link` may look into a row that goes away here
  std::erase_if(links, [&](row const& r) { return r.id == id; });
  for (auto& kind : resources) std::erase_if(kind.rows, [&](row const& r) { return r.link == id; });
}

store make_store(institutions const& banks, bank_settings const& settings, wall_time now) {
  store result;
  std::int64_t number = 101;
  for (auto const& bank : banks.all())
    result.banks.push_back({bank.id, bank.name, bank.aliases.empty() ? bank.id : bank.aliases.front(), number++});
  for (auto const& bank : result.banks)
    for (unsigned i = 0; i < settings.links_per_bank; ++i) {
      dice d(settings.seed, dice::key(bank.alias), i);
      add_link(result, bank, {uuid(d), fmt::format("customer-{}", i + 1)}, settings, now);
    }
  return result;
}

std::string date_text(wall_time t) {
  std::chrono::year_month_day const d(std::chrono::floor<std::chrono::days>(t));
  return fmt::format("{:04}-{:02}-{:02}", int(d.year()), unsigned(d.month()), unsigned(d.day()));
}

}  // namespace vendaval::sandbox
