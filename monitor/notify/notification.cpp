#include "monitor/notify/notification.hpp"

#include <fmt/format.h>

#include "base/decimal_comma.hpp"

namespace vendaval::monitor {
namespace {

std::string operations_in(rule const& r) {
  if (r.operations.empty()) return "todas as operações";
  std::string names;
  for (auto const o : r.operations) names += (names.empty() ? "" : "/") + std::string(name_of(o));
  return names;
}

/// "0% de sucesso em link/retrieve há 65.0 s (0/41)"; points in numbers become commas later
std::string what_is_wrong(incident_change const& c) {
  auto const since = for_people(c.at - c.now.started_at);
  if (!c.cause) return fmt::format("com falhas há {}", since);
  auto const& r = *c.cause;
  auto const& f = c.figures;
  if (r.what == metric::latency_p95)
    return fmt::format("p95 de {:.1f} s em {} há {} (limite {}, {} chamadas)", f.observed, operations_in(r), since,
                       show(r.slow), f.samples);
  auto const success = percent::of(static_cast<double>(f.good), static_cast<double>(f.samples));
  return fmt::format("{:.3g}% de sucesso em {} há {} ({}/{})", success.value, operations_in(r), since, f.good,
                     f.samples);
}

std::string_view news_of(incident_change::kind what) {
  using kind = incident_change::kind;
  switch (what) {
    case kind::reopened: return "voltou a falhar, ";
    case kind::updated: return "piorou, ";
    case kind::escalated: return "ninguém assumiu ainda, ";
    case kind::reminded: return "continua, ";
    default: return "";
  }
}

}  // namespace

std::string severity_in_portuguese(severity s) {
  static constexpr std::array<std::string_view, 4> words{"BAIXO", "MÉDIO", "ALTO", "CRÍTICO"};
  return std::string(words[static_cast<std::size_t>(s)]);
}

std::string the_severity_in_portuguese(severity s) {
  static constexpr std::array<std::string_view, 4> words{"BAIXA", "MÉDIA", "ALTA", "CRÍTICA"};
  return std::string(words[static_cast<std::size_t>(s)]);
}

std::string type_in_portuguese(incident_type t) {
  static constexpr std::array<std::string_view, incident_type_names.size()> words{
      "erro de autenticação", "tempo esgotado",       "falha de conexão",       "excesso de chamadas",
      "manutenção",           "dados inconsistentes", "circuit breaker aberto", "outra falha"};
  return std::string(words[static_cast<std::size_t>(t)]);
}

std::string link_to(incident const& i, wording const& w) { return w.link.empty() ? "" : w.link + "/" + i.label(); }

notification_kind kind_of(incident_change::kind k) {
  switch (k) {
    case incident_change::kind::opened: return notification_kind::opened;
    case incident_change::kind::resolved: return notification_kind::resolved;
    case incident_change::kind::escalated: return notification_kind::escalated;
    case incident_change::kind::reminded: return notification_kind::reminder;
    case incident_change::kind::acknowledged: return notification_kind::acknowledged;
    case incident_change::kind::updated:
    case incident_change::kind::reopened:
    case incident_change::kind::detected:
    case incident_change::kind::noted:
    case incident_change::kind::closed: break;
  }
  return notification_kind::updated;
}

std::string brasilia_clock(wall_time t) {
  auto const there = std::chrono::floor<std::chrono::seconds>(t) - 3h;
  std::chrono::hh_mm_ss const clock(there - std::chrono::floor<std::chrono::days>(there));
  return fmt::format("{:02}:{:02}:{:02} (BRT)", clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

std::string ops_text(incident_change const& c, wording const& w) {
  using kind = incident_change::kind;
  std::string text = c.now.drill ? "[EXERCÍCIO] " : "";
  if (c.what == kind::resolved)
    text += fmt::format("[RESOLVIDO] {}: normal desde as {}, durou {}", w.bank_name, brasilia_clock(w.time.at(c.at)),
                        decimal_comma(for_people(c.at - c.now.started_at)));
  else if (c.what == kind::acknowledged)
    text += fmt::format("[ASSUMIDO] {}: {} cuida do incidente", w.bank_name, c.now.acknowledged_by);
  else
    text += fmt::format("[{}] {}: {}{}", severity_in_portuguese(c.now.grade), w.bank_name, news_of(c.what),
                        decimal_comma(what_is_wrong(c)));
  text += " · incidente " + c.now.label();
  if (!w.link.empty()) text += " · " + link_to(c.now, w);
  return text;
}

}  // namespace vendaval::monitor
