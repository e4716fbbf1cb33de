#include "controller/io/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace vendaval::controller {
namespace {

/// Runs in the child between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* argv, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(125);  // the parent died before prctl took effect
  setpgid(0, 0);                        // Ctrl-C is for the parent alone: it ends its children in order
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv("/proc/self/exe", argv);
  _exit(127);
}

int open_log(std::string const& path) {
  int const log = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) throw std::runtime_error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  return log;
}

}  // namespace

child_process::child_process(std::string name, std::vector<std::string> const& arguments, std::string log_file)
    : name_(std::move(name)), log_file_(std::move(log_file)) {
  std::vector<std::string> words{"vendaval"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int const log = open_log(log_file_);
  pid_t const parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become(argv.data(), log, parent);
  int const why = errno;
  close(log);
  if (pid_ < 0) throw std::runtime_error(fmt::format("cannot start {}: {}", name_, std::strerror(why)));
}

child_process::~child_process() { stop(2s); }

bool child_process::running() {
  if (pid_ < 0) return false;
  int status = 0;
  pid_t const ended = waitpid(pid_, &status, WNOHANG);
  if (ended == 0) return true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = -1;
  return false;
}

void child_process::stop(duration grace) {
  if (!running()) return;
  kill(pid_, SIGTERM);
  auto const deadline = std::chrono::steady_clock::now() + grace;
  while (running() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(10ms);
  if (!running()) return;
  kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  status_ = 128 + SIGKILL;
  pid_ = -1;
}

std::string child_process::last_words(std::size_t lines) const {
  std::ifstream in(log_file_);
  std::deque<std::string> kept;
  for (std::string line; std::getline(in, line);) {
    kept.push_back(line);
    if (kept.size() > lines) kept.pop_front();
  }
  std::string result;
  for (auto const& line : kept) result += "    " + line + "\n";
  return result;
}

}  // namespace vendaval::controller
