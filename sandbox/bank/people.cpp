/// What hangs on a link: accounts, transactions, balances, an owner. All invented; documents begin with 000, which no
/// real one does.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "sandbox/bank/store.hpp"

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

struct trade {
  std::string_view description, category;
  bool inflow;
  double least, most;
};
constexpr std::array<trade, 8> trades{{{"PIX RECEBIDO", "Income & Payments", true, 20, 900},
                                       {"SALARIO", "Income & Payments", true, 2500, 9000},
                                       {"PIX ENVIADO", "Transfers", false, 10, 600},
                                       {"SUPERMERCADO", "Food & Groceries", false, 30, 480},
                                       {"FARMACIA", "Health & Wellness", false, 12, 180},
                                       {"CONTA DE LUZ", "Bills & Utilities", false, 80, 320},
                                       {"TRANSPORTE", "Transport & Travel", false, 5, 60},
                                       {"STREAMING", "Entertainment & Leisure", false, 20, 60}}};
constexpr std::array<std::string_view, 6> first_names{"Ana", "Bruno", "Carla", "Diego", "Elisa", "Fábio"};
constexpr std::array<std::string_view, 5> last_names{"Souza", "Lima", "Pereira", "Almeida", "Rocha"};

double money(double value) { return std::round(value * 100.0) / 100.0; }
double money_between(double least, double most, dice& d) { return money(least + d.unit() * (most - least)); }

json::object institution_of(bank_record const& bank) { return {{"name", bank.alias}, {"type", "bank"}}; }

row account_row(row const& link, bank_record const& bank, unsigned ordinal, std::string const& stamp, dice& d) {
  row r{uuid(d), link.id, {}, link.institution, {}, {}};
  bool const savings = ordinal % 2 == 1;
  double const balance = money_between(150, 12'000, d);
  auto const number = fmt::format("{:08}-{}", d.below(100'000'000), d.below(10));
  r.body = {{"id", r.id},
            {"link", link.id},
            {"institution", institution_of(bank)},
            {"created_at", stamp},
            {"collected_at", stamp},
            {"last_accessed_at", stamp},
            {"category", savings ? "SAVINGS_ACCOUNT" : "CHECKING_ACCOUNT"},
            {"type", savings ? "Conta poupança" : "Conta corrente"},
            {"name", fmt::format("{} {}", savings ? "Poupança" : "Conta corrente", bank.name)},
            {"number", number},
            {"agency", fmt::format("{:04}", d.below(10'000))},
            {"internal_identification", hex32(d)},
            {"balance_type", "ASSET"},
            {"balance", json::object{{"current", balance}, {"available", balance}}},
            {"currency", "BRL"},
            {"credit_data", nullptr},
            {"loan_data", nullptr},
            {"funds_data", nullptr}};
  return r;
}

row transaction_row(row const& account, wall_time when, std::string const& stamp, dice& d) {
  row r{uuid(d), account.link, account.id, account.institution, date_text(when), {}};
  auto const& what = trades[d.below(trades.size())];
  double const amount = money_between(what.least, what.most, d);
  r.body = {{"id", r.id},
            {"account", account.body},
            {"created_at", stamp},
            {"collected_at", stamp},
            {"value_date", r.date},
            {"accounting_date", iso8601(when)},
            {"amount", amount},
            {"balance", money_between(150, 12'000, d)},
            {"currency", "BRL"},
            {"description", what.description},
            {"observations", nullptr},
            {"merchant", nullptr},
            {"category", what.category},
            {"subcategory", nullptr},
            {"reference", fmt::format("{:010}", d.below(10'000'000'000))},
            {"type", what.inflow ? "INFLOW" : "OUTFLOW"},
            {"status", "PROCESSED"},
            {"internal_identification", hex32(d)},
            {"credit_card_data", nullptr}};
  return r;
}

row balance_row(row const& account, wall_time when, std::string const& stamp, dice& d) {
  row r{uuid(d), account.link, account.id, account.institution, date_text(when), {}};
  auto const current = account.body.at("balance").at("current");
  r.body = {{"id", r.id},
            {"account", account.body},
            {"created_at", stamp},
            {"collected_at", stamp},
            {"value_date", r.date},
            {"current_balance", current},
            {"balance", current},
            {"statistics", nullptr},
            {"internal_identification", hex32(d)}};
  return r;
}

row owner_row(row const& link, std::string const& stamp, dice& d) {
  row r{uuid(d), link.id, {}, link.institution, {}, {}};
  auto const first = first_names[d.below(first_names.size())], last = last_names[d.below(last_names.size())];
  auto const number = d.below(100'000'000);
  json::object const document{{"document_type", "CPF"}, {"document_number", fmt::format("000{:08}", number)}};
  r.body = {{"id", r.id},
            {"link", link.id},
            {"created_at", stamp},
            {"collected_at", stamp},
            {"display_name", fmt::format("{} {}", first, last)},
            {"first_name", first},
            {"last_name", last},
            {"second_last_name", nullptr},
            {"email", fmt::format("cliente{}@example.com", number)},
            {"phone_number", fmt::format("+55 11 90000-{:04}", d.below(10'000))},
            {"address", "Rua do Exemplo, 100, São Paulo, SP"},
            {"internal_identification", hex32(d)},
            {"document_id", document}};
  return r;
}

row link_row(bank_record const& bank, new_link const& wish, std::string const& stamp, dice& d) {
  row r{wish.id, wish.id, {}, bank.alias, {}, {}};
  bool const recurrent = wish.access_mode == "recurrent";
  r.body = {{"id", r.id},
            {"institution", bank.alias},
            {"access_mode", wish.access_mode},
            {"status", "valid"},
            {"created_by", "sandbox"},
            {"created_at", stamp},
            {"last_accessed_at", stamp},
            {"external_id", wish.external_id.empty() ? json::value(nullptr) : json::value(wish.external_id)},
            {"institution_user_id", hex32(d)},
            {"refresh_rate", recurrent ? json::value("7d") : json::value(nullptr)},
            {"credentials_storage", "store"},
            {"fetch_resources", json::array{"ACCOUNTS", "TRANSACTIONS", "OWNERS"}},
            {"stale_in", "365d"}};
  return r;
}

void add_account(store& into, row const& account, bank_settings const& settings, wall_time now, dice& d) {
  auto const stamp = iso8601(now);
  auto& transactions = into.find_resource("transactions")->rows;
  for (unsigned i = 0; i < settings.transactions_per_account; ++i) {
    auto const age = std::chrono::hours(24 * 90 * i / settings.transactions_per_account + d.below(24));
    transactions.push_back(transaction_row(account, now - age, stamp, d));
  }
  auto& balances = into.find_resource("balances")->rows;
  balances.push_back(balance_row(account, now, stamp, d));
}

}  // namespace

row& add_link(store& into, bank_record const& bank, new_link const& wish, bank_settings const& settings,
              wall_time now) {
  auto const stamp = iso8601(now);
  dice d(settings.seed, dice::key(wish.id));
  into.links.push_back(link_row(bank, wish, stamp, d));
  auto& link = into.links.back();
  auto& accounts = into.find_resource("accounts")->rows;
  for (unsigned i = 0; i < settings.accounts_per_link; ++i) {
    accounts.push_back(account_row(link, bank, i, stamp, d));
    add_account(into, accounts.back(), settings, now, d);
  }
  into.find_resource("owners")->rows.push_back(owner_row(link, stamp, d));
  return link;
}

}  // namespace vendaval::sandbox
