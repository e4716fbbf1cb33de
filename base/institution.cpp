#include "base/institution.hpp"

#include <algorithm>
#include <array>

namespace vendaval {
namespace {

struct directory_row {
  std::string_view id, name;
  std::string_view belvo;  // stem of Belvo's names: "of<stem>_br_retail" for people, "of<stem>_br_business" for firms
  std::string_view app_codes;  // other codes that apps use for it, parted by blanks
};
/// The mission's seven first. Inter's Belvo name is our guess, so configure it.
constexpr std::array<directory_row, 18> directory{{{"bb", "Banco do Brasil", "bancodobrasil", "banco_do_brasil_br"},
                                                   {"itau", "Itaú", "itau", "itau_br"},
                                                   {"bradesco", "Bradesco", "bradesco", "bradesco_br"},
                                                   {"santander", "Santander", "santander", "santander_br"},
                                                   {"caixa", "Caixa", "caixa", "caixa_br"},
                                                   {"nubank", "Nubank", "nubank", "nubank_br"},
                                                   {"inter", "Inter", "inter", "inter_br bancointer_br"},
                                                   {"mercadopago", "Mercado Pago", "mercadopago", "mercadopago_br"},
                                                   {"picpay", "PicPay", "picpay", "picpay_br"},
                                                   {"btg", "BTG Pactual", "btg", "btg_br"},
                                                   {"xp", "XP", "xp", "xp_br"},
                                                   {"sicoob", "Sicoob", "sicoob", "sicoob_br"},
                                                   {"sicredi", "Sicredi", "sicredi", "sicredi_br"},
                                                   {"safra", "Safra", "safra", "safra_br"},
                                                   {"next", "Next", "next", "next_br"},
                                                   {"pan", "Banco Pan", "bancopan", "pan_br bancopan_br"},
                                                   {"banrisul", "Banrisul", "banrisul", "banrisul_br"},
                                                   {"bmg", "BMG", "bmg", "bmg_br"}}};

std::vector<std::string> aliases_of(directory_row const& row) {
  auto const belvo = "of" + std::string(row.belvo) + "_br_";
  std::vector<std::string> result{belvo + "retail", belvo + "business"};
  for (auto rest = row.app_codes; !rest.empty();) {
    auto const one = rest.substr(0, rest.find(' '));
    result.emplace_back(one);
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  return result;
}

}  // namespace

institution const* institutions::find(std::string_view code_or_alias) const {
  for (auto const& bank : all_)
    if (bank.id == code_or_alias || std::ranges::find(bank.aliases, code_or_alias) != bank.aliases.end()) return &bank;
  return nullptr;
}

std::vector<std::string> institutions::ids() const {
  std::vector<std::string> result;
  for (auto const& bank : all_) result.push_back(bank.id);
  return result;
}

std::string institutions::name_of(std::string_view id) const {
  auto const* bank = find(id);
  return bank ? bank->name : std::string(id);
}

std::vector<institution> const& known_institutions() {
  static std::vector<institution> const all = [] {
    std::vector<institution> result;
    for (auto const& row : directory) result.push_back({std::string(row.id), std::string(row.name), aliases_of(row)});
    return result;
  }();
  return all;
}

institutions mission_institutions() {
  auto const& known = known_institutions();
  return institutions({known.begin(), known.begin() + 7});
}

}  // namespace vendaval
