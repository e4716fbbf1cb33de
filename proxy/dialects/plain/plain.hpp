#pragma once
/// Any HTTP API: the bank is known by header, host or path, and an answer is judged by its status alone.
#include "proxy/dialects/http_api.hpp"

namespace vendaval::dialects {

class plain final : public dialect {
 public:
  explicit plain(dialect_settings const& settings) : book_(settings) {}

  bool wants_body(request_view const&) const override { return false; }
  target read(request_view const&) override;
  judgement judge(request_view const&, response_view const&) const override;
  void remember(std::span<learned const>) override {}
  std::optional<std::string> rewrite(std::string_view, std::string_view, std::string_view) const override { return {}; }
  std::optional<faults::plan::answer> error(std::string_view code, std::string_view request_id) const override;
  std::vector<std::string> error_codes() const override;
  weight weigh(outcome, unsigned status) const override;

 private:
  address_book book_;
};

}  // namespace vendaval::dialects
