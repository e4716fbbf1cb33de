#include "proxy/framing/head.hpp"

#include <algorithm>
#include <optional>

#include "proxy/framing/characters.hpp"
#include "proxy/framing/target.hpp"

namespace vendaval::framing {
namespace {

using kind = verdict::kind;

constexpr verdict need_more{};
constexpr verdict accepted{kind::whole, 0, {}};
constexpr verdict refuse(unsigned status, std::string_view reason) { return {kind::refused, status, reason}; }

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
      why = refuse(400, "a line of the head ends without CR");
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
    return refuse(400, "the request line is not: method, target, version");
  out.method = line.substr(0, first);
  auto const target = line.substr(first + 1, last - first - 1);
  auto const version = line.substr(last + 1);
  if (!is_token(out.method)) return refuse(400, "the method is not a token");
  if (!looks_like_version(version)) return refuse(400, "the request line does not end with an HTTP version");
  auto const spoken = version_of(version);
  if (!spoken) return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  out.version = *spoken;
  if (out.method == "CONNECT" || out.method == "TRACE") return refuse(501, "CONNECT and TRACE are not served");
  if (target.size() > limits.target_bytes) return refuse(414, "the target is too long");
  return read_target(target, out) ? accepted : refuse(400, "the target is neither a path nor an http(s) URL");
}

verdict status_line(std::string_view line, response_head& out) {
  auto const version = line.substr(0, line.find(' '));
  auto const spoken = version_of(version);
  if (!spoken) return refuse(502, "the status line does not start with HTTP/1.0 or HTTP/1.1");
  out.version = *spoken;
  auto const rest = line.substr(std::min(line.size(), version.size() + 1));
  bool const digits = rest.size() >= 3 && digit(rest[0]) && digit(rest[1]) && digit(rest[2]);
  if (!digits || rest[0] < '1' || (rest.size() > 3 && rest[3] != ' '))
    return refuse(502, "the status is not three digits");
  out.status = static_cast<unsigned>((rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0'));
  out.reason = rest.substr(std::min<std::size_t>(rest.size(), 4));
  return std::ranges::all_of(out.reason, value_char) ? accepted : refuse(502, "the reason phrase holds a control byte");
}

/// Fields up to and with the blank line.
verdict read_fields(lines& from, head_limits const& limits, std::vector<field>& out) {
  for (;;) {
    verdict why;
    auto const line = from.next(why);
    if (!line) return why;
    if (line->empty()) return accepted;
    if (blank(line->front())) return refuse(400, "a header line starts with a blank (folding is obsolete)");
    field f;
    if (!read_field(*line, f)) return refuse(400, "a header line is not a name, a colon and a value");
    if (out.size() == limits.fields) return refuse(431, "too many header fields");
    out.push_back(f);
  }
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  if (text.empty() || text.size() > 18 || !std::ranges::all_of(text, digit)) return std::nullopt;
  std::uint64_t n = 0;
  for (char const c : text) n = n * 10 + static_cast<std::uint64_t>(c - '0');
  return n;
}

/// Every framing field of a head, taken together.
struct framing_fields {
  std::optional<std::uint64_t> length;
  bool chunked = false;
  verdict fault = accepted;

  framing_fields(std::vector<field> const& all, http_version version) {
    for (auto const& f : all) {
      if (same_name(f.name, "Content-Length")) add_length(f.value);
      if (same_name(f.name, "Transfer-Encoding")) add_coding(f.value);
    }
    if (chunked && length) fault = refuse(400, "Content-Length and Transfer-Encoding together");
    if (chunked && version == http_version::v10) fault = refuse(400, "Transfer-Encoding in HTTP/1.0");
  }

 private:
  void add_length(std::string_view value) {
    if (value.empty() || value.back() == ',' || value.front() == ',')
      fault = refuse(400, "Content-Length is not a number");
    each_element(value, [this](std::string_view element) {
      auto const n = whole_number(element);
      if (!n) fault = refuse(400, "Content-Length is not a number");
      if (n && length && *n != *length) fault = refuse(400, "two different Content-Lengths");
      if (n && !length) length = n;
    });
  }
  void add_coding(std::string_view value) {
    if (chunked) fault = refuse(400, "Transfer-Encoding more than once");
    if (value.empty())
      fault = refuse(400, "Transfer-Encoding is empty");
    else if (!same_name(value, "chunked"))
      fault = refuse(501, "the only transfer coding understood is chunked");
    chunked = true;
  }
};

bool keeps_alive(std::vector<field> const& all, http_version version) {
  bool close = false, keep = version == http_version::v11;
  for (auto const& f : all) {
    if (!same_name(f.name, "Connection")) continue;
    each_element(f.value, [&](std::string_view option) {
      close = close || same_name(option, "close");
      keep = keep || same_name(option, "keep-alive");
    });
  }
  return keep && !close;
}

verdict read_host(request_head& out) {
  std::optional<std::string_view> host;
  for (auto const& f : out.fields) {
    if (!same_name(f.name, "Host")) continue;
    if (host) return refuse(400, "more than one Host");
    host = f.value;
  }
  if (!host && out.version == http_version::v11) return refuse(400, "no Host");
  if (host && !valid_authority(*host)) return refuse(400, "Host is not a name or address with an optional port");
  if (!out.absolute) out.authority = host.value_or("");
  return accepted;
}

verdict read_expectation(request_head& out) {
  for (auto const& f : out.fields) {
    if (!same_name(f.name, "Expect") || out.version == http_version::v10) continue;
    if (!same_name(f.value, "100-continue")) return refuse(417, "the only expectation understood is 100-continue");
    out.expects_continue = true;
  }
  return accepted;
}

verdict interpret(request_head& out) {
  if (auto const host = read_host(out); host.refused()) return host;
  framing_fields const framing(out.fields, out.version);
  if (framing.fault.refused()) return framing.fault;
  if (framing.chunked)
    out.body = {body_kind::chunked, 0};
  else if (framing.length.value_or(0) > 0)
    out.body = {body_kind::length, *framing.length};
  out.keep_alive = keeps_alive(out.fields, out.version);
  return read_expectation(out);
}

verdict interpret(response_head& out, std::string_view method) {
  framing_fields const framing(out.fields, out.version);
  if (framing.fault.refused()) return framing.fault;
  bool const bodiless = method == "HEAD" || out.status / 100 == 1 || out.status == 204 || out.status == 304;
  if (bodiless)
    out.body = {};
  else if (framing.chunked)
    out.body = {body_kind::chunked, 0};
  else if (framing.length)
    out.body = {*framing.length > 0 ? body_kind::length : body_kind::none, *framing.length};
  else
    out.body = {body_kind::until_close, 0};
  out.keep_alive = keeps_alive(out.fields, out.version) && out.body.kind != body_kind::until_close;
  return accepted;
}

/// Waiting for more makes no sense once the limit is reached.
verdict bounded(verdict v, std::string_view buffer, head_limits const& limits) {
  if (v.what == kind::need_more && buffer.size() >= limits.head_bytes) return refuse(431, "the head is too large");
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

std::string_view value_of(std::vector<field> const& fields, std::string_view name) {
  for (auto const& f : fields)
    if (same_name(f.name, name)) return f.value;
  return {};
}

bool read_field(std::string_view line, field& out) {
  auto const colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  out = {line.substr(0, colon), trim(line.substr(colon + 1)), line};
  return is_token(out.name) && std::ranges::all_of(line.substr(colon + 1), value_char);
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
