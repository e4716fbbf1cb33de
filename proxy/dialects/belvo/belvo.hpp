#pragma once
/// Belvo, the aggregator in front of the Brazilian banks: one host for all banks, errors as a JSON array with a code,
/// most of a bank's failures as 400.
#include "proxy/dialects/link_map.hpp"
#include "proxy/dialects/table.hpp"

namespace vendaval::dialects {

class belvo final : public dialect {
 public:
  explicit belvo(dialect_settings const& settings);

  bool wants_body(request_view const&) const override;
  target read(request_view const&) override;
  judgement judge(request_view const&, response_view const&) const override;
  void remember(std::span<learned const>) override;
  std::vector<std::string> questions(request_view const&) const override;
  std::optional<std::string> rewrite(std::string_view body, std::string_view from, std::string_view to) const override;
  std::optional<std::string> without(std::string_view body, std::span<std::string const> banks) const override;
  std::optional<webhook> read_webhook(std::string_view body) override;
  std::optional<std::string> relisted(std::string_view body,
                                      std::span<faults::plan::relisting const> banks) const override;
  std::optional<faults::plan::answer> error(std::string_view code, std::string_view request_id) const override;
  void complete(faults::plan::answer& made, request_view const& request, wall_time now) const override;
  std::vector<std::string> error_codes() const override;
  weight weigh(outcome, unsigned status) const override;

 private:
  std::string bank_named(std::string_view name);
  std::string bank_of(std::string_view id);
  void read_filters(std::string_view request_target, target& into);

  institutions banks_;
  link_map links_;
  multi_bank lists_;
  bool ask_for_links_;
};

}  // namespace vendaval::dialects
