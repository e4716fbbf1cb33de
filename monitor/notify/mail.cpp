#include "monitor/notify/mail.hpp"

#include <fmt/format.h>

#include "base/dice.hpp"

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

void keep_to_one_line(std::string& value) {
  std::erase_if(value, [](char ch) { return ch == '\r' || ch == '\n'; });
}

}  // namespace

mail mail_of(message const& m, channel const& c) {
  auto const& l = m.says;
  mail one;
  one.from = "Vendaval <" + c.from + ">";
  one.to = m.to.empty() ? c.to.front() : m.to;
  auto const prefix = l.drill && !l.headline.starts_with("[") ? "[EXERCÍCIO] " : "";
  one.subject = prefix + l.headline + (l.label.empty() ? "" : " · " + l.label);
  one.text = as_text(l);
  one.html = as_html(l);
  // Of the incident: an episode that begins when it fails again stays in its thread.
  auto const root = message_id("first/" + (l.incident.empty() ? l.episode : l.incident), c);
  one.message_id = l.kind == notification_kind::opened ? root : message_id(m.key, c);
  if (!l.episode.empty()) one.thread = root;
  for (auto* value : {&one.from, &one.to, &one.subject, &one.message_id, &one.thread}) keep_to_one_line(*value);
  return one;
}

}  // namespace vendaval::monitor
