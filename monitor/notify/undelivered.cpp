#include "monitor/notify/undelivered.hpp"

#include <fmt/format.h>

namespace vendaval::monitor {

letter undelivered(letter says, channel const& meant_for, std::string_view why) {
  auto const service = meant_for.kind->service();
  says.text = fmt::format("[NÃO ENTREGUE por {} \"{}\": {}] {}", service, meant_for.name, why, says.text);
  says.english = fmt::format("[not delivered by {} \"{}\": {}] {}", service, meant_for.name, why, says.english);
  if (says.kind != notification_kind::undelivered) says.headline = "[NÃO ENTREGUE] " + says.headline;
  says.instead_of = says.news();
  says.kind = notification_kind::undelivered;
  return says;
}

letter proof_of(channel const& c, wall_time now) {
  auto l = plain_letter(notification_kind::proof, "Teste do canal " + c.name,
                        fmt::format("[TESTE] O canal \"{}\" ({}) funciona. Nada aconteceu; nenhuma ação é necessária.",
                                    c.name, c.kind->service()),
                        fmt::format("[TEST] Channel \"{}\" ({}) works. Nothing has happened; nothing needs to be done.",
                                    c.name, c.kind->service()));
  l.at = l.started_at = now;
  return l;
}

}  // namespace vendaval::monitor
