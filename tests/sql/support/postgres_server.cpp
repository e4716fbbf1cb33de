#include "tests/sql/support/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace vendaval::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

fs::path find_programs() {
  std::error_code ignored;
  fs::path newest;
  for (auto const& version : fs::directory_iterator("/usr/lib/postgresql", ignored))
    if (fs::exists(version.path() / "bin/initdb")) newest = std::max(newest, version.path() / "bin");
  if (newest.empty())
    throw std::runtime_error(
        "PostgreSQL is not installed, and these tests mean nothing without it. "
        "Fix: ./dev setup (or: apt-get install postgresql)");
  return newest;
}

/// PostgreSQL refuses to run as root; Debian's package brings a user for it.
passwd const* other_user() {
  if (geteuid() != 0) return nullptr;
  auto const* const user = getpwnam("postgres");
  if (!user)
    throw std::runtime_error("there is no user postgres to run PostgreSQL as. Fix: apt-get install postgresql");
  return user;
}

pid_t spawn(std::vector<std::string> command, fs::path const& log) {
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  auto const* const user = other_user();
  auto const child = fork();
  if (child != 0) return child;
  int const out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, 1);
  dup2(out, 2);
  if (user && (initgroups("postgres", user->pw_gid) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (chdir("/") == 0) execv(arguments[0], arguments.data());
  _exit(127);
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int free_port() {
  int const listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof any;
  bool const ok = bind(listener, reinterpret_cast<sockaddr*>(&any), size) == 0 &&
                  getsockname(listener, reinterpret_cast<sockaddr*>(&any), &size) == 0;
  close(listener);
  if (!ok) throw std::runtime_error("no free port on 127.0.0.1");
  return ntohs(any.sin_port);
}

std::string contents(fs::path const& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

postgres_server& postgres_server::instance() {
  static postgres_server server;
  return server;
}

std::unique_ptr<postgres_server> postgres_server::of_our_own() {
  return std::unique_ptr<postgres_server>(new postgres_server());
}

postgres_server::postgres_server() : programs_(find_programs()) {
  std::string pattern = "/tmp/vpgXXXXXX";  // short: a socket's path may have 107 characters
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  make_cluster();
  for (int attempt = 0; attempt < 5; ++attempt)
    if (start(free_port())) return;
  throw std::runtime_error("PostgreSQL does not start:\n" + contents(folder_ / "log"));
}

postgres_server::~postgres_server() {
  if (pid_ > 0) {
    ::kill(pid_, SIGINT);  // "fast": clients are cut off
    wait_for(pid_);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void postgres_server::make_cluster() {
  std::ofstream(folder_ / "password") << password << '\n';
  if (auto const* const user = other_user())
    if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0 ||
        chown((folder_ / "password").c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("cannot give the folder to the user postgres");
  auto const status =
      wait_for(spawn({programs_ / "initdb", "-D", folder_ / "data", "-U", "vendaval", "--encoding=UTF8", "--locale=C",
                      "--auth=scram-sha-256", "--pwfile=" + (folder_ / "password").string(), "--no-sync"},
                     folder_ / "log"));
  if (status != 0) throw std::runtime_error("initdb failed:\n" + contents(folder_ / "log"));
}

bool postgres_server::start(int port) {
  port_ = port;
  pid_ = spawn({programs_ / "postgres", "-D", folder_ / "data", "-h", "127.0.0.1", "-p", std::to_string(port_), "-k",
                folder_, "-c", "fsync=off", "-c", "max_connections=20", "-c", "shared_buffers=16MB"},
               folder_ / "log");
  auto const deadline = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (PQping(url("postgres", password).c_str()) == PQPING_OK) return true;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) return pid_ = 0, false;
    std::this_thread::sleep_for(20ms);  // another program's start, not our logic
  }
  return false;
}

void postgres_server::kill() {
  ::kill(-pid_, SIGKILL);  // it leads a process group of its own
  wait_for(std::exchange(pid_, 0));
}

void postgres_server::start_again() {
  for (int attempt = 0; attempt < 50; ++attempt) {  // what the dead one shared is taken over when its children are gone
    if (start(port_)) return;
    std::this_thread::sleep_for(100ms);
  }
  throw std::runtime_error("PostgreSQL does not start again:\n" + contents(folder_ / "log"));
}

std::string postgres_server::new_database() {
  auto const name = fmt::format("test_{}", ++databases_);
  auto* const connection = PQconnectdb(url("postgres", password).c_str());
  auto* const answer = PQexec(connection, ("CREATE DATABASE " + name).c_str());
  bool const made = PQresultStatus(answer) == PGRES_COMMAND_OK;
  std::string const error = PQerrorMessage(connection);
  PQclear(answer);
  PQfinish(connection);
  if (!made) throw std::runtime_error(error);
  return url(name, password);
}

std::string postgres_server::url(std::string const& database, std::string const& with_password) const {
  return fmt::format("postgresql://vendaval:{}@127.0.0.1:{}/{}", with_password, port_, database);
}

}  // namespace vendaval::test
