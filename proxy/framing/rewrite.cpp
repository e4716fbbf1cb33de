#include "proxy/framing/rewrite.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "proxy/framing/characters.hpp"

namespace vendaval::framing {
namespace {

constexpr std::array<std::string_view, 9> hop_by_hop{"Connection",          "Keep-Alive", "Proxy-Connection",
                                                     "Proxy-Authorization", "TE",         "Trailer",
                                                     "Transfer-Encoding",   "Upgrade",    "HTTP2-Settings"};
/// What Connection may name without effect: losing it would change what the message is or whom it is for.
constexpr std::array<std::string_view, 5> protected_fields{"Content-Length", "Transfer-Encoding", "Host",
                                                           "Authorization", "Cookie"};

bool among(std::string_view name, auto const& names) {
  return std::ranges::any_of(names, [name](std::string_view n) { return same_name(n, name); });
}

/// Tells which fields a head means for its next hop alone.
class next_hop {
 public:
  explicit next_hop(std::vector<field> const& all) : all_(all) {
    each_option([this](std::string_view option) { names_some_ = names_some_ || !among(option, hop_by_hop); });
  }
  bool has(std::string_view name) const { return among(name, hop_by_hop) || (names_some_ && named(name)); }

 private:
  void each_option(auto&& take) const {
    for (auto const& f : all_)
      if (same_name(f.name, "Connection")) each_element(f.value, take);
  }
  bool named(std::string_view name) const {
    bool found = false;
    each_option([&](std::string_view option) { found = found || same_name(option, name); });
    return found && !among(name, protected_fields);
  }

  std::vector<field> const& all_;
  bool names_some_ = false;  // beyond those that are dropped anyway, such as keep-alive: seldom
};

void add_number(std::string& out, std::uint64_t n) {
  std::array<char, 20> digits;
  auto const end = std::to_chars(digits.begin(), digits.end(), n).ptr;
  out.append(digits.begin(), end);
}

void add_framing(std::string& out, body_framing body) {
  if (body.kind == body_kind::chunked) out += "Transfer-Encoding: chunked\r\n";
  if (body.kind == body_kind::until_close) return;
  if (body.kind == body_kind::chunked) return;
  out += "Content-Length: ";
  add_number(out, body.length);
  out += "\r\n";
}

void add_line(std::string& out, std::string_view line) {
  out += line;
  out += "\r\n";
}

/// The last line of a head.
void add_via(std::string& out, http_version received, std::string_view name) {
  out += received == http_version::v11 ? "Via: 1.1 " : "Via: 1.0 ";
  add_line(out, name);
  out += "\r\n";
}

void add_upgrade(std::string& out, std::string_view protocol) {
  out += "Connection: Upgrade\r\nUpgrade: ";
  add_line(out, protocol);
}

bool moved(field const& f, response_changes const& changes) {
  if (changes.from_origin.empty() || changes.to_origin.empty() || !same_name(f.name, "Location") ||
      !f.value.starts_with(changes.from_origin))
    return false;
  auto const rest = f.value.substr(changes.from_origin.size());
  return rest.empty() || rest.front() == '/' || rest.front() == '?' || rest.front() == '#';
}

}  // namespace

void write_request(request_head const& head, request_changes const& changes, std::string& out) {
  out += head.method;
  out += ' ';
  out += head.target;
  out += " HTTP/1.1\r\nHost: ";
  add_line(out, changes.host);
  next_hop const only(head.fields);
  for (auto const& f : head.fields) {
    bool const ours = same_name(f.name, "Host") || same_name(f.name, "Content-Length") || same_name(f.name, "Expect") ||
                      same_name(f.name, "Accept-Encoding");
    if (ours || only.has(f.name)) continue;
    if (head.max_forwards && same_name(f.name, "Max-Forwards")) continue;
    add_line(out, f.line);
  }
  if (head.max_forwards) {
    out += "Max-Forwards: ";
    add_number(out, *head.max_forwards - 1);
    out += "\r\n";
  }
  if (changes.expect) out += "Expect: 100-continue\r\n";
  if (changes.upgrade) add_upgrade(out, head.upgrade);
  bool const sends =
      head.method != "GET" && head.method != "HEAD" && head.method != "DELETE" && head.method != "OPTIONS";
  if (changes.body.kind != body_kind::none || sends) add_framing(out, changes.body);
  add_via(out, head.version, changes.via);
}

void write_response(response_head const& head, response_changes const& changes, std::string& out) {
  out += "HTTP/1.1 ";
  add_number(out, head.status);
  out += ' ';
  add_line(out, head.reason);
  bool const bare = head.status / 100 == 1 || head.status == 204 || head.status == 304;
  // Without a body here although the status has one: an answer to HEAD, whose Content-Length speaks about GET.
  bool const describes = !bare && changes.body.kind == body_kind::none && head.body.kind == body_kind::none;
  bool described = false;
  next_hop const only(head.fields);
  for (auto const& f : head.fields) {
    if (same_name(f.name, "Content-Length")) {
      if (describes && !described) {
        out += "Content-Length: ";
        add_line(out, trim(f.value.substr(0, f.value.find(','))));
      }
      described = true;
      continue;
    }
    if (only.has(f.name)) continue;
    if (moved(f, changes)) {
      out += f.name;
      out += ": ";
      out += changes.to_origin;
      add_line(out, f.value.substr(changes.from_origin.size()));
    } else {
      add_line(out, f.line);
    }
  }
  if (!bare && !describes) add_framing(out, changes.body);
  if (changes.upgrade)
    add_upgrade(out, value_of(head.fields, "Upgrade"));
  else if (!changes.keep_alive)
    out += "Connection: close\r\n";
  else if (changes.to == http_version::v10)
    out += "Connection: keep-alive\r\n";
  add_via(out, head.version, changes.via);
}

}  // namespace vendaval::framing
