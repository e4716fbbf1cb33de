// What the dialect makes of the bank's answer, and what of the answer changes on its way.
#include "proxy/framing/content_coding.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {

using framing::body_kind;

/// Only what the dialect knows is reported, since the body may hold anything.
std::string session::code_of(dialects::judgement const& said, unsigned status) {
  return said.code.empty() && status >= 400 ? std::string(other_code) : said.code;
}

/// What the dialect makes of the bank's answer. Should it stumble, the answer passes as it is, judged by its status
/// alone.
void session::judge(bool inspected, std::string_view ours) {
  auto& dialect = worker_.dialect();
  try {
    std::string plain;
    auto const text = inspected ? text_of_answer(plain) : std::nullopt;
    auto const type = framing::value_of(answer_.fields, "Content-Type");
    dialects::response_view const view{answer_.status, type, text.value_or(""), text.has_value(), answer_.fields};
    auto judged = dialect.judge(turn_.view(), view);
    turn_.report.result = judged.result;
    turn_.report.code = code_of(judged, answer_.status);
    turn_.report.counts = judged.counts;
    worker_.learn(std::move(judged.news));
    if (text && answer_.body.kind != body_kind::none) change_answer(*text, ours);
  } catch (std::exception const& e) {
    stumbled(e.what());
  }
}

/// What the answer says without its Content-Encoding, for which `plain` is room; nothing when it would be too large. A
/// body that is not what its coding promises says nothing to anybody.
std::optional<std::string_view> session::text_of_answer(std::string& plain) const {
  auto const coding = framing::coding_of(framing::value_of(answer_.fields, "Content-Encoding"));
  if (coding == framing::content_coding::identity || content_.empty()) return content_;
  auto decoded = framing::decode(content_, coding, worker_.limits().inspect.count);
  if (!decoded && decoded.error() == framing::decode_failure::too_large) return std::nullopt;
  plain = std::move(decoded).value_or("");
  return plain;
}

/// Makes of the text what faults want, and points links back at us, who are `ours` to the client. An answer that was
/// changed is sent uncompressed.
void session::change_answer(std::string_view text, std::string_view ours) {
  auto changed = change_list(text);
  if (auto edited = edit(changed ? *changed : text)) changed = std::move(edited);
  if (!ours.empty()) {
    auto moved = worker_.dialect().rewrite(changed ? *changed : text, turn_.place->origin, ours);
    if (moved) changed = std::move(moved);
  }
  if (!changed) return;
  content_ = std::move(*changed);
  std::erase_if(answer_.fields, [](auto const& f) { return framing::same_name(f.name, "Content-Encoding"); });
}

}  // namespace vendaval::io
