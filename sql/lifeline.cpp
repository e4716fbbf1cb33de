#include "sql/lifeline.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace vendaval::sql {

lifeline::~lifeline() { hold(-1); }

void lifeline::hold(int socket) {
  int const copy = socket < 0 ? -1 : ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  std::scoped_lock const held(lock_);
  if (int const before = std::exchange(socket_, copy); before >= 0) ::close(before);
}

bool lifeline::cut() {
  std::scoped_lock const held(lock_);
  return socket_ >= 0 && ::shutdown(socket_, SHUT_RDWR) == 0;
}

}  // namespace vendaval::sql
