#pragma once
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "proxy/deadlines.hpp"
#include "proxy/framing/rewrite.hpp"
#include "proxy/io/buffer.hpp"
#include "proxy/io/system_calls.hpp"
#include "proxy/io/turn.hpp"
#include "proxy/io/worker.hpp"
#include "proxy/pace.hpp"

namespace vendaval::io {

/// One client connection, from accept to close: one coroutine, and beside it an ear for the client, which is how one
/// that goes away is noticed while its request waits. A body that the first write did not carry whole goes up in a
/// coroutine of its own, so that an answer can overtake it. Deadlines are one store here and a look from the worker's
/// tick; who is late has its socket closed, and the coroutine finds out from the operation that fails.
class session : public std::enable_shared_from_this<session> {
 public:
  session(worker& w, tcp_socket socket, way_in way, admission::place place);
  ~session();
  session(session const&) = delete;

  awaitable<void> run();

  // From the worker, on the same thread:
  void look_at(time_point now);    // is somebody late?
  void wake() { hold_.cancel(); }  // the armed faults have changed
  void last_call();                // finish what is in flight, then leave
  void terminate();
  void add_flight(std::vector<flight>& into) const;
  std::size_t seat = 0;  // the worker's

 private:
  static constexpr std::uint64_t no_number = ~std::uint64_t{0};
  using side = deadlines::side;
  using way = deadlines::way;
  enum class hold_end : std::uint8_t { over, lifted, client_left };

  // session.cpp: life, and the gate every request passes
  awaitable<void> serve();
  awaitable<bool> read_head();
  awaitable<bool> handle();
  awaitable<bool> hold_body();
  awaitable<bool> refuse(unsigned status, framing::flaw why, std::string_view reason);
  awaitable<bool> refuse_body(failure const& why);
  void begin();
  upstream_place const* place_named() const;
  awaitable<void> refuse_host();
  bool wants_body();
  void read_target();
  awaitable<bool> find_out();
  std::uint64_t write_of_turn() const;
  void aim();
  faults::request_facts facts();
  void stumbled(std::string_view why);
  void finish();

  // session_handshake.cpp: a TLS handshake that a fault may meet
  awaitable<error_code> suffer_handshake();
  faults::handshake_plan aim_at_handshake(exchange& report);
  awaitable<hold_end> hold_handshake(faults::handshake_plan const& plan);
  awaitable<error_code> end_handshake(faults::handshake_plan const& plan);
  void spoil_handshake(faults::handshake_plan& plan, terms const& in_force);
  void settle_handshake(exchange report, faults::handshake_plan const& plan, hold_end held, error_code error);

  // session_client.cpp: bytes from the client, and how its connection ends
  awaitable<bool> fill();
  awaitable<bool> invite_body();
  awaitable<bool> say_interim(std::string_view head);
  awaitable<bool> drain_body();
  std::size_t take_body(std::string_view bytes, std::string* decoded = nullptr);
  bool body_too_large() const;
  failure flaw_of_body() const;
  awaitable<void> leave();
  awaitable<void> linger();
  awaitable<void> until_taken();
  void watch();
  void attend();
  void unwatch();
  void lose_client(error_code why);
  void forget();
  void look_at_reader(time_point now);
  pace clients_pace(duration total) const;
  void until(duration limit, side whose, way w = way::request) { late_.set(w, coarse_now() + limit, whose); }
  void no_deadline() { late_.clear(); }

  // session_faults.cpp: carrying out a plan
  awaitable<bool> carry_out();
  awaitable<bool> proceed();
  awaitable<bool> suffer();
  awaitable<bool> way_back();
  awaitable<bool> suffer_on_way_back();
  awaitable<bool> end_as(faults::plan::ending ending);
  std::optional<time_point> lease_now() const;
  time_point asked_at() const;
  awaitable<hold_end> hold(duration how_long, time_point since);
  awaitable<hold_end> hold_until(time_point end);
  void make_ready(faults::plan::ending& ending, time_point when);
  awaitable<bool> inject(faults::plan::answer answer);
  std::optional<std::string> change_list(std::string_view text);
  std::optional<std::string> edit(std::string_view text);
  void mark_answer(std::vector<std::uint64_t> const& ids);
  awaitable<bool> vanish();
  awaitable<void> end_connection(faults::delivery::goodbye how);
  void limit_life();
  void die_of_age(time_point now);

  // session_delivery.cpp: how an answer's bytes leave when a fault shapes them
  bool shapes_bytes() const;
  void start_courier(std::uint64_t size);
  awaitable<bool> deliver(std::string_view body, bool as_chunks);
  awaitable<bool> send_piece(std::string_view piece, bool as_chunk);
  awaitable<bool> cut_off();
  bool give_up();
  void say(faults::delivery::goodbye how);
  awaitable<bool> close_after(bool sent);

  // session_upstream.cpp: asking the bank
  awaitable<bool> forward();
  awaitable<failure> ask_upstream(bool fresh);
  awaitable<failure> reach_upstream();
  awaitable<failure> connect_upstream();
  awaitable<failure> send_request();
  bool body_waits() const;
  bool done_asking() const { return asking_ && !body_waits(); }
  awaitable<bool> stop_asking();
  void start_upload();
  awaitable<failure> upload();
  awaitable<failure> end_upload();
  awaitable<failure> read_answer_head(bool fresh);
  awaitable<bool> relay_interim();
  io_result take_from_upstream();
  awaitable<io_result> read_upstream();
  bool repeatable() const;

  // session_judge.cpp: what the answer says, and what of it changes
  void judge(bool inspected, std::string_view ours);
  static std::string code_of(dialects::judgement const& said, unsigned status);
  std::optional<std::string_view> text_of_answer(std::string& plain) const;
  void change_answer(std::string_view text, std::string_view ours);

  // session_tunnel.cpp: bytes that are not looked into
  awaitable<bool> handle_connect();
  awaitable<bool> step_inside();
  awaitable<bool> open_tunnel();
  awaitable<bool> switch_protocols();
  awaitable<void> tunnel();
  awaitable<void> pump_up();
  awaitable<void> pump_down();

  // session_answer.cpp: answering the client
  awaitable<bool> respond();
  time_point expect_answer();
  void got_answer(time_point since, std::size_t count);
  failure take_answer(framing::body_cursor& body);
  awaitable<failure> collect(framing::body_cursor& body);
  awaitable<bool> pass_whole();
  awaitable<bool> pass_stream(framing::body_cursor& body);
  awaitable<bool> abandon(failure why);
  awaitable<bool> answer_failure(failure why);
  awaitable<bool> answer_plain(unsigned status, std::string_view reason);
  awaitable<bool> answer(unsigned status, std::string_view content_type, std::string_view extra, std::string_view body);
  awaitable<bool> send_whole(std::string_view head, std::string_view body);
  awaitable<bool> send_shaped(std::string_view head, std::string_view body);
  awaitable<bool> send(std::string_view head, std::string_view body);
  std::string origin_for_client() const;
  framing::response_changes changes_for_client(framing::body_framing body, std::string_view ours) const;
  void release_upstream(framing::body_cursor const& body);
  void settle(outcome result);
  void settle(failure const& why);

  worker& worker_;
  way_in const way_;
  admission::place place_;
  upstream_place const* inside_ = nullptr;  // whose TLS, begun by CONNECT, ends here
  channel client_;
  std::string peer_;
  byte_buffer in_;  // from the client
  asio::steady_timer hold_, uploaded_;
  bool watching_ = false;
  error_code read_error_;
  bool client_left_ = false, client_late_ = false, upstream_late_ = false;
  bool over_ = false;  // no word more to this client: its socket is closed or must be
  bool lingering_ = false, leaving_ = false;
  std::uint64_t greeting_ = 0;  // number of the handshake that a fault is holding
  bool between_ = false;        // waits for the first byte of a request
  bool pumping_up_ = false;     // the coroutine from client to upstream is at work
  bool last_ = false;           // no further request on this connection
  deadlines late_;
  pace sending_;         // the client's, with a request's body
  pace answering_;       // the upstream's, with an answer's body
  pace reading_pace_;    // the client's, with what we wrote
  bool unread_ = false;  // something was written that may not have reached the client yet
  time_point looked_;    // at how much of it has, last; time_point{} = not yet
  std::uint64_t acknowledged_ = 0;

  time_point const accepted_;
  time_point free_since_ = accepted_;       // the last answer has gone
  std::uint64_t nth_ = no_number;           // of this client's connections; counted when a fault wants to know
  time_point dies_at_ = time_point::max();  // of a fault that limits its age
  std::vector<std::uint64_t> dies_of_;      // those faults
  bool cut_ = false;                        // and so it was

  turn turn_;
  std::unique_ptr<channel> upstream_;
  bool uploading_ = false, upload_stopped_ = false, awaiting_answer_ = false;
  bool asking_ = false;  // the head has gone alone, with its Expect; the body waits for the upstream's word
  time_point asking_until_;
  failure upload_end_;
  byte_buffer from_upstream_;
  framing::response_head answer_;
  std::string content_, raw_;  // of the answer's body, as far as it is held to be understood
  std::string out_;            // the head being written
  std::optional<faults::courier> courier_;
  std::uint64_t delivered_ = 0;  // of the body, by the courier
};

}  // namespace vendaval::io
