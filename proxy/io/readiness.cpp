#include "proxy/io/readiness.hpp"

#include <boost/asio/detail/reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <boost/asio/post.hpp>

namespace vendaval::io {

namespace detail = asio::detail;

struct ready_socket::watch : detail::reactor_op {
  watch(watch_state& s, detail::reactor& r)
      : reactor_op({}, &watch::perform, &watch::complete), state(&s), reactor(r) {}

  watch_state* state;  // null once the socket is gone
  detail::reactor& reactor;
  bool starting = false, under_way = false;

  /// The reactor asks once when it is handed the operation, when there is nothing yet, and again at every event.
  static status perform(reactor_op* base) { return static_cast<watch*>(base)->starting ? not_done : done; }

  static void complete(void* owner, detail::operation* base, error_code const&, std::size_t) {
    auto* const self = static_cast<watch*>(base);
    self->under_way = false;
    if (!self->state) {
      delete self;
      return;
    }
    self->state->ready = true;
    auto call = taken(*self->state);
    if (owner && call) std::move(call)();  // without an owner the context is being destroyed
  }
};

ready_socket::ready_socket(asio::io_context& io) : tcp_socket(io.get_executor()) {}
ready_socket::ready_socket(asio::io_context&, tcp_socket socket) : tcp_socket(std::move(socket)) {}

ready_socket::~ready_socket() {
  for (auto& one : watches_) {
    if (!one.op) continue;
    one.op->state = nullptr;
    if (!one.op->under_way) delete one.op;
  }
}

void ready_socket::exhausted(way w) {
  auto& one = watch_of(w);
  one.ready = false;
  if (!one.op) one.op = new watch(one, asio::use_service<detail::reactor>(get_executor().context()));
  if (one.op->under_way) return;
  one.op->under_way = one.op->starting = true;
  one.op->ec_ = {};
  one.op->reactor.start_op(w == way::read ? detail::reactor::read_op : detail::reactor::write_op, native_handle(),
                           impl_.get_implementation().reactor_data_, one.op, false, true);
  one.op->starting = false;
}

void ready_socket::when_ready(way w, handler call) {
  auto& one = watch_of(w);
  if (one.ready)
    asio::post(get_executor(), std::move(call));
  else
    one.waiting.swap(call);
}

void ready_socket::rouse() {
  error_code ignored;
  cancel(ignored);
}

}  // namespace vendaval::io
