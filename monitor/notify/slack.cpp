#include "monitor/notify/slack.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

constexpr std::size_t header_limit = 150, field_limit = 2000;

json::object mrkdwn(std::string const& text) { return {{"type", "mrkdwn"}, {"text", text}}; }

json::object field(std::string_view title, std::string_view value) {
  return mrkdwn(fmt::format("*{}*\n{}", title, slack_escape(value, field_limit - 200)));
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

json::object slack_message(letter const& l) {
  // A header is plain_text, which Slack shows as it stands: cut, but not escaped.
  auto const& head = l.headline.size() > header_limit ? l.institution : l.headline;
  json::array blocks;
  blocks.push_back({{"type", "header"}, {"text", {{"type", "plain_text"}, {"text", head}}}});
  blocks.push_back({{"type", "section"}, {"text", mrkdwn(slack_escape(l.text))}});
  json::array fields;
  for (auto const& f : l.fields) fields.push_back(field(f.title, f.value));
  if (!fields.empty()) blocks.push_back({{"type", "section"}, {"fields", std::move(fields)}});
  if (!l.description.empty()) blocks.push_back({{"type", "section"}, {"text", mrkdwn(slack_escape(l.description))}});
  if (!l.footer.empty())
    blocks.push_back({{"type", "context"}, {"elements", json::array{mrkdwn(slack_escape(l.footer))}}});
  return {{"text", slack_escape(l.text)}, {"blocks", std::move(blocks)}};
}

namespace {

/// An incoming webhook: it can neither edit nor thread what it has said.
struct slack_webhook_kind final : channel_kind {
  std::string_view name() const override { return "slack"; }
  std::string_view service() const override { return "Slack"; }
  wants asks_for() const override { return {.url = true}; }
  duration pace() const override { return 1s; }
  std::vector<outgoing> send(message const& m, channel const& c) const override {
    return {{.url = c.url.reveal(),
             .headers = {{"Content-Type", "application/json"}},
             .body = json::serialize(slack_message(m.says))}};
  }
};

}  // namespace

channel_kind const& slack_webhook() {
  static slack_webhook_kind const one;
  return one;
}

}  // namespace vendaval::monitor
