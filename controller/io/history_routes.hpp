#pragma once
/// GET /v1/sla?window=30d&institution=itau&target=99.9 and GET /v1/series?window=90d&institution=itau, with by=client
/// who called. Lives on the control thread; the database is asked on the storage thread.
#include <boost/asio/awaitable.hpp>

#include <optional>

#include "base/http.hpp"
#include "base/institution.hpp"
#include "base/time.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::controller {

namespace asio = boost::asio;

struct history_tools {
  sql::storage_thread& storage;
  institutions const& banks;
  wall_time now{};
};

bool is_history_route(http_request const& request);
asio::awaitable<http_response> answer_history(http_request request, history_tools tools);

}  // namespace vendaval::controller
