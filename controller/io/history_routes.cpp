#include "controller/io/history_routes.hpp"

#include <boost/json.hpp>

#include "base/io/await.hpp"
#include "controller/history_query.hpp"
#include "controller/io/json_reply.hpp"
#include "monitor/history/views.hpp"
#include "monitor/io/history_reader.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;
using answer = sql::result<json::object>;
using question = std::function<answer(sql::store&)>;

template <class T>
answer shown(sql::result<T> const& read) {
  if (!read) return std::unexpected(read.error());
  return monitor::to_json(*read);
}

/// What to ask the store, or what is wrong with the request.
read_or_why<question> sla_question(http_request const& request, history_tools const& tools) {
  monitor::sla_query asked;
  auto const window = read_window(request.query("window").value_or("30d"));
  if (!window) return std::unexpected(window.error());
  auto const target = read_target(request.query("target").value_or("99.9"));
  if (!target) return std::unexpected(target.error());
  asked.window = *window;
  asked.target = *target;
  asked.institutions = tools.banks.ids();
  if (auto const name = request.query("institution")) {
    auto bank = read_bank(*name, tools.banks);
    if (!bank) return std::unexpected(bank.error());
    asked.institutions = {std::move(*bank)};
  }
  return [asked, now = tools.now](sql::store& store) { return shown(monitor::read_sla(store, asked, now)); };
}

read_or_why<question> series_question(http_request const& request, history_tools const& tools) {
  auto const window = read_window(request.query("window").value_or("90d"));
  if (!window) return std::unexpected(window.error());
  auto bank = read_bank(request.query("institution").value_or(""), tools.banks);
  if (!bank) return std::unexpected(bank.error());
  return [asked = monitor::series_query{*window, *bank}, now = tools.now](sql::store& store) {
    return shown(monitor::read_series(store, asked, now));
  };
}

}  // namespace

bool is_history_route(http_request const& request) {
  return request.path() == "/v1/sla" || request.path() == "/v1/series";
}

asio::awaitable<http_response> answer_history(http_request request, history_tools tools) {
  if (request.method != "GET") co_return reply(405, json::object{{"error", "this path does not know that method"}});
  auto const asked = request.path() == "/v1/sla" ? sla_question(request, tools) : series_question(request, tools);
  if (!asked) co_return reply(400, json::object{{"error", asked.error()}});
  auto const ask = [&storage = tools.storage, ask_store = *asked](auto done) {
    bool const taken = storage.run([done, ask_store](sql::store& store) mutable { done(ask_store(store)); });
    if (!taken) done(answer(std::unexpected(std::string("storage is overloaded"))));
  };
  auto const said = co_await await_callback<answer>(ask);
  if (!said) co_return reply(503, json::object{{"error", said.error()}});
  co_return reply(200, *said);
}

}  // namespace vendaval::controller
