#include "proxy/faults/write_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace vendaval::faults {
namespace {

/// A basic string of TOML.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (auto const code = static_cast<unsigned char>(c); code < 0x20 || code == 0x7f)
      result += fmt::format("\\u{:04x}", code);
    else
      result += c;
  }
  return result + '"';
}

std::string text(std::string const& s) { return quoted(s); }
std::string text(duration d) { return quoted(show(d)); }
std::string text(percent p) { return quoted(show(p)); }
std::string text(bytes b) { return quoted(show(b)); }
std::string text(bool yes) { return yes ? "true" : "false"; }
std::string text(double number) { return fmt::format("{:#}", number); }
std::string text(std::unsigned_integral auto number) { return fmt::format("{}", number); }
template <class T>
std::string text(std::vector<T> const& all) {
  std::string result;
  for (auto const& one : all) (result += result.empty() ? "" : ", ") += text(one);
  return "[" + result + "]";
}

using line = std::pair<std::string, std::string>;

/// Writes down each key that a kind's fields() names.
struct key_texts {
  std::vector<line> all;

  void operator()(std::string_view key, auto const& value, meaning, auto const&...) {
    all.emplace_back(key, text(value));
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T> const& value, meaning, auto const&...) {
    all.emplace_back(key, value ? text(*value) : "");
  }
  template <class E, std::size_t N>
    requires std::is_enum_v<E>
  void operator()(std::string_view key, E const& value, meaning, std::array<std::string_view, N> const& names) {
    all.emplace_back(key, quoted(names[static_cast<std::size_t>(value)]));
  }
};

/// Does the kind complain of this key, when these and it, or these without it, are given?
template <class Kind>
bool complains(Kind const& kind, std::vector<line> const& written, std::string const& key, bool with_it) {
  bool complained = false;
  auto const note = [&](std::string_view of) { complained = complained || of == key; };
  fault_checks checks{
      .given =
          [&](std::string_view asked) {
            return (with_it || asked != key) && std::ranges::find(written, asked, &line::first) != written.end();
          },
      .fail = [&](std::string_view of, std::string const&, std::string const&) { note(of); },
      .fail_at = [&](std::string_view of, std::size_t, std::string const&, std::string const&) { note(of); },
      .error_codes = {}};
  kind.check(checks);
  return complained;
}

template <class Kind>
std::vector<line> keys_of(Kind const& kind) {
  key_texts written, usual;
  Kind::fields(kind, written);
  Kind const plain{};
  Kind::fields(plain, usual);
  std::vector<line> result;
  for (std::size_t i = 0; i < written.all.size(); ++i)
    if (written.all[i] != usual.all[i]) result.push_back(std::move(written.all[i]));
  // One that differs although this fault has no use for it, as after a compressed run's division, would not be read
  // back.
  auto const given = result;
  std::erase_if(result, [&](line const& one) {
    return complains(kind, given, one.first, true) && !complains(kind, given, one.first, false);
  });
  return result;
}

struct page {
  std::string toml;

  void say(std::string_view key, std::string const& value) { toml += fmt::format("{} = {}\n", key, value); }
  template <class T>
  void say_all(std::string_view key, std::vector<T> const& values) {
    if (!values.empty()) say(key, text(values));
  }
};

std::string text(std::vector<header_match> const& headers) {
  std::string result;
  for (auto const& h : headers)
    result += fmt::format("{}{} = {}", result.empty() ? "" : ", ", quoted(h.name), quoted(h.value));
  return "{ " + result + " }";
}

void say_scope(page& out, scope const& where) {
  out.say_all("institutions", where.institutions);
  out.say_all("server_names", where.server_names);
  std::vector<std::string> operations;
  for (auto const o : where.operations) operations.emplace_back(name_of(o));
  out.say_all("operations", operations);
  out.say_all("methods", where.methods);
  out.say_all("paths", where.paths);
  if (!where.headers.empty()) out.say("headers", text(where.headers));
  out.say_all("clients", where.clients);
  if (where.probability != scope{}.probability) out.say("probability", text(where.probability));
  if (where.per != (where.server_names.empty() ? unit_of_chance::request : unit_of_chance::connection))
    out.say("per", quoted(unit_of_chance_names[static_cast<std::size_t>(where.per)]));
  if (where.per_second != 0) out.say("per_second", text(where.per_second));
}

struct course_writer {
  page& out;

  void operator()(std::monostate) const {}
  void operator()(square_wave const& w) const {
    out.say("wave", fmt::format("{{ on = {}, off = {} }}", text(w.on), text(w.off)));
  }
  void operator()(ramp const& r) const {
    out.say("ramp", fmt::format("{{ from = {}, to = {}, over = {} }}", text(r.from), text(r.to), text(r.over)));
  }
  void operator()(bursts const& b) const {
    out.say("bursts", fmt::format("{{ enter = {}, leave = {} }}", text(b.enter), text(b.leave)));
  }
  void operator()(first const& f) const { out.say("first", text(f.requests)); }
  void operator()(every const& e) const { out.say("every", text(e.nth)); }
};

}  // namespace

std::string write_fault(fault const& what, scope const& where, side_of_upstream when, course const& over_time) {
  page out;
  out.say("kind", quoted(kind_of(what)));
  say_scope(out, where);
  if (when != side_of_upstream::before_upstream) out.say("when", quoted(side_names[static_cast<std::size_t>(when)]));
  std::visit(course_writer{out}, over_time);
  auto const own = std::visit([](auto const& kind) { return keys_of(kind); }, what);
  for (auto const& [key, value] : own) out.say(key, value);
  return std::move(out.toml);
}

}  // namespace vendaval::faults
