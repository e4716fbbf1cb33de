#include "tests/sql/support/relay.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace vendaval::test {
namespace {

constexpr int looks_again = 10;  // ms

sockaddr_in on_loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

template <class Call>
auto with_address(sockaddr_in& address, Call&& call) {
  socklen_t size = sizeof address;
  return call(reinterpret_cast<sockaddr*>(&address), size);
}

/// "…@127.0.0.1:5432/db": where the port stands.
std::pair<std::size_t, std::size_t> port_in(std::string const& url) {
  auto const from = url.find(':', url.find('@')) + 1;
  return {from, url.find('/', from) - from};
}

}  // namespace

relay::relay(std::string const& server_url) : url_(server_url) {
  auto const [from, length] = port_in(server_url);
  server_port_ = static_cast<std::uint16_t>(std::stoi(server_url.substr(from, length)));
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto here = on_loopback(0);
  bool const listens = with_address(here, [&](auto* a, socklen_t n) { return ::bind(listener_, a, n); }) == 0 &&
                       ::listen(listener_, 16) == 0 &&
                       with_address(here, [&](auto* a, socklen_t n) { return ::getsockname(listener_, a, &n); }) == 0;
  if (!listens) throw std::runtime_error("no port for the relay");
  url_.replace(from, length, std::to_string(ntohs(here.sin_port)));
  acceptor_ = std::thread([this] { accept(); });
}

relay::~relay() {
  ends_ = true;
  acceptor_.join();
  ::close(listener_);
}

void relay::accept() {
  while (!ends_) {
    pollfd waits{listener_, POLLIN, 0};
    if (::poll(&waits, 1, looks_again) != 1) continue;
    int const client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) connections_.emplace_back([this, client] { pass(client); });
  }
  for (auto& each : connections_) each.join();
}

void relay::pass(int client) {
  int const server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto there = on_loopback(server_port_);
  bool open = with_address(there, [&](auto* a, socklen_t n) { return ::connect(server, a, n); }) == 0;
  bool loses = false;
  std::array<char, 65536> data;
  while (open && !ends_) {
    std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (hangs_) {
      ::poll(nullptr, 0, looks_again);
      continue;
    }
    if (::poll(both.data(), both.size(), looks_again) <= 0) continue;
    for (std::size_t i = 0; i != 2 && open; ++i) {
      if (!both[i].revents) continue;
      auto const size = ::read(both[i].fd, data.data(), data.size());
      bool const from_client = i == 0;
      if (!from_client) ::poll(nullptr, 0, static_cast<int>(delay_.load().count()));
      if (size > 0 && from_client && std::string_view(data.data(), static_cast<std::size_t>(size)).contains("COMMIT"))
        loses = loses_.exchange(false);
      open = size > 0 && !(loses && !from_client) &&
             ::send(both[1 - i].fd, data.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace vendaval::test
