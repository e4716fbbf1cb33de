#pragma once
#include <array>
#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/institution.hpp"
#include "base/time.hpp"
#include "sandbox/bank/bank.hpp"

namespace vendaval::sandbox {

/// One object the API can hand out, with what lists are filtered by beside it.
struct row {
  std::string id, link, account;  // account: of transactions and balances
  std::string institution;        // Belvo's name, "ofitau_br_retail"
  std::string date;               // "2026-01-19": of transactions and balances
  boost::json::object body;
};

struct bank_record {
  std::string code, name, alias;  // "itau", "Itaú", "ofitau_br_retail"
  std::int64_t number = 0;
  bank_status status = bank_status::healthy;
};

/// A kind of row that is retrieved from a bank and kept.
struct resource {
  std::string_view name;  // in the path
  bool dated = false;     // a retrieve names date_from
  std::vector<row> rows;
};

/// Everything the sandbox bank remembers.
struct store {
  std::vector<bank_record> banks;
  std::vector<row> links;
  std::array<resource, 4> resources{
      {{"accounts", false, {}}, {"transactions", true, {}}, {"balances", true, {}}, {"owners", false, {}}}};

  resource* find_resource(std::string_view name);
  bank_record* find_bank(std::string_view code_or_alias);
  row* find_link(std::string_view id);
  bank_record& bank_of(row const& link) { return *find_bank(link.institution); }
  /// The link and all that hangs on it.
  void forget(std::string_view link);
};

struct new_link {
  std::string id, external_id, access_mode = "recurrent";
};

/// Adds a link of `bank` with accounts, transactions, balances and an owner. What it holds follows from the link's id
/// and the date alone.
row& add_link(store& into, bank_record const& bank, new_link const& wish, bank_settings const& settings, wall_time now);

/// Seven banks and their seeded links.
store make_store(institutions const& banks, bank_settings const& settings, wall_time now);

std::string date_text(wall_time t);

}  // namespace vendaval::sandbox
