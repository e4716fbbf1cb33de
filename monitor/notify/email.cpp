// Mail by SMTP. Its Message-ID is made of the notification's key, so that what is sent twice is seen once, and later
// mails about an incident stand under the first.
#include <fmt/format.h>

#include "monitor/notify/mail.hpp"
#include "monitor/notify/mail_words.hpp"

namespace vendaval::monitor {
namespace {

struct email_kind final : channel_kind {
  std::string_view name() const override { return "email"; }
  std::string_view service() const override { return "e-mail"; }
  wants asks_for() const override {
    return {.url = true, .to = true, .from = true, .mail_server = true, .addresses = true};
  }

  std::vector<outgoing> send(message const& m, channel const& c) const override {
    auto says = mail_of(m, c);
    outgoing out{.method = {}, .url = c.url.reveal(), .body = std::move(says.text), .html = std::move(says.html)};
    out.user = c.user;
    out.password = c.token;
    out.mail_from = c.from;
    out.mail_to = says.to;
    out.headers = {{"From", says.from},
                   {"To", says.to},
                   {"Subject", encoded_words(says.subject)},
                   {"Date", mail_date(m.says.at)},
                   {"Message-ID", says.message_id},
                   {"Auto-Submitted", "auto-generated"}};
    if (!says.thread.empty() && says.thread != says.message_id) {
      out.headers.push_back({"In-Reply-To", says.thread});
      out.headers.push_back({"References", says.thread});
    }
    return {std::move(out)};
  }

  /// SMTP: 4xx passes, 5xx does not (RFC 5321 §4.2.1). Without a code nobody was reached.
  reply judge(answer const& a) const override {
    if (a.error.empty()) return {};
    bool const never = a.status >= 500 && a.status < 600;
    auto why = a.status > 0 ? fmt::format("the mail server answered {}: {}", a.status, a.error) : a.error;
    return {.is = never ? reply::fate::never : reply::fate::later, .why = std::move(why)};
  }
};

}  // namespace

channel_kind const& email() {
  static email_kind const one;
  return one;
}

}  // namespace vendaval::monitor
