#include "controller/io/interrupted_runs.hpp"

#include <boost/asio/post.hpp>

namespace vendaval::controller {

void interrupted_runs::tick(time_point now, bool behind) {
  if (done_ || behind || now < next_) return;
  next_ = now + again_after;
  std::weak_ptr<bool> const alive = alive_;
  (void)tools_.storage.run([this, alive, control = tools_.control, began = began_](sql::store& store) {
    auto ended = store.end_runs_left_running(began, "vendaval ended in the middle of the run; no fault outlived it");
    boost::asio::post(control, [this, alive, ended = std::move(ended)] {
      if (!alive.expired()) tell(ended);
    });
  });
}

void interrupted_runs::tell(sql::result<std::vector<sql::run_row>> const& ended) {
  done_ = ended.has_value();
  if (!ended && !std::exchange(failed_, true))
    tools_.log->error("runs left running could not be marked yet: {}", ended.error());
  if (!ended) return;
  for (auto const& run : *ended)
    tools_.log->warn("run {} of {} was interrupted: marked as error", run.id, run.scenario);
}

}  // namespace vendaval::controller
