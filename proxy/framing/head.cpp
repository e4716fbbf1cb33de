#include "proxy/framing/head.hpp"

#include <algorithm>
#include <optional>

#include "proxy/framing/characters.hpp"
#include "proxy/framing/meaning.hpp"
#include "proxy/framing/target.hpp"

namespace vendaval::framing {
namespace {

/// The lines of a head, one after the other, never looking past the limit.
class lines {
 public:
  lines(std::string_view buffer, std::size_t limit) : buffer_(buffer.substr(0, limit)) {}

  /// Why no line could be taken is left in `why`.
  std::optional<std::string_view> next(verdict& why) {
    auto const rest = buffer_.substr(at_);
    auto const end = rest.find('\n');
    if (end == std::string_view::npos) {
      why = need_more;
      return std::nullopt;
    }
    if (end == 0 || rest[end - 1] != '\r') {
      why = refuse(400, flaw::line_end, "a line of the head ends without CR");
      return std::nullopt;
    }
    at_ += end + 1;
    return rest.substr(0, end - 1);
  }
  std::size_t taken() const { return at_; }

 private:
  std::string_view buffer_;
  std::size_t at_ = 0;
};

std::optional<http_version> version_of(std::string_view text) {
  if (text == "HTTP/1.1") return http_version::v11;
  if (text == "HTTP/1.0") return http_version::v10;
  return std::nullopt;
}

bool looks_like_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && digit(text[5]) && text[6] == '.' && digit(text[7]);
}

verdict request_line(std::string_view line, head_limits const& limits, request_head& out) {
  auto const first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return refuse(400, flaw::start_line, "the request line is not: method, target, version");
  out.method = line.substr(0, first);
  auto const target = line.substr(first + 1, last - first - 1);
  auto const version = line.substr(last + 1);
  if (!is_token(out.method)) return refuse(400, flaw::start_line, "the method is not a token");
  if (!looks_like_version(version))
    return refuse(400, flaw::start_line, "the request line does not end with an HTTP version");
  auto const spoken = version_of(version);
  if (!spoken) return refuse(505, flaw::version, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  out.version = *spoken;
  if (out.method == "TRACE") return refuse(501, flaw::method, "TRACE is not served");
  if (target.size() > limits.target_bytes) return refuse(414, flaw::too_large, "the target is too long");
  return read_target(target, out) ? accepted
                                  : refuse(400, flaw::target, "the target is in no form that this method may have");
}

verdict status_line(std::string_view line, response_head& out) {
  auto const version = line.substr(0, line.find(' '));
  auto const spoken = version_of(version);
  if (!spoken) return refuse(502, flaw::version, "the status line does not start with HTTP/1.0 or HTTP/1.1");
  out.version = *spoken;
  auto const rest = line.substr(std::min(line.size(), version.size() + 1));
  bool const digits = rest.size() >= 3 && digit(rest[0]) && digit(rest[1]) && digit(rest[2]);
  if (!digits || rest[0] < '1' || (rest.size() > 3 && rest[3] != ' '))
    return refuse(502, flaw::start_line, "the status is not three digits");
  out.status = static_cast<unsigned>((rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0'));
  out.reason = rest.substr(std::min<std::size_t>(rest.size(), 4));
  return is_value(out.reason) ? accepted : refuse(502, flaw::start_line, "the reason phrase holds a control byte");
}

/// Fields up to and with the blank line.
verdict read_fields(lines& from, head_limits const& limits, std::vector<field>& out) {
  for (;;) {
    verdict why;
    auto const line = from.next(why);
    if (!line) return why;
    if (line->empty()) return accepted;
    if (blank(line->front()))
      return refuse(400, flaw::folding, "a header line starts with a blank (folding is obsolete)");
    field f;
    if (!read_field(*line, f)) return refuse(400, flaw::field_line, "a header line is not a name, a colon and a value");
    if (out.size() == limits.fields) return refuse(431, flaw::too_many_fields, "too many header fields");
    out.push_back(f);
  }
}

/// Waiting for more makes no sense once the limit is reached.
verdict bounded(verdict v, std::string_view buffer, head_limits const& limits) {
  if (v.what == verdict::kind::need_more && buffer.size() >= limits.head_bytes)
    return refuse(431, flaw::too_large, "the head is too large");
  return v;
}

verdict scan(lines& from, head_limits const& limits, request_head& out) {
  verdict why;
  auto line = from.next(why);
  // Empty lines before a request are left over by careless clients; a few are forgiven (RFC 9112 §2.2).
  for (int forgiven = 0; line && line->empty() && forgiven < 4; ++forgiven) line = from.next(why);
  if (!line) return why;
  if (auto const v = request_line(*line, limits, out); v.refused()) return v;
  if (auto const v = read_fields(from, limits, out.fields); !v.whole()) return v;
  out.size = from.taken();
  return interpret(out);
}

verdict scan(lines& from, head_limits const& limits, std::string_view method, response_head& out) {
  verdict why;
  auto const line = from.next(why);
  if (!line) return why;
  if (auto const v = status_line(*line, out); v.refused()) return v;
  if (auto const v = read_fields(from, limits, out.fields); !v.whole()) return v;
  out.size = from.taken();
  return interpret(out, method);
}

/// Keeps the memory of the fields.
template <class Head>
void renew(Head& head) {
  auto fields = std::move(head.fields);
  fields.clear();
  head = Head{};
  head.fields = std::move(fields);
}

}  // namespace

std::string_view value_of(std::span<field const> fields, std::string_view name) {
  for (auto const& f : fields)
    if (same_name(f.name, name)) return f.value;
  return {};
}

bool read_field(std::string_view line, field& out) {
  auto const colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  out = {line.substr(0, colon), trim(line.substr(colon + 1)), line};
  return is_token(out.name) && is_value(line.substr(colon + 1));
}

verdict read_request(std::string_view buffer, head_limits const& limits, request_head& out) {
  renew(out);
  lines from(buffer, limits.head_bytes);
  return bounded(scan(from, limits, out), buffer, limits);
}

verdict read_response(std::string_view buffer, std::string_view method, head_limits const& limits, response_head& out) {
  renew(out);
  lines from(buffer, limits.head_bytes);
  auto v = bounded(scan(from, limits, method, out), buffer, limits);
  if (v.refused()) v.status = 502;
  return v;
}

}  // namespace vendaval::framing
