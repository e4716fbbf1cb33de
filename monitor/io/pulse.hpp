#pragma once
/// Writes down, now and then, that somebody looks: after a restart this says how long nobody did.
#include "base/time.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

class pulse {
 public:
  static constexpr duration every = 15s;

  pulse(sql::storage_thread& storage, timeline calendar) : storage_(storage), calendar_(calendar) {}
  void tick(time_point now);

 private:
  sql::storage_thread& storage_;
  timeline calendar_;
  std::optional<time_point> last_;
};

}  // namespace vendaval::monitor
