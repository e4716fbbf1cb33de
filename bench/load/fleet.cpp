#include "bench/load/fleet.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace vendaval::bench {
namespace {

constexpr std::size_t opening_at_once = 64;
constexpr auto patience = std::chrono::seconds(60);

std::string address_of(endpoint const& to) {
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &to.address.sin_addr, text.data(), text.size());
  return text.data();
}

timespec time_left(instant until) {
  auto const left = std::max(until - steady::now(), steady::duration::zero());
  auto const seconds = std::chrono::floor<std::chrono::seconds>(left);
  return {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
}

}  // namespace

fleet::fleet(fleet_settings settings)
    : settings_(std::move(settings)),
      request_(request_for(settings_.to, settings_.to.path)),
      warm_request_(request_for(settings_.to, settings_.warm_path.empty() ? settings_.to.path : settings_.warm_path)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::system_category(), "epoll");
  if (settings_.to.tls)
    tls_ = std::make_unique<tls_client>(settings_.ca_file, address_of(settings_.to), settings_.resume);
}

fleet::~fleet() { ::close(epoll_); }

connection& fleet::open() {
  auto const source = settings_.sources > 1 ? INADDR_LOOPBACK + opened_ % settings_.sources : 0;
  auto made = std::make_unique<connection>(settings_.to, tls_.get(), source, settings_.expected);
  epoll_event interest{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = made.get()}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, made->socket(), &interest) != 0)
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
  ++opened_;
  return *all_.emplace_back(std::move(made));
}

void fleet::close(connection& which) {
  which.shut_down();
  auto const at = std::ranges::find(all_, &which, &std::unique_ptr<connection>::get);
  std::swap(*at, all_.back());
  all_.pop_back();
}

bool fleet::wait(instant until, handler const& connected, handler const& answered) {
  std::array<epoll_event, 256> events;
  auto const timeout = time_left(until);
  auto const count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  if (count < 0 && errno != EINTR) throw std::system_error(errno, std::system_category(), "epoll_pwait2");
  for (int i = 0; i < count; ++i) {
    auto& c = *static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
    switch (c.drive()) {
      case connection::happened::nothing: break;
      case connection::happened::connected: connected(c); break;
      case connection::happened::answered: answered(c); break;
    }
  }
  return count > 0;
}

void fleet::wait(handler const& connected, handler const& answered) {
  if (!wait(steady::now() + patience, connected, answered))
    throw std::runtime_error(fmt::format("nothing came for a minute, with {} connections open", all_.size()));
}

void fleet::grow(std::size_t count) {
  std::size_t opening = 0;
  while (all_.size() < count || opening > 0) {
    for (; all_.size() < count && opening < opening_at_once; ++opening) open();
    wait([this](connection& c) { c.ask(warm_request_); }, [&](connection&) { --opening; });
  }
}

}  // namespace vendaval::bench
