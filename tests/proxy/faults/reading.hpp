#pragma once
#include "proxy/dialects/table.hpp"
#include "proxy/faults/read_fault.hpp"

namespace vendaval::faults::test {

struct reading {
  std::optional<fault_template> fault;
  problems wrong;
  std::string said;
};

inline reading read(std::string text, std::vector<std::string> default_institutions = {"itau"}, bool can_sign = true) {
  static auto const banks = mission_institutions();
  static auto const codes = dialects::make_dialect("belvo", {})->error_codes();
  reading result;
  auto const document = parse_toml("f.toml", std::move(text), result.wrong);
  if (!document) return result;
  table_reader in(document->table, document->file, result.wrong);
  result.fault = read_fault(in, {banks, codes, std::move(default_institutions), "s1/black-out/1", can_sign});
  in.finish();
  result.said = explain(result.wrong, document->text);
  return result;
}

}  // namespace vendaval::faults::test
