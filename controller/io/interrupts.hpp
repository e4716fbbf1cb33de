#pragma once

namespace vendaval::controller {

/// Ctrl-C and SIGTERM: the first asks for a clean end and is counted, the second ends the process on the spot with the
/// exit code for "aborted"; the programs it started end with it. One at a time per process.
class interrupts {
 public:
  interrupts();
  ~interrupts();  // puts back what was there
  interrupts(interrupts const&) = delete;
  static int count();
};

}  // namespace vendaval::controller
