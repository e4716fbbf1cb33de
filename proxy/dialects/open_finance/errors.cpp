#include "proxy/dialects/open_finance/errors.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "proxy/dialects/bounded_json.hpp"

namespace vendaval::dialects::open_finance_errors {
namespace {

namespace json = boost::json;
using enum outcome;

/// The first entry of a status stands for it.
constexpr std::array catalogue{
    entry{400, "BAD_REQUEST", "A requisição não é válida", client_error},
    entry{401, "UNAUTHORIZED", "Token ausente, inválido ou expirado", auth_platform},
    entry{403, "FORBIDDEN", "O token tem escopo incorreto ou o consentimento não permite", auth_user},
    entry{404, "NOT_FOUND", "O recurso não existe", client_error},
    entry{405, "METHOD_NOT_ALLOWED", "Método não suportado", client_error},
    entry{406, "NOT_ACCEPTABLE", "Formato não suportado", client_error},
    entry{408, "REQUEST_TIMEOUT", "A requisição não terminou a tempo", timeout},
    entry{415, "UNSUPPORTED_MEDIA_TYPE", "Formato não suportado", client_error},
    entry{422, "UNPROCESSABLE_ENTITY", "A requisição foi entendida, mas não pode ser processada", client_error},
    entry{422, "COMBINACAO_PERMISSOES_INCORRETA", "Combinação de permissões incorreta", client_error},
    entry{422, "DATA_EXPIRACAO_INVALIDA", "Data de expiração inválida", client_error},
    entry{422, "INFORMACOES_PJ_NAO_INFORMADAS", "Informações da pessoa jurídica não informadas", client_error},
    entry{422, "PERMISSAO_PF_PJ_EM_CONJUNTO", "Permissões de pessoa física e jurídica em conjunto", client_error},
    entry{422, "PERMISSOES_PJ_INCORRETAS", "Permissões da pessoa jurídica incorretas", client_error},
    entry{422, "SEM_PERMISSOES_FUNCIONAIS_RESTANTES", "Sem permissões funcionais restantes", client_error},
    entry{422, "ERRO_NAO_MAPEADO", "Erro não mapeado", client_error},
    entry{423, "LOCKED", "Limite operacional mensal atingido", quota},
    entry{425, "TOO_EARLY", "Fora do horário permitido", client_error},
    entry{429, "TOO_MANY_REQUESTS", "Limite de requisições por minuto ou simultâneas atingido", throttled},
    entry{500, "INTERNAL_SERVER_ERROR", "Erro interno da instituição", upstream_5xx},
    entry{502, "BAD_GATEWAY", "Erro interno da instituição", upstream_5xx},
    entry{503, "SERVICE_UNAVAILABLE", "Serviço indisponível", upstream_5xx},
    entry{503, "UNAVAILABLE", "Instituição indisponível", institution_down},
    entry{503, "PARTIAL_FAILURE", "Instituição parcialmente indisponível", institution_down},
    entry{503, "SCHEDULED_OUTAGE", "Indisponibilidade programada", institution_down},
    entry{504, "GATEWAY_TIMEOUT", "A requisição não foi atendida a tempo", timeout},
    entry{529, "SITE_IS_OVERLOADED", "Limite global de transações por segundo atingido", throttled},
};

}  // namespace

std::span<entry const> all() { return catalogue; }

entry const* find(std::string_view code) {
  auto const found = std::ranges::find(catalogue, code, &entry::code);
  return found == catalogue.end() ? nullptr : &*found;
}

entry const* of_status(unsigned status) {
  auto const found = std::ranges::find(catalogue, status, &entry::status);
  return found == catalogue.end() ? nullptr : &*found;
}

outcome outcome_of(unsigned status) {
  if (auto const* known = of_status(status)) return known->result;
  return status >= 500 ? upstream_5xx : client_error;
}

std::string body(std::string_view code, std::string_view title, std::string_view when) {
  json::object const one{{"code", code}, {"title", title}, {"detail", title}};
  json::object const meta{{"requestDateTime", when}};
  return json::serialize(json::object{{"errors", json::array{one}}, {"meta", meta}});
}

std::string_view code_in(std::string_view body) {
  auto const value = parse_bounded(body);
  auto const* object = value ? value->if_object() : nullptr;
  auto const* list = object ? object->if_contains("errors") : nullptr;
  auto const* errors = list ? list->if_array() : nullptr;
  auto const* first = errors && !errors->empty() ? errors->front().if_object() : nullptr;
  auto const code = first ? text_at(*first, "code") : std::nullopt;
  auto const* known = code ? find(*code) : nullptr;
  return known ? known->code : std::string_view();
}

}  // namespace vendaval::dialects::open_finance_errors
