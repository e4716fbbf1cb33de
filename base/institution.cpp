#include "base/institution.hpp"

#include <algorithm>

namespace vendaval {

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

institutions mission_institutions() {
  return institutions({{"bb", "Banco do Brasil", {"ofbancodobrasil_br_retail"}},
                       {"itau", "Itaú", {"ofitau_br_retail"}},
                       {"bradesco", "Bradesco", {"ofbradesco_br_retail"}},
                       {"santander", "Santander", {"ofsantander_br_retail"}},
                       {"caixa", "Caixa", {"ofcaixa_br_retail"}},
                       {"nubank", "Nubank", {"ofnubank_br_retail"}},
                       {"inter", "Inter", {"ofinter_br_retail"}}});
}

}  // namespace vendaval
