#pragma once

namespace vendaval::controller {

/// Ctrl-C and SIGTERM, counted: the first asks for a clean end, the second means now. One at a time per process.
class interrupts {
 public:
  interrupts();
  ~interrupts();  // puts back what was there
  interrupts(interrupts const&) = delete;
  static int count();
};

}  // namespace vendaval::controller
