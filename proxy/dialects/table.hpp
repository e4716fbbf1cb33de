#pragma once
/// The one list of dialects. Adding one: write dialects/<name>/<name>.hpp, name it in table.cpp.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/dialects/dialect.hpp"

namespace vendaval::dialects {

/// Where a bank lives when an API says so by address alone. A request belongs to the first place that fits it.
struct place {
  std::string institution;  // id
  std::string host;         // exact host name, without port; empty = any
  std::string path_prefix;  // "/open-banking/itau/"; empty = any. One of the two is given
};

/// A list over several banks, while a fault breaks some of them: left alone, or without the items of those.
enum class multi_bank : std::uint8_t { pass, drop_results };
inline constexpr std::string_view multi_bank_names[]{"pass", "drop-results"};

/// What any dialect may be configured with; each takes what it needs.
struct dialect_settings {
  institutions banks = mission_institutions();
  std::vector<learned> links;             // static map: link id → institution id; never forgotten
  std::size_t learned_limit = 1'000'000;  // facts learned from answers, per data thread; then the older half is dropped
  std::vector<place> places;              // plain and open_finance
  std::string header{};                 // plain and open_finance: names the bank, by code or alias; goes before places
  multi_bank lists = multi_bank::pass;  // belvo
  bool ask_for_links = false;           // belvo: an unknown link is worth a question of our own
};

/// "belvo", "open_finance", "plain".
std::vector<std::string> dialect_names();
/// A fresh instance, one per data thread; null when there is no such dialect.
std::unique_ptr<dialect> make_dialect(std::string_view name, dialect_settings const& settings);

}  // namespace vendaval::dialects
