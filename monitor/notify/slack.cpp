#include "monitor/notify/slack.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

constexpr std::size_t header_limit = 150, field_limit = 2000;

json::object mrkdwn(std::string const& text) { return {{"type", "mrkdwn"}, {"text", text}}; }

json::object field(std::string_view title, std::string_view value) {
  return mrkdwn(fmt::format("*{}*\n{}", title, slack_escape(value, field_limit - 200)));
}

std::string headline(incident_change const& c, wording const& w) {
  using kind = incident_change::kind;
  auto const state = c.what == kind::resolved   ? "normalizado"
                     : c.what == kind::reopened ? "voltou a falhar"
                     : c.what == kind::updated  ? "situação agravada"
                                                : "com problemas";
  return fmt::format("{}{} {}", c.now.drill ? "[EXERCÍCIO] " : "", w.bank_name, state);
}

std::string footer(incident_change const& c) {
  auto text = "incidente " + c.now.label();
  if (!c.because.empty()) text += " · regra " + c.because;
  if (c.now.drill) text += " · exercício " + c.now.run + ": falhas provocadas por nós, não pelo banco";
  return text;
}

}  // namespace

std::string slack_escape(std::string_view text, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    auto const lead = static_cast<unsigned char>(text[i]);
    auto const width = std::size_t{lead < 0x80 ? 1u : lead < 0xe0 ? 2u : lead < 0xf0 ? 3u : 4u};
    auto const piece = text[i] == '&'   ? std::string_view("&amp;")
                       : text[i] == '<' ? std::string_view("&lt;")
                       : text[i] == '>' ? std::string_view("&gt;")
                                        : text.substr(i, width);
    if (out.size() + piece.size() > limit) break;
    out += piece;
    i += width;
  }
  return out;
}

std::string slack_payload(incident_change const& c, wording const& w) {
  // A header is plain_text, which Slack shows as it stands: cut, but not escaped.
  auto head = headline(c, w);
  if (head.size() > header_limit) head = c.now.institution;
  json::array blocks;
  blocks.push_back({{"type", "header"}, {"text", {{"type", "plain_text"}, {"text", head}}}});
  blocks.push_back({{"type", "section"}, {"text", mrkdwn(slack_escape(ops_text(c, w)))}});
  json::array fields{field("Desde", brasilia_clock(w.time.at(c.now.started_at))),
                     field("Severidade", severity_in_portuguese(c.now.grade)), field("Tipo", name_of(c.now.type))};
  if (c.cause) fields.push_back(field("Regra", c.cause->condition()));
  blocks.push_back({{"type", "section"}, {"fields", std::move(fields)}});
  blocks.push_back({{"type", "section"}, {"text", mrkdwn(slack_escape(c.now.description))}});
  blocks.push_back({{"type", "context"}, {"elements", json::array{mrkdwn(slack_escape(footer(c)))}}});
  return json::serialize(json::object{{"text", slack_escape(ops_text(c, w))}, {"blocks", std::move(blocks)}});
}

}  // namespace vendaval::monitor
