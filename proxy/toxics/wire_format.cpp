#include "proxy/toxics/wire_format.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/units.hpp"

namespace vendaval::toxics {
namespace {

refusal bad_body(std::string const& why) { return {400, "bad request body: " + why}; }

problem read_lease(std::string const& text, lease_limits const& leases, time_point now, toxic& out) {
  if (!text.empty()) {
    auto const asked = parse_duration(text);
    if (!asked || *asked <= 0ns || *asked > leases.longest)
      return refusal{
          400, fmt::format("lease must be a duration such as \"5m\", at most \"{}\"", vendaval::show(leases.longest))};
    out.lease = *asked;
  }
  out.expires = now + (out.lease > 0ns ? out.lease : leases.usual);
  return std::nullopt;
}

problem check_toxicity(double toxicity) {
  if (toxicity >= 0 && toxicity <= 1) return std::nullopt;
  return refusal{400, fmt::format("toxicity must be from 0 to 1, and {} is not", toxicity)};
}

/// No attribute of any kind means anything below zero, and a share is at most one.
struct bounds_of_attributes {
  problem wrong{};
  void operator()(std::string_view name, std::int64_t value) {
    if (value < 0 && !wrong) wrong = refusal{400, fmt::format("{} must not be negative", name)};
  }
  void operator()(std::string_view name, double value) {
    if (!(value >= 0 && value <= 1) && !wrong) wrong = refusal{400, fmt::format("{} must be from 0 to 1", name)};
  }
};

template <class Options>
problem read_options(json::object const& body, std::string_view key, std::optional<Options>& out) {
  go_fields outer(body, "Proxy");
  auto const* const given = outer.object(key);
  if (!outer.error().empty()) return bad_body(outer.error());
  if (!given) return std::nullopt;
  Options options = out.value_or(Options{});
  go_fields fields(*given, fmt::format("Proxy.{}", key));
  Options::fields(options, fields);
  if (!fields.error().empty()) return bad_body(fields.error());
  out = options;
  return std::nullopt;
}

/// ,"key":{…} with what is not empty.
template <class Options>
std::string show_options(std::string_view key, std::optional<Options> const& options) {
  if (!options) return {};
  std::string inside;
  Options::fields(*options, [&](std::string_view name, std::string const& value) {
    if (!value.empty()) inside += fmt::format("{}\"{}\":{}", inside.empty() ? "" : ",", name, quoted(value));
  });
  return fmt::format(",\"{}\":{{{}}}", key, inside);
}

}  // namespace

problem read_toxic(json::object const& body, lease_limits const& leases, time_point now, toxic& out) {
  std::string type, lease;
  go_fields fields(body, "ToxicWrapper");
  fields("name", out.name);
  fields("type", type);
  fields("stream", out.stream_text);
  fields("toxicity", out.toxicity);
  fields("lease", lease);
  if (!fields.error().empty()) return bad_body(fields.error());
  auto const stream = lower(out.stream_text);
  if (stream != "upstream" && stream != "downstream")
    return refusal{400, "stream was invalid, can be either upstream or downstream"};
  out.stream = stream == "upstream" ? direction::upstream : direction::downstream;
  if (!make_attributes(type, out.what)) return refusal{400, "invalid toxic type"};
  if (out.name.empty()) out.name = fmt::format("{}_{}", type, stream);
  if (out.name.contains('/'))
    return refusal{400, fmt::format("the name {} cannot be asked for again: it has a slash", out.name)};
  if (auto wrong = check_toxicity(out.toxicity)) return wrong;
  return read_lease(lease, leases, now, out);
}

problem update_toxic(json::object const& body, lease_limits const& leases, time_point now, toxic& out) {
  std::string lease;
  go_fields fields(body, "ToxicWrapper");
  fields("toxicity", out.toxicity);
  fields("lease", lease);
  if (!fields.error().empty()) return bad_body(fields.error());
  if (auto wrong = check_toxicity(out.toxicity)) return wrong;
  if (auto wrong = read_attributes(body, out.what)) return wrong;
  return read_lease(lease, leases, now, out);
}

problem read_attributes(json::object const& body, attributes& out) {
  go_fields outer(body, "ToxicWrapper");
  auto const* const given = outer.object("attributes");
  if (!outer.error().empty()) return bad_body(outer.error());
  if (!given) return std::nullopt;
  return std::visit(
      [&](auto& kind) -> problem {
        go_fields fields(*given, fmt::format("{}.attributes", kind.go_name));
        kind.fields(kind, fields);
        if (!fields.error().empty()) return bad_body(fields.error());
        bounds_of_attributes bounds;
        kind.fields(kind, bounds);
        return bounds.wrong;
      },
      out);
}

problem read_proxy(json::object const& body, proxy_entry& out) {
  go_fields fields(body, "Proxy");
  fields("name", out.name);
  fields("listen", out.listen);
  fields("upstream", out.upstream);
  fields("enabled", out.enabled);
  fields("http", out.http);
  if (!fields.error().empty()) return bad_body(fields.error());
  if (auto wrong = read_options(body, "tls", out.tls)) return wrong;
  return read_options(body, "upstream_tls", out.upstream_tls);
}

std::string show(toxic const& t) {
  std::string inside;
  std::visit(
      [&](auto const& kind) {
        kind.fields(kind, [&](std::string_view name, auto value) {
          inside += fmt::format("{}\"{}\":{}", inside.empty() ? "" : ",", name, value);
        });
      },
      t.what);
  auto const lease = t.lease > 0ns ? fmt::format(",\"lease\":\"{}\"", vendaval::show(t.lease)) : std::string();
  return fmt::format(R"({{"attributes":{{{}}},"name":{},"type":"{}","stream":{},"toxicity":{}{}}})", inside,
                     quoted(t.name), type_of(t.what), quoted(t.stream_text), t.toxicity, lease);
}

std::string show_toxics(toxic_list const& all) {
  std::string inside;
  for (auto const way : {direction::upstream, direction::downstream})
    for (auto const& one : all)
      if (one.stream == way) inside += (inside.empty() ? "" : ",") + show(one);
  return "[" + inside + "]";
}

std::string show(proxy_entry const& p) {
  auto const extra = (p.http ? std::string(",\"http\":true") : std::string()) + show_options("tls", p.tls) +
                     show_options("upstream_tls", p.upstream_tls);
  return fmt::format(R"({{"name":{},"listen":{},"upstream":{},"enabled":{},"toxics":{}{}}})", quoted(p.name),
                     quoted(p.listen), quoted(p.upstream), p.enabled, show_toxics(p.toxics), extra);
}

std::string show(refusal const& r) { return fmt::format(R"({{"error":{},"status":{}}})", quoted(r.text), r.status); }

}  // namespace vendaval::toxics
