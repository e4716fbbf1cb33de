#include "proxy/dialects/table.hpp"

#include <array>

#include "proxy/dialects/belvo/belvo.hpp"
#include "proxy/dialects/open_finance/open_finance.hpp"
#include "proxy/dialects/plain/plain.hpp"

namespace vendaval::dialects {
namespace {

template <class Dialect>
std::unique_ptr<dialect> make(dialect_settings const& settings) {
  return std::make_unique<Dialect>(settings);
}

struct row {
  std::string_view name;
  std::unique_ptr<dialect> (*make)(dialect_settings const&);
};
constexpr std::array<row, 3> rows{
    {{"belvo", make<belvo>}, {"open_finance", make<open_finance>}, {"plain", make<plain>}}};

}  // namespace

std::vector<std::string> dialect_names() {
  std::vector<std::string> result;
  for (auto const& r : rows) result.emplace_back(r.name);
  return result;
}

std::unique_ptr<dialect> make_dialect(std::string_view name, dialect_settings const& settings) {
  for (auto const& r : rows)
    if (r.name == name) return r.make(settings);
  return nullptr;
}

}  // namespace vendaval::dialects
