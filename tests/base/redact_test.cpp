#include "base/redact.hpp"

#include <gmock/gmock.h>

#include <type_traits>

#include "base/personal_numbers.hpp"

namespace vendaval {
namespace {

using testing::HasSubstr;
using testing::Not;

struct canary {
  char const* text;
  char const* after;
};

TEST(Redact, HidesCredentials) {
  for (auto const& [text, after] : std::initializer_list<canary>{
           {"Authorization: Bearer abc.def-123", "Authorization: [redacted]"},
           {"authorization: Basic YmVsdm86czNjcmV0\r\nHost: a", "authorization: [redacted]\r\nHost: a"},
           {"\"Authorization\":\"Basic YmVsdm86czNjcmV0\"", "\"Authorization\":\"[redacted]\""},
           {"Proxy-Authorization: Negotiate zzz", "Proxy-Authorization: [redacted]"},
           {"sent bearer AbCdEf012345 to the bank", "sent bearer [redacted] to the bank"},
           {"with Basic dXNlcjpwYXNz.", "with Basic [redacted]"},
           {"Cookie: a=b; c=d", "Cookie: [redacted]"},
           {"Set-Cookie: sid=31d4d96e407aad42; HttpOnly", "Set-Cookie: [redacted]"},
           {"X-Api-Key: 0123", "X-Api-Key: [redacted]"},
           {"got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl from it", "got [redacted] from it"}})
    EXPECT_EQ(redact(text), after);
}

TEST(Redact, HidesSecretsInJson) {
  for (auto const& [text, after] : std::initializer_list<canary>{
           {R"({"password": "hunter2", "user": "ana"})", R"({"password": "[redacted]", "user": "ana"})"},
           {R"({"secret":"a\"b","x":1})", R"({"secret":"[redacted]","x":1})"},
           {R"({"access":"aa","refresh":"bb"})", R"({"access":"[redacted]","refresh":"[redacted]"})"},
           {R"({"token":"123456"})", R"({"token":"[redacted]"})"},
           {R"({"access_token":"x1","clientSecret":"y"})",
            R"({"access_token":"[redacted]","clientSecret":"[redacted]"})"},
           {R"({"otp":123456,"pin": 1234})", R"({"otp":[redacted],"pin": [redacted]})"},
           {R"({'senha': 'abc'})", R"({'senha': '[redacted]'})"},
           {R"({"body":"{\"password\":\"hunter2\",\"a\":1}"})", R"({"body":"{\"password\":\"[redacted]\",\"a\":1}"})"},
           {R"({"routing_key":"R0123"})", R"({"routing_key":"[redacted]"})"},
           {R"({"password": "never closed)", R"({"password": "[redacted])"}})
    EXPECT_EQ(redact(text), after);
}

TEST(Redact, HidesSecretsInUrls) {
  for (auto const& [text, after] : std::initializer_list<canary>{
           {"GET /cb?token=abc&x=1", "GET /cb?token=[redacted]&x=1"},
           {"/a?access_token=abc#top", "/a?access_token=[redacted]"},
           {"password=p%20q&user=ana", "password=[redacted]&user=ana"},
           {"https://ana:hunter2@bank.example/x", "https://[redacted]@bank.example/x"},
           {"postgresql://vendaval:pw@localhost:5432/v", "postgresql://[redacted]@localhost:5432/v"},
           {"POST https://hooks.slack.com/services/T0/B0/XXXX failed",
            "POST https://hooks.slack.com/services/[redacted] failed"},
           {"\"https://hooks.slack.com/workflows/A/B\"", "\"https://hooks.slack.com/workflows/[redacted]\""},
           {"https://discord.com/api/webhooks/1/abc", "https://discord.com/api/webhooks/[redacted]"}})
    EXPECT_EQ(redact(text), after);
}

TEST(Redact, HidesPeople) {
  for (auto const& [text, after] : std::initializer_list<canary>{
           {"cpf 123.456.789-09 said", "cpf [redacted] said"},
           {"client 12345678909.", "client [redacted]."},
           {"client 123456789-09,", "client [redacted],"},
           {"000.000.000-00", "[redacted]"},  // punctuation is enough, even with wrong digits
           {"cnpj 11.222.333/0001-81", "cnpj [redacted]"},
           {"company 11222333000181", "company [redacted]"},
           {"company 12.ABC.345/01DE-35 and 12ABC34501DE35", "company [redacted] and [redacted]"},
           {"card 4111 1111 1111 1111", "card [redacted]"},
           {"card 4111111111111111", "card [redacted]"},
           {"card 5555-5555-5555-4444", "card [redacted]"},
           {"card 378282246310005", "card [redacted]"},
           {R"({"id":"12345678909"})", R"({"id":"[redacted]"})"}})
    EXPECT_EQ(redact(text), after);
}

TEST(Redact, HidesAPrivateKeyAndGoesOnAfterIt) {
  EXPECT_EQ(redact("before\n-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\nabc=\n-----END EC PRIVATE KEY-----\nafter"),
            "before\n[private key redacted]\nafter");
  EXPECT_EQ(redact("-----BEGIN PRIVATE KEY-----\nMHcCAQEE"), "[private key redacted]") << "a key cut off is a key";
  EXPECT_EQ(redact("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"),
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----");
}

TEST(Redact, LeavesOrdinaryTextAlone) {
  for (char const* text : {"",
                           "ok",
                           "listening on 127.0.0.1:8443 (proxy)",
                           "2026-01-19T17:31:05.120Z info  proxy: up",
                           "request 7f9c24e8-3b1a-4f6e-9d2c-5a1b3c4d5e6f took 4.21 s",
                           "request_id 31d4d96e407aad42a4d1f3c2b5e6978a",
                           "id 12345678-1234-1234-1234-123456789012",
                           "run 20260119173105",
                           "at 1768843865120 ms, 1768843865120123456 ns",
                           "Basic authentication is required",
                           "bearer token missing",
                           "token: 12, read: 340",
                           R"({"token":12,"read":340})",
                           "access: denied",
                           "password is required",
                           R"("password": null)",
                           "the secret of the sandbox",
                           "passwords=",
                           "https://bank.example/api/links/?page=2",
                           "mail ops@bank.example",
                           "90% of 1.5m in 250ms",
                           "4111 1111 1111 1112",
                           "12345678900",
                           "0.12345678909",
                           "x12345678909",
                           "112345678909",
                           "12.34.56.78",
                           "ECDHE+AESGCM:ECDHE+CHACHA20",
                           "itaú ação — fora do ar",
                           "tokens=5 in the bucket",
                           "11111111111"})
    EXPECT_EQ(redact(text), text);
}

TEST(Redact, IsDoneAfterOnePass) {
  for (char const* text : {"Authorization: Bearer abc.def-123", R"({"password": "hunter2"})", "/cb?token=abc&x=1",
                           "https://ana:hunter2@bank.example/x", "with Basic dXNlcjpwYXNz", "cpf 123.456.789-09"})
    EXPECT_EQ(redact(redact(text)), redact(text)) << text;
}

TEST(Redact, StaysLinearOnHostileText) {
  // Each of these would take hours with a rule that looks to the end of the text from every place.
  for (std::string const piece : {"-----BEGIN PRIVATE KEY-----", "://", "eyJ", "password=", "\"secret\":\"", "1",
                                  "bearer ", "a", "eyJ-", "a-", "\"\\"}) {
    std::string text;
    while (text.size() < (1u << 18)) text += piece;
    EXPECT_LE(redact(text).size(), 2 * text.size());
  }
}

TEST(PersonalNumbers, AreFoundOnlyWhereTheyBegin) {
  EXPECT_EQ(personal_number_at("a 12345678909", 2), 11u);
  EXPECT_EQ(personal_number_at("a 12345678909", 3), 0u);
  EXPECT_EQ(personal_number_at("12345678909", 0), 11u);
  EXPECT_EQ(personal_number_at("12345678909", 11), 0u);
  EXPECT_EQ(personal_number_at("123456789091", 0), 0u);
}

TEST(Secret, CannotBePrintedOrConverted) {
  static_assert(!std::is_convertible_v<secret, std::string>);
  static_assert(!std::is_convertible_v<secret, std::string_view>);
  static_assert(!std::is_convertible_v<std::string, secret>);
  EXPECT_EQ(secret("hush").reveal(), "hush");
  EXPECT_TRUE(secret().empty());
}

TEST(Secret, MovesAwayWithoutLeavingItsLettersBehind) {
  secret a("short");
  char const* const letters = a.reveal().data();
  secret const b = std::move(a);
  EXPECT_EQ(b.reveal(), "short");
  EXPECT_EQ(std::string_view(letters, 5), std::string_view("\0\0\0\0\0", 5));
  secret c("before");
  c = b;
  EXPECT_EQ(c.reveal(), "short");
}

TEST(Secret, IsWipedWhenItDies) {
  alignas(secret) unsigned char place[sizeof(secret)];
  auto* const s = new (place) secret("short");  // fits inside the object
  auto const holds = [&] { return std::string_view(reinterpret_cast<char*>(place), sizeof place).contains("short"); };
  ASSERT_TRUE(holds());
  s->~secret();
  EXPECT_FALSE(holds());
}

}  // namespace
}  // namespace vendaval
