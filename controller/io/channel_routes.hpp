#pragma once
/// GET /v1/channels, POST /v1/channels/{name}/test and GET /v1/dead-letters: whether people can be reached. Lives on
/// the control thread.
#include <boost/asio/awaitable.hpp>

#include "base/http.hpp"
#include "monitor/io/channel_watch.hpp"

namespace vendaval::controller {

struct channel_tools {
  monitor::channel_watch& channels;
  sql::storage_thread& storage;
  wall_time now{};
};

bool is_channel_route(http_request const& request);
asio::awaitable<http_response> answer_channels(http_request request, channel_tools tools);

}  // namespace vendaval::controller
