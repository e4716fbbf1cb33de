#pragma once
/// Open Finance Brasil, spoken to the banks themselves: each bank has its own address, a header ties answer to request,
/// errors come as {"errors":[…]}, and a bank announces its outages on /discovery.
///
/// Operations. Here a GET of a customer's data asks the bank itself, so it is `retrieve`, unlike Belvo's:
///   link      POST, PATCH and DELETE on consents: connecting and disconnecting a bank
///   read      GET of a consent and of the list of resources: what the consent covers
///   token     POST to a path that ends in /token
///   retrieve  everything else under /open-banking/: accounts, balances, transactions, credit cards, payments …
///   meta      discovery, admin, open data, and every other path
#include "proxy/dialects/http_api.hpp"

namespace vendaval::dialects {

class open_finance final : public dialect {
 public:
  explicit open_finance(dialect_settings const& settings) : book_(settings) {}

  bool wants_body(request_view const&) const override { return false; }
  target read(request_view const&) override;
  /// An answer that does not carry the request's x-fapi-interaction-id says so in its code; one that carries another's
  /// may be another's answer, so it is no success.
  judgement judge(request_view const&, response_view const&) const override;
  void remember(std::span<learned const>) override {}
  std::optional<std::string> rewrite(std::string_view body, std::string_view from, std::string_view to) const override;
  std::optional<faults::plan::answer> error(std::string_view code, std::string_view request_id) const override;
  void complete(faults::plan::answer&, request_view const&, wall_time now) const override;
  std::vector<std::string> error_codes() const override;
  weight weigh(outcome, unsigned status) const override;

 private:
  address_book book_;
};

}  // namespace vendaval::dialects
