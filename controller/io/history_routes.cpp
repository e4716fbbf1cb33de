#include "controller/io/history_routes.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "base/io/await.hpp"
#include "controller/history_query.hpp"
#include "controller/io/json_reply.hpp"
#include "monitor/history/views.hpp"
#include "monitor/io/history_reader.hpp"
#include "monitor/io/objectives_reader.hpp"

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

/// `institution=`, or all of them.
read_or_why<std::vector<std::string>> banks_asked(http_request const& request, institutions const& banks) {
  auto const name = request.query("institution");
  if (!name) return banks.ids();
  auto bank = read_bank(*name, banks);
  if (!bank) return std::unexpected(bank.error());
  return std::vector{std::move(*bank)};
}

/// What to ask the store, or what is wrong with the request.
read_or_why<question> sla_question(http_request const& request, history_tools const& tools) {
  auto const window = read_window(request.query("window").value_or("30d"));
  if (!window) return std::unexpected(window.error());
  auto const target = read_target(request.query("target").value_or("99.9"));
  if (!target) return std::unexpected(target.error());
  auto const banks = banks_asked(request, tools.banks);
  if (!banks) return std::unexpected(banks.error());
  return [asked = monitor::sla_query{*window, *target, *banks}, now = tools.now](sql::store& store) {
    return shown(monitor::read_sla(store, asked, now));
  };
}

read_or_why<question> slo_question(http_request const& request, history_tools const& tools) {
  auto const window = read_window(request.query("window").value_or("30d"));
  if (!window) return std::unexpected(window.error());
  auto const banks = banks_asked(request, tools.banks);
  if (!banks) return std::unexpected(banks.error());
  std::optional<monitor::objective> only;
  if (auto const name = request.query("metric")) {
    auto const metric = read_objective(*name);
    if (!metric) return std::unexpected(metric.error());
    only = *metric;
  }
  return [asked = monitor::objectives_query{*window, *banks}, now = tools.now, only](sql::store& store) -> answer {
    auto const read = monitor::read_objectives(store, asked, now);
    if (!read) return std::unexpected(read.error());
    return monitor::to_json(*read, only);
  };
}

read_or_why<question> series_question(http_request const& request, history_tools const& tools) {
  auto const window = read_window(request.query("window").value_or("90d"));
  if (!window) return std::unexpected(window.error());
  auto bank = read_bank(request.query("institution").value_or(""), tools.banks);
  if (!bank) return std::unexpected(bank.error());
  auto const by = read_series_by(request.query("by").value_or("time"));
  if (!by) return std::unexpected(by.error());
  return [asked = monitor::series_query{*window, *bank}, by = *by, now = tools.now](sql::store& store) -> answer {
    auto const read = monitor::read_series(store, asked, now);
    if (read && by == series_by::client) return monitor::by_client_to_json(*read);
    return shown(read);
  };
}

using maker = read_or_why<question> (*)(http_request const&, history_tools const&);
constexpr std::array<std::pair<std::string_view, maker>, 3> questions{
    {{"/v1/sla", sla_question}, {"/v1/slo", slo_question}, {"/v1/series", series_question}}};

maker question_of(http_request const& request) {
  auto const found = std::ranges::find(questions, request.path(), &std::pair<std::string_view, maker>::first);
  return found == questions.end() ? nullptr : found->second;
}

}  // namespace

bool is_history_route(http_request const& request) { return question_of(request) != nullptr; }

asio::awaitable<http_response> answer_history(http_request request, history_tools tools) {
  if (request.method != "GET") co_return wrong_method("GET");
  auto const asked = question_of(request)(request, tools);
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
