#pragma once
/// One thread that owns the store, so that nobody else ever waits for a disk.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sql/result.hpp"
#include "sql/rows.hpp"
#include "sql/store.hpp"

namespace vendaval::sql {

class storage_thread {
 public:
  /// Called on the storage thread, once, when the batch is durable or has failed.
  using done = std::function<void(result<>)>;
  using job = std::function<void(store&)>;

  struct settings {
    std::size_t capacity = 4096;  // batches and jobs waiting
    std::size_t group = 64;       // batches that may share one sync
    /// stop() waits so long for a statement of a database in the network.
    std::chrono::milliseconds grace{10'000};
    /// Told on the storage thread when a job or a `done` throws; the thread goes on.
    std::function<void(std::string)> on_trouble = [](std::string) {};
  };

  explicit storage_thread(store opened);
  storage_thread(store opened, settings how);
  ~storage_thread();  // stops
  storage_thread(storage_thread const&) = delete;
  storage_thread& operator=(storage_thread const&) = delete;

  /// Takes a batch and returns at once. False: full or stopping, nothing was taken and `finished` is never called; the
  /// caller counts it. Batches and jobs are done in the order in which they were taken. Batches that wait together
  /// share a transaction; when that fails each is tried alone, so that one bad row spoils only its own batch.
  [[nodiscard]] bool submit(batch rows, done finished = {});
  /// Runs something else with the store: a claim, a query.
  [[nodiscard]] bool run(job work);

  std::size_t waiting() const;
  struct progress {
    std::uint64_t steps = 0;  // statements answered so far
    bool busy = false;        // something is being done
  };
  progress how_far() const;
  /// Ends the call that a database in the network does not answer: it fails, and what waits comes after it. False when
  /// there is nothing to cut, as with a file.
  bool cut();

  /// Takes nothing more, finishes what was taken, returns when the thread has ended. A database that answers nothing
  /// for `grace` is cut off, and the batches that still wait fail. Not from the storage thread.
  void stop();

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace vendaval::sql
