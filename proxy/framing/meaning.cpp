#include "proxy/framing/meaning.hpp"

#include <algorithm>

#include "proxy/framing/characters.hpp"
#include "proxy/framing/target.hpp"

namespace vendaval::framing {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  if (text.empty() || text.size() > 18 || !std::ranges::all_of(text, digit)) return std::nullopt;
  std::uint64_t n = 0;
  for (char const c : text) n = n * 10 + static_cast<std::uint64_t>(c - '0');
  return n;
}

/// "Content_Length" is Content-Length to what CGI made of the world (RFC 3875 §4.1.18), and a stranger to us.
bool disguised(std::string_view name, std::string_view as) {
  return name.size() == as.size() && !same_name(name, as) &&
         std::ranges::equal(name, as, [](char a, char b) { return lower(a == '_' ? '-' : a) == lower(b); });
}

/// Every framing field of a head, taken together (RFC 9112 §6.1–6.3).
struct framing_fields {
  std::optional<std::uint64_t> length;
  bool chunked = false;
  verdict fault = accepted;

  framing_fields(std::vector<field> const& all, http_version version) {
    for (auto const& f : all) {
      if (same_name(f.name, "Content-Length")) add_length(f.value);
      if (same_name(f.name, "Transfer-Encoding")) add_coding(f.value);
      if (disguised(f.name, "Content-Length") || disguised(f.name, "Transfer-Encoding"))
        fault = refuse(400, flaw::field_line, "a framing field written with an underscore");
    }
    if (chunked && length) fault = refuse(400, flaw::framing_conflict, "Content-Length and Transfer-Encoding together");
    if (chunked && version == http_version::v10)
      fault = refuse(400, flaw::framing_conflict, "Transfer-Encoding in HTTP/1.0");
  }

 private:
  /// One number, or the same number several times over.
  void add_length(std::string_view value) {
    for (bool more = true; more;) {
      auto const comma = value.find(',');
      auto const n = whole_number(trim(value.substr(0, comma)));
      if (!n) fault = refuse(400, flaw::length, "Content-Length is not a number");
      if (n && length && *n != *length) fault = refuse(400, flaw::length, "two different Content-Lengths");
      if (!length) length = n.value_or(0);
      more = comma != std::string_view::npos;
      if (more) value.remove_prefix(comma + 1);
    }
  }
  void add_coding(std::string_view value) {
    if (chunked) fault = refuse(400, flaw::coding, "Transfer-Encoding more than once");
    if (value.empty())
      fault = refuse(400, flaw::coding, "Transfer-Encoding is empty");
    else if (!same_name(value, "chunked"))
      fault = refuse(501, flaw::coding, "the only transfer coding understood is chunked");
    chunked = true;
  }
};

struct connection_options {
  bool close = false, keep_alive = false, upgrade = false;
  explicit connection_options(std::vector<field> const& all) {
    for (auto const& f : all) {
      if (!same_name(f.name, "Connection")) continue;
      each_element(f.value, [this](std::string_view option) {
        close = close || same_name(option, "close");
        keep_alive = keep_alive || same_name(option, "keep-alive");
        upgrade = upgrade || same_name(option, "upgrade");
      });
    }
  }
  bool goes_on(http_version version) const { return (keep_alive || version == http_version::v11) && !close; }
};

verdict read_host(request_head& out) {
  std::optional<std::string_view> host;
  for (auto const& f : out.fields) {
    if (!same_name(f.name, "Host")) continue;
    if (host) return refuse(400, flaw::host, "more than one Host");
    host = f.value;
  }
  if (!host && out.version == http_version::v11) return refuse(400, flaw::host, "no Host");
  if (host && !valid_authority(*host))
    return refuse(400, flaw::host, "Host is not a name or address with an optional port");
  if (out.form == target_form::origin || out.form == target_form::asterisk) out.authority = host.value_or("");
  return accepted;
}

verdict read_expectation(request_head& out) {
  for (auto const& f : out.fields) {
    if (!same_name(f.name, "Expect") || out.version == http_version::v10) continue;
    if (!same_name(f.value, "100-continue"))
      return refuse(417, flaw::expectation, "the only expectation understood is 100-continue");
    out.expects_continue = true;
  }
  return accepted;
}

/// The one protocol that is passed on. Any other request to upgrade is a request that does not (RFC 9110 §7.8); "h2c"
/// most of all, which would take the rest of the connection out of our sight.
std::string_view wanted_protocol(request_head const& head, connection_options const& options) {
  bool const may =
      options.upgrade && head.version == http_version::v11 && head.method == "GET" && head.body.kind == body_kind::none;
  if (!may) return {};
  auto const only = value_of(head.fields, "Upgrade");
  auto const fields = std::ranges::count_if(head.fields, [](field const& f) { return same_name(f.name, "Upgrade"); });
  return fields == 1 && same_name(only, "websocket") ? only : std::string_view();
}

std::optional<std::uint32_t> remaining_hops(request_head const& head) {
  if (head.method != "OPTIONS") return std::nullopt;
  auto const n = whole_number(value_of(head.fields, "Max-Forwards"));
  if (!n || *n > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*n);
}

}  // namespace

verdict interpret(request_head& out) {
  if (auto const host = read_host(out); host.refused()) return host;
  framing_fields const framing(out.fields, out.version);
  if (framing.fault.refused()) return framing.fault;
  if (framing.chunked)
    out.body = {body_kind::chunked, 0};
  else if (framing.length.value_or(0) > 0)
    out.body = {body_kind::length, *framing.length};
  if (out.form == target_form::authority && out.body.kind != body_kind::none)
    return refuse(400, flaw::framing_conflict, "CONNECT has no body");
  connection_options const options(out.fields);
  out.keep_alive = options.goes_on(out.version);
  out.upgrade = wanted_protocol(out, options);
  out.max_forwards = remaining_hops(out);
  return read_expectation(out);
}

verdict interpret(response_head& out, std::string_view method) {
  framing_fields const framing(out.fields, out.version);
  if (framing.fault.refused()) return framing.fault;
  bool const announced = framing.chunked || framing.length.value_or(0) > 0;
  bool const interim = out.status / 100 == 1, empty = interim || out.status == 204;
  if (interim && announced) return refuse(502, flaw::interim, "an interim answer with a body");
  if (empty || out.status == 304 || method == "HEAD")
    out.body = {};
  else if (framing.chunked)
    out.body = {body_kind::chunked, 0};
  else if (framing.length)
    out.body = {*framing.length > 0 ? body_kind::length : body_kind::none, *framing.length};
  else
    out.body = {body_kind::until_close, 0};
  // A 204 ends with its head whatever it announces, but who announces a body may well send it.
  bool const doubtful = out.body.kind == body_kind::until_close || (empty && announced);
  out.keep_alive = connection_options(out.fields).goes_on(out.version) && !doubtful;
  return accepted;
}

bool switches_to(response_head const& answer, std::string_view protocol) {
  return answer.status == 101 && !protocol.empty() && connection_options(answer.fields).upgrade &&
         same_name(value_of(answer.fields, "Upgrade"), protocol);
}

bool keeps_body_back(request_head const& head, std::size_t body_bytes_here) {
  return head.expects_continue && head.body.kind != body_kind::none && body_bytes_here == 0;
}

bool relays_interim(unsigned status, http_version clients, bool had_continue) {
  return clients == http_version::v11 && !(status == 100 && had_continue);
}

/// "1.1 name", "HTTP/1.1 name:8443 (comment)".
bool came_through(std::vector<field> const& all, std::string_view name) {
  bool found = false;
  for (auto const& f : all) {
    if (!same_name(f.name, "Via")) continue;
    each_element(f.value, [&](std::string_view element) {
      auto const by = trim(element.substr(std::min(element.find_first_of(" \t"), element.size())));
      found = found || same_name(by.substr(0, by.find_first_of(" \t(")), name);
    });
  }
  return found;
}

}  // namespace vendaval::framing
