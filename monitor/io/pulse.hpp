#pragma once
/// Writes down, now and then, that somebody looks: after a restart this says how long nobody did.
#include <functional>
#include <optional>

#include "base/time.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

class pulse {
 public:
  static constexpr duration every = 15s;

  /// `copied`: given the same, for a start without the database.
  pulse(
      sql::storage_thread& storage, timeline calendar, std::function<void(sql::batch const&)> copied = [](auto&) {})
      : storage_(storage), calendar_(calendar), copied_(std::move(copied)) {}
  void tick(time_point now);

 private:
  sql::storage_thread& storage_;
  timeline calendar_;
  std::function<void(sql::batch const&)> copied_;
  std::optional<time_point> last_;
};

}  // namespace vendaval::monitor
