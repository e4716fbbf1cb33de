#pragma once
#include <boost/json/object.hpp>

#include <cstdint>
#include <mutex>
#include <string>

namespace vendaval::controller {

/// What standard error can show.
struct terminal {
  bool interactive = false;  // a person is looking: draw in place
  bool colour = false;       // honours NO_COLOR
  bool unicode = true;       // by LC_ALL, LC_CTYPE, LANG
};
terminal look_at_terminal(int descriptor);

/// Shows a run while it goes: in place on a terminal, one timestamped line per event elsewhere. Fed with what
/// GET /v1/runs/{id} answers. Any thread may speak.
class progress {
 public:
  explicit progress(terminal screen) : screen_(screen) {}
  ~progress() { erase(); }
  progress(progress const&) = delete;

  /// New events, and on a terminal the state of things below them.
  void show(boost::json::object const& run);
  /// A line of our own among the events.
  void say(std::string const& text);
  /// Where to ask on: the number of the next event.
  std::uint64_t next_event() const { return next_event_; }  // only for the thread that calls show()

 private:
  void erase();
  void draw(boost::json::object const& run);
  std::string bold(std::string const& text) const;

  std::mutex one_at_a_time_;
  terminal screen_;
  std::uint64_t next_event_ = 0;
  int drawn_ = 0;  // lines below the events
};

}  // namespace vendaval::controller
