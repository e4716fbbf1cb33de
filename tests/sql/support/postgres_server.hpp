#pragma once
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

namespace vendaval::test {

/// A real PostgreSQL of our own: data in a temporary folder, on loopback, gone when this process ends (also when it is
/// killed). Started at the first use and shared by the tests of this process; each takes a database of its own.
class postgres_server {
 public:
  /// Throws what is missing and how to install it.
  static postgres_server& instance();
  /// One that a test may kill.
  static std::unique_ptr<postgres_server> of_our_own();
  ~postgres_server();
  postgres_server(postgres_server const&) = delete;
  postgres_server& operator=(postgres_server const&) = delete;

  /// An empty database; its URL holds the password.
  std::string new_database();
  std::string url(std::string const& database, std::string const& password) const;
  /// SIGKILL for all of it, as in a power cut that spares the disk.
  void kill();
  /// On the same port; returns when it answers.
  void start_again();
  static inline std::string const password = "s3cr3t-of-the-tests";

 private:
  postgres_server();
  void make_cluster();
  bool start(int port);  // false: the port was taken meanwhile

  std::filesystem::path programs_, folder_;
  int port_ = 0;
  pid_t pid_ = 0;
  int databases_ = 0;
};

}  // namespace vendaval::test
