#include <gtest/gtest.h>

#include "proxy/dialects/table.hpp"

namespace vendaval::dialects {
namespace {

using list = std::vector<std::string>;
using enum operation;

std::unique_ptr<dialect> an_open_finance() {
  return make_dialect(
      "open_finance",
      {.links = {}, .places = {{"itau", "api.itau.example", ""}, {"bb", "", "/bb/"}}, .header = "X-Bank"});
}

struct row {
  std::string method, host, target;
  list institutions;
  operation what;
  std::string route;
};
void PrintTo(row const& r, std::ostream* out) { *out << r.method << ' ' << r.host << r.target; }
class OpenFinanceTarget : public testing::TestWithParam<row> {};
TEST_P(OpenFinanceTarget, FindsTheBankAndTheOperation) {
  auto const& r = GetParam();
  auto const found = an_open_finance()->read({.method = r.method, .target = r.target, .host = r.host, .body = {}});
  EXPECT_EQ(found.institutions, r.institutions);
  EXPECT_EQ(name_of(found.what), name_of(r.what));
  EXPECT_EQ(found.route, r.route);
}

std::string const itau = "api.itau.example", shared = "banks.example";
INSTANTIATE_TEST_SUITE_P(
    Rows, OpenFinanceTarget,
    testing::Values(
        row{"POST", itau, "/open-banking/consents/v3/consents", {"itau"}, link, "/open-banking/consents/v3/consents/"},
        row{"GET",
            itau,
            "/open-banking/consents/v3/consents/urn:bank:C1",
            {"itau"},
            read,
            "/open-banking/consents/v3/consents/{id}/"},
        row{"DELETE",
            itau,
            "/open-banking/consents/v3/consents/urn:bank:C1",
            {"itau"},
            link,
            "/open-banking/consents/v3/consents/{id}/"},
        row{"POST",
            itau,
            "/open-banking/consents/v3/consents/urn:bank:C1/extends",
            {"itau"},
            link,
            "/open-banking/consents/v3/consents/{id}/extends/"},
        row{"POST", itau, "/open-banking/payments/v4/consents", {"itau"}, link, "/open-banking/payments/v4/consents/"},
        row{"POST",
            itau,
            "/open-banking/payments/v4/pix/payments",
            {"itau"},
            retrieve,
            "/open-banking/payments/v4/pix/payments/"},
        row{"GET",
            itau,
            "/open-banking/resources/v3/resources",
            {"itau"},
            read,
            "/open-banking/resources/v3/resources/"},
        row{"GET",
            itau,
            "/open-banking/accounts/v2/accounts?page=2",
            {"itau"},
            retrieve,
            "/open-banking/accounts/v2/accounts/"},
        row{"GET",
            itau,
            "/open-banking/accounts/v2/accounts/92792126019929/balances",
            {"itau"},
            retrieve,
            "/open-banking/accounts/v2/accounts/{id}/balances/"},
        row{"GET",
            shared,
            "/bb/open-banking/accounts/v2/accounts/9/transactions",
            {"bb"},
            retrieve,
            "/open-banking/accounts/v2/accounts/{id}/transactions/"},
        row{"GET", itau, "/open-banking/discovery/v2/status", {"itau"}, meta, "/open-banking/discovery/v2/status/"},
        row{"GET", itau, "/open-banking/discovery/v2/outages", {"itau"}, meta, "/open-banking/discovery/v2/outages/"},
        row{"GET", itau, "/open-banking/admin/v2/metrics", {"itau"}, meta, "/open-banking/admin/v2/metrics/"},
        row{"GET",
            itau,
            "/open-banking/opendata-accounts/v1/personal-accounts",
            {"itau"},
            meta,
            "/open-banking/opendata-accounts/v1/personal-accounts/"},
        row{"POST", itau, "/auth/token", {"itau"}, token, "/auth/token/"},
        row{"POST", itau, "/auth/token/", {"itau"}, token, "/auth/token/"},
        row{"GET", itau, "/.well-known/openid-configuration", {"itau"}, meta, "/{id}/openid-configuration/"},
        row{"GET", shared, "/open-banking/accounts/v2/accounts", {}, meta, "/open-banking/accounts/v2/accounts/"}));

TEST(OpenFinance, KnowsABankByTheHeaderThatNamesIt) {
  std::vector<framing::field> const fields{{"X-Bank", "caixa", {}}};
  auto const found = an_open_finance()->read(
      {.method = "GET", .target = "/open-banking/accounts/v2/accounts", .host = itau, .body = {}, .fields = fields});
  EXPECT_EQ(found.institutions, list{"caixa"});
}

}  // namespace
}  // namespace vendaval::dialects
