#include "proxy/faults/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "proxy/faults/catalogue.hpp"

namespace vendaval::faults {
namespace {

constexpr std::string_view introduction = R"(# Faults

*Written by `vendaval faults list --markdown`; a test keeps it true.*

Every kind below is one `[[phase.fault]]` of a scenario. Every fault, whatever its kind, can also say:

| key | default | meaning |
|---|---|---|
| `institutions` | the phase's target | the banks it may touch, by code or alias; a request that names several banks is touched only if all of them are named |
| `operations` | all | `link`, `retrieve`, `read`, `token`, `meta` |
| `methods` | all | such as `["POST"]` |
| `paths` | all | such as `["/api/accounts/*"]`; `*` stands for anything |
| `headers` | any | such as `{ "X-Drill" = "1" }`: every one of them; `"*"` is whatever it says |
| `clients` | all | User-Agent or address, such as `["belvo-js*"]` |
| `probability` | `100%` | how often it touches |
| `per` | `request` | what one throw of the dice decides: a `request`, a `connection`, a `client` or a `link` |
| `per_second` | no cap | most effects in any second, exact across threads |
| `when` | `before_upstream` | or `after_upstream`: the bank has done its work, and only the answer suffers (where the kind acts on either side) |

and at most one course over time (in a fault of the handshake, connections take the place of requests):

| key | meaning |
|---|---|
| `wave = { on = "15s", off = "15s" }` | on and off in turn, from the moment it is armed |
| `ramp = { from = "5%", to = "40%", over = "5m" }` | its probability grows or falls between two shares of itself |
| `bursts = { enter = "2%", leave = "25%" }` | Gilbert–Elliott: good and bad stretches, counted in requests of each client |
| `first = 3` | the first requests of each client, then never again |
| `every = 10` | each 10th request of each client |

Faults of the handshake (`certificate`, `handshake`, `slow_handshake`, `old_tls`) are decided once per connection at the
proxy's own listener, when the client has said hello and before any request is read. Every bank behind the proxy shares that
connection, so `institutions`, `operations`, `methods`, `paths`, `headers` and `when` are refused; what chooses is

| key | default | meaning |
|---|---|---|
| `server_names` | must be given | the names that clients ask for in TLS (SNI), such as `["belvo.staging.example"]`; `*` stands for anything, and alone for no name too |
| `clients` | all | addresses |
| `probability`, `per` | `100%`, `connection` | or per `client`, which is an address |

Where a bank has a host name of its own (`[[upstream.place]]` with `host`), name that host, and what happens is
counted as that bank's; otherwise it is counted as nobody's (`global`). A handshake that such a fault has in reach is
reported as an exchange of its own: `network` and injected when it failed, weighing on nobody when the client put up with
it. No session is resumed on a connection that is shown a flawed certificate. `[proxy] fault_ca` signs what clients must be
able to trust but for the flaw. Clients that come in by CONNECT are not touched by these faults.

Faults of webhooks (`webhook`) are about what the API sends to the app at the listener that `[webhooks]` names. A webhook
belongs to the bank of its link; one whose link nobody knows is never touched. `operations`, `methods`, `paths`, `headers`
and `clients` are refused. The sender of a webhook that is dropped or held is answered 200 at once, because it would send it again after
some seconds; what is held goes out when its time has come or its fault ends, once, whatever the app answers. What became of
each is counted by bank: `vendaval_webhooks_total`, in a run's summary, and as a scenario's measures `webhooks_held`,
`webhooks_resumed`, `webhooks_others_held` and `webhooks_others_passed`. Without `[webhooks]` such a fault meets nothing, and
its arming says so.

An answer that is lost after the bank did the work (`when = "after_upstream"`, or cut on its way) is what makes an app
do things twice. Writes that lost theirs are counted, and those that then come again, byte for byte and without an
`Idempotency-Key`: `vendaval_writes_lost_total`, `vendaval_writes_repeated_total`, and a scenario's measures `writes_lost`
and `writes_repeated`. Bodies longer than `[limits] inspect` are not compared.

A fault holds a lease and ends with it, whatever became of the controller. It never touches a host off the allow-list, nor
a request that its matcher did not name. Answers that a fault made or changed carry `X-Vendaval-Fault`, or RFC 9209's
`Proxy-Status`, as `[proxy] marker` says, and are counted apart from the bank's own failures everywhere.

)";

std::string_view words(reach acts) {
  switch (acts) {
    case reach::before_upstream: return "before the request reaches the bank";
    case reach::either: return "before the bank, or on its answer (`when`)";
    case reach::handshake: return "when a client has said hello in TLS, before any request";
    case reach::webhook: return "on a webhook's way to the app";
    case reach::answer: break;
  }
  return "on the answer";
}

std::string shown(duration d) { return d == duration{} ? "0ms" : show(d); }
std::string shown(percent p) { return show(p); }
std::string shown(bytes b) { return show(b); }
std::string shown(bool yes) { return yes ? "true" : "false"; }
std::string shown(auto number) { return fmt::format("{}", number); }

/// Writes down each key that a kind's fields() names.
struct key_writer {
  std::vector<key_reference>& out;

  void add(std::string_view key, std::string type, std::string initial, std::string bounds, meaning m) {
    out.push_back({std::string(key), std::move(type), std::move(initial), std::move(bounds), std::string(m.text)});
  }
  template <class T>
  void ranged(std::string_view key, std::string type, T const& value, meaning m, auto const& low, auto const& high) {
    add(key, std::move(type), shown(value), fmt::format("{} to {}", shown(T(low)), shown(T(high))), m);
  }
  void operator()(std::string_view key, duration const& v, meaning m, duration low, duration high) {
    ranged(key, "duration", v, m, low, high);
  }
  void operator()(std::string_view key, bytes const& v, meaning m, bytes low, bytes high) {
    ranged(key, "size", v, m, low, high);
  }
  void operator()(std::string_view key, double const& v, meaning m, double low, double high) {
    ranged(key, "number", v, m, low, high);
  }
  template <std::unsigned_integral T>
  void operator()(std::string_view key, T const& v, meaning m, T low, T high) {
    ranged(key, "integer", v, m, low, high);
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T> const& v, meaning m, auto low, auto high) {
    (*this)(key, v.value_or(T{}), m, low, high);
    if (!v) out.back().initial.clear();
  }
  void operator()(std::string_view key, percent const& v, meaning m) {
    ranged(key, "share", v, m, percent{0}, percent{100});
  }
  void operator()(std::string_view key, bool const& v, meaning m) { add(key, "true or false", shown(v), {}, m); }
  void operator()(std::string_view key, std::string const& v, meaning m) { add(key, "text", v, {}, m); }
  void operator()(std::string_view key, std::vector<std::string> const&, meaning m) { add(key, "texts", {}, {}, m); }
  void operator()(std::string_view key, std::vector<percent> const&, meaning m) { add(key, "shares", {}, {}, m); }
  template <class E, std::size_t N>
    requires std::is_enum_v<E>
  void operator()(std::string_view key, E const& v, meaning m, std::array<std::string_view, N> const& names) {
    add(key, "word", std::string(names[static_cast<std::size_t>(v)]), fmt::format("{}", fmt::join(names, ", ")), m);
  }
};

std::string table_of(kind_reference const& kind) {
  if (kind.keys.empty()) return "No keys of its own.\n\n";
  std::string page = "| key | type | default | accepted | meaning |\n|---|---|---|---|---|\n";
  for (auto const& key : kind.keys)
    page += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, key.type,
                        key.initial.empty() ? "" : "`" + key.initial + "`", key.bounds, key.meaning);
  return page + "\n";
}

}  // namespace

std::vector<kind_reference> reference() {
  std::vector<kind_reference> all;
  each_kind([&all]<class Kind>(Kind const& kind) {
    kind_reference one{std::string(Kind::name),
                       std::string(Kind::about),
                       std::string(words(Kind::acts)),
                       std::string(Kind::elsewhere.toxiproxy),
                       std::string(Kind::elsewhere.envoy),
                       std::string(Kind::elsewhere.wiremock),
                       {}};
    Kind::fields(kind, key_writer{one.keys});
    all.push_back(std::move(one));
  });
  return all;
}

std::string reference_page() {
  std::string page(introduction);
  page += "| kind | does | Toxiproxy | Envoy | WireMock |\n|---|---|---|---|---|\n";
  auto const all = reference();
  for (auto const& kind : all)
    page += fmt::format("| [`{0}`](#{0}) | {1} | {2} | {3} | {4} |\n", kind.name, kind.about, kind.toxiproxy,
                        kind.envoy, kind.wiremock);
  for (auto const& kind : all)
    page += fmt::format("\n## {}\n\n{} It acts {}.\n\n{}", kind.name, kind.about, kind.acts, table_of(kind));
  return page;
}

}  // namespace vendaval::faults
