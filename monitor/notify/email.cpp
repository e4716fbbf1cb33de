// Mail: text and HTML, pt-BR first, English second. Its Message-ID is made of the notification's key, so that what is
// sent twice is seen once, and later mails about an incident stand under the first.
#include <fmt/format.h>

#include <algorithm>

#include "base/dice.hpp"
#include "monitor/notify/channel.hpp"
#include "monitor/notify/mail_words.hpp"

namespace vendaval::monitor {
namespace {

std::string escape(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string message_id(std::string_view key, channel const& c) {
  auto const at = c.from.find('@');
  auto const host = at == std::string::npos ? "vendaval" : c.from.substr(at + 1);
  return fmt::format("<{:016x}{:016x}@{}>", dice::key(key), dice::mix(dice::key(key) ^ key.size()), host);
}

std::string as_text(letter const& l) {
  auto text = l.text + "\n\n";
  if (!l.description.empty()) text += l.description + "\n\n";
  for (auto const& f : l.fields) text += f.title + ": " + f.value + "\n";
  if (!l.link.empty()) text += "\n" + l.link + "\n";
  if (!l.english.empty()) text += "\n--\nEnglish: " + l.english + "\n";
  if (!l.footer.empty()) text += "\n" + l.footer + "\n";
  return text;
}

std::string as_html(letter const& l) {
  auto html =
      fmt::format("<!doctype html><html lang=\"pt-BR\"><body style=\"font-family:sans-serif\"><h2>{}</h2><p>{}</p>",
                  escape(l.headline), escape(l.text));
  if (!l.description.empty()) html += "<p>" + escape(l.description) + "</p>";
  if (!l.fields.empty()) {
    html += "<table>";
    for (auto const& f : l.fields)
      html += fmt::format("<tr><th align=\"left\">{}</th><td>{}</td></tr>", escape(f.title), escape(f.value));
    html += "</table>";
  }
  if (!l.link.empty()) html += fmt::format("<p><a href=\"{0}\">{0}</a></p>", escape(l.link));
  if (!l.english.empty()) html += fmt::format("<p lang=\"en\"><i>{}</i></p>", escape(l.english));
  if (!l.footer.empty()) html += "<p><small>" + escape(l.footer) + "</small></p>";
  return html + "</body></html>\n";
}

struct email_kind final : channel_kind {
  std::string_view name() const override { return "email"; }
  std::string_view service() const override { return "e-mail"; }
  wants asks_for() const override { return {.url = true, .to = true, .from = true, .mail = true}; }

  std::vector<outgoing> send(message const& m, channel const& c) const override {
    auto const& l = m.says;
    auto const root = message_id("first/" + l.episode, c);
    bool const first = l.kind == notification_kind::opened;
    outgoing mail{.method = {}, .url = c.url.reveal(), .body = as_text(l), .html = as_html(l)};
    mail.user = c.user;
    mail.password = c.token;
    mail.mail_from = c.from;
    mail.mail_to = m.to.empty() ? c.to.front() : m.to;
    auto const prefix = l.drill && !l.headline.starts_with("[") ? "[EXERCÍCIO] " : "";
    mail.headers = {{"From", "Vendaval <" + c.from + ">"},
                    {"To", mail.mail_to},
                    {"Subject", encoded_words(prefix + l.headline + (l.label.empty() ? "" : " · " + l.label))},
                    {"Date", mail_date(l.at)},
                    {"Message-ID", first ? root : message_id(m.key, c)},
                    {"Auto-Submitted", "auto-generated"}};
    if (!first && !l.episode.empty()) {
      mail.headers.push_back({"In-Reply-To", root});
      mail.headers.push_back({"References", root});
    }
    for (auto& h : mail.headers) std::erase_if(h.value, [](char ch) { return ch == '\r' || ch == '\n'; });
    return {std::move(mail)};
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
