// Mail through a provider's HTTP API, as Resend has it: where a network lets no SMTP out. The provider keeps what was
// asked under a key for a day and sends it once, however often we ask.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/dice.hpp"
#include "monitor/notify/mail.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_key = 256;

std::string idempotency_key(std::string const& key) {
  if (key.size() <= longest_key) return key;
  return fmt::format("{}-{:016x}", key.substr(0, longest_key - 17), dice::key(key));
}

/// "rate_limit_exceeded" of {"name": …, "message": …}; empty when it says nothing that we understand.
std::string error_name(std::string const& body) {
  boost::system::error_code bad;
  auto const said = json::parse(body, bad);
  if (bad || !said.is_object()) return {};
  auto const* name = said.as_object().if_contains("name");
  return name && name->is_string() ? std::string(name->as_string()) : std::string();
}

struct email_http_kind final : channel_kind {
  std::string_view name() const override { return "email_http"; }
  std::string_view service() const override { return "e-mail"; }
  duration pace() const override { return std::chrono::milliseconds(500); }  // two requests a second
  wants asks_for() const override {
    return {.token = true, .to = true, .from = true, .default_url = "https://api.resend.com/emails", .addresses = true};
  }

  std::vector<outgoing> send(message const& m, channel const& c) const override {
    auto const says = mail_of(m, c);
    json::object headers{{"Auto-Submitted", "auto-generated"}};
    // Providers give mails Message-IDs of their own. All of an incident's, the first too, name the same one before
    // them, which mail programs take for a thread (RFC 5322 §3.6.4).
    if (!says.thread.empty()) headers["References"] = says.thread;
    json::object const body{{"from", says.from},       {"to", json::array{json::string(says.to)}},
                            {"subject", says.subject}, {"text", says.text},
                            {"html", says.html},       {"headers", std::move(headers)}};
    return {{.url = c.url.reveal(),
             .headers = {{"Content-Type", "application/json"},
                         {"Authorization", "Bearer " + c.token.reveal()},
                         {"Idempotency-Key", idempotency_key(m.key)}},
             .body = json::serialize(body)}};
  }

  reply judge(answer const& a) const override {
    auto is = judge_http(a);
    if (is.is == reply::fate::accepted) return is;
    auto const name = error_name(a.body);
    if (!name.empty()) is.why += fmt::format(" ({})", name);
    if (a.status != 409) return is;
    // Asked twice at once: the other is not done yet. Asked before with other words: that mail has gone out.
    if (name == "concurrent_idempotent_requests") is.is = reply::fate::later;
    if (name == "invalid_idempotent_request") return {};
    return is;
  }
};

}  // namespace

channel_kind const& email_http() {
  static email_http_kind const one;
  return one;
}

}  // namespace vendaval::monitor
