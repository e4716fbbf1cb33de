#include "tests/proxy/io/wire.hpp"

#include <sys/socket.h>

#include <boost/asio/read.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

#include "proxy/framing/body.hpp"

namespace vendaval::test {

using boost::system::error_code;

wire::wire(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {
  timeval const patience{10, 0};
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  socket_.set_option(asio::ip::tcp::no_delay(true), error_);
}

void wire::connect_tls(std::string const& ca_file, std::string const& name, tuning const& tune, SSL_SESSION* resumed) {
  context_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  if (tune) tune(context_->native_handle());
  context_->load_verify_file(ca_file);
  tls_.emplace(socket_, *context_);
  SSL_set_tlsext_host_name(tls_->native_handle(), name.c_str());
  if (resumed) SSL_set_session(tls_->native_handle(), resumed);
  tls_->set_verify_mode(asio::ssl::verify_peer);
  tls_->set_verify_callback(asio::ssl::host_name_verification(name));
  tls_->handshake(asio::ssl::stream_base::client);
}

bool wire::accept_tls(asio::ssl::context& context) {
  tls_.emplace(socket_, context);
  tls_->handshake(asio::ssl::stream_base::server, error_);
  return !error_;
}

bool wire::say(std::string_view text) {
  error_code error;
  if (tls_)
    asio::write(*tls_, asio::buffer(text), error);
  else
    asio::write(socket_, asio::buffer(text), error);
  return !error;
}

bool wire::more() {
  char piece[16 * 1024];
  auto const count =
      tls_ ? tls_->read_some(asio::buffer(piece), error_) : socket_.read_some(asio::buffer(piece), error_);
  heard_.append(piece, count);
  return count > 0;
}

std::string wire::hear_until(std::string_view last) {
  auto at = heard_.find(last);
  while (at == std::string::npos && more()) at = heard_.find(last);
  return hear(at == std::string::npos ? heard_.size() : at + last.size());
}

std::string wire::hear(std::size_t count) {
  while (heard_.size() < count && more()) continue;
  auto text = heard_.substr(0, count);
  heard_.erase(0, count);
  return text;
}

std::string wire::hear_all() {
  while (more()) continue;
  return std::exchange(heard_, {});
}

std::string wire::hear_some() {
  if (heard_.empty()) more();
  return std::exchange(heard_, {});
}

void wire::shut() {
  error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void wire::say_goodbye() {
  error_code ignored;
  if (tls_) tls_->shutdown(ignored);
}

void wire::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

void wire::wake() { ::shutdown(socket_.native_handle(), SHUT_RDWR); }

std::string message::target() const {
  auto const line = first_line();
  auto const first = line.find(' ');
  return line.substr(first + 1, line.rfind(' ') - first - 1);
}

std::string message::header(std::string_view name) const {
  framing::field f;
  for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size(); at = head.find("\r\n", at) + 2) {
    auto const line = std::string_view(head).substr(at, head.find("\r\n", at) - at);
    if (framing::read_field(line, f) && framing::same_name(f.name, name)) return std::string(f.value);
  }
  return {};
}

message hear_message(wire& from, bool answer_to_head) {
  message result{from.hear_until("\r\n\r\n"), {}};
  if (!result.head.ends_with("\r\n\r\n")) return {};
  bool const answers = result.head.starts_with("HTTP/");
  auto const length = result.header("Content-Length");
  if (answer_to_head || result.head.starts_with("HTTP/1.1 204") || result.head.starts_with("HTTP/1.1 1")) return result;
  if (!length.empty()) {
    result.body = from.hear(std::stoul(length));
  } else if (result.header("Transfer-Encoding") == "chunked") {
    framing::chunk_scanner scanner;
    while (!scanner.done() && !scanner.bad()) {
      auto const line = from.hear_until("\r\n");
      if (line.empty()) break;
      scanner.feed(line, &result.body);
      if (scanner.left_in_chunk() > 0)
        scanner.feed(from.hear(static_cast<std::size_t>(scanner.left_in_chunk())), &result.body);
    }
  } else if (answers) {
    result.body = from.hear_all();
  }
  return result;
}

std::string answer(std::string const& body, std::string const& type, int status) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

bank::bank(std::optional<tls_identity> tls, script answers, wire::tuning const& tune) : answers_(std::move(answers)) {
  talk_ = [this](wire& connection) { answer_each(connection); };
  listen(std::move(tls), tune);
}

bank::bank(std::optional<tls_identity> tls, talk whole) : talk_(std::move(whole)) { listen(std::move(tls), {}); }

void bank::listen(std::optional<tls_identity> tls, wire::tuning const& tune) {
  if (tls) tls_ = server_context(*tls);
  if (tls && tune) tune(tls_->native_handle());
  asio::ip::tcp::endpoint const at(asio::ip::address_v4::loopback(), 0);
  acceptor_.open(at.protocol());
  acceptor_.bind(at);
  acceptor_.listen();
  port_ = acceptor_.local_endpoint().port();
  listener_ = std::thread([this] { accept(); });
}

bank::~bank() {
  closing_ = true;
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // wakes accept()
  listener_.join();
  for (auto const& one : wires_) one->wake();
  for (auto& one : threads_) one.join();
}

void bank::accept() {
  while (!closing_) {
    asio::ip::tcp::socket socket(io_);
    error_code error;
    acceptor_.accept(socket, error);
    if (error) return;
    ++connections_;
    auto const connection = std::make_shared<wire>(std::move(socket));
    wires_.push_back(connection);
    threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void bank::serve(std::shared_ptr<wire> connection) {
  if (tls_ && !connection->accept_tls(*tls_)) return connection->wake();
  ++handshakes_;
  talk_(*connection);
  connection->wake();
}

void bank::answer_each(wire& connection) {
  while (auto request = hear_message(connection)) {
    {
      std::scoped_lock const held(lock_);
      asked_.push_back(request);
    }
    answers_(connection, std::move(request));
  }
}

std::vector<message> bank::asked() const {
  std::scoped_lock const held(lock_);
  return asked_;
}

}  // namespace vendaval::test
