#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace vendaval::test {

/// Stands between us and a PostgreSQL on loopback, and is as bad a network as it is told to be.
class relay {
 public:
  explicit relay(std::string const& server_url);
  ~relay();
  relay(relay const&) = delete;
  relay& operator=(relay const&) = delete;

  std::string const& url() const { return url_; }  // the server's, through here
  /// Everything is taken and nothing passed on, as from a server whose disk hangs.
  void hang(bool on) { hangs_ = on; }
  /// Every answer of the server comes so much later.
  void delay(std::chrono::milliseconds by) { delay_ = by; }
  /// The next COMMIT reaches the server, and instead of its answer comes the end of the connection.
  void lose_the_next_commits_answer() { loses_ = true; }

 private:
  void accept();
  void pass(int client);

  std::string url_;
  std::uint16_t server_port_ = 0;
  int listener_ = -1;
  std::atomic<bool> hangs_ = false, loses_ = false, ends_ = false;
  std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
  std::vector<std::thread> connections_;  // of the acceptor's thread alone
  std::thread acceptor_;
};

}  // namespace vendaval::test
