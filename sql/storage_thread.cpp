#include "sql/storage_thread.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace vendaval::sql {
namespace {

struct submission {
  batch rows;
  storage_thread::done finished;
};

using task = std::variant<submission, storage_thread::job>;

}  // namespace

struct storage_thread::impl {
  store db;
  std::shared_ptr<lifeline> line = db.line();
  settings how;
  mutable std::mutex lock;
  std::condition_variable news, end;
  std::deque<task> queue;
  bool stopping = false, cut_off = false, busy = false, ended = false;
  std::thread thread;  // last: it uses all of the above

  impl(store opened, settings given) : db(std::move(opened)), how(std::move(given)) {
    thread = std::thread([this] { work(); });
  }

  bool take(task one) {
    {
      std::scoped_lock const held(lock);
      if (stopping || queue.size() >= how.capacity) return false;
      queue.push_back(std::move(one));
    }
    news.notify_one();
    return true;
  }

  void work() {
    for (auto next = wait(); !next.empty(); next = wait()) {
      if (auto* const work = std::get_if<job>(&next.front()))
        guarded([&] { (*work)(db); });
      else
        commit(next);
    }
    {
      std::scoped_lock const held(lock);
      ended = true;
    }
    end.notify_all();
  }

  /// One job, or the batches that wait one after another. Empty when it is time to end.
  std::vector<task> wait() {
    std::unique_lock held(lock);
    busy = false;
    news.wait(held, [&] { return stopping || !queue.empty(); });
    std::vector<task> next;
    if (cut_off) abandon(held);
    busy = true;
    auto const batch_waits = [&] { return !queue.empty() && std::holds_alternative<submission>(queue.front()); };
    bool const groups = batch_waits();
    if (queue.empty()) return next;
    do {
      next.push_back(std::move(queue.front()));
      queue.pop_front();
    } while (groups && batch_waits() && next.size() < how.group);
    return next;
  }

  /// Nothing of what waits is tried any more.
  void abandon(std::unique_lock<std::mutex>& held) {
    auto const left = std::exchange(queue, {});
    held.unlock();
    for (auto const& each : left)
      if (auto const* const rows = std::get_if<submission>(&each); rows && rows->finished)
        guarded([&] { rows->finished(std::unexpected(db.address() + ": it did not answer when we ended")); });
    held.lock();
  }

  void commit(std::vector<task>& next) {
    std::vector<batch> group;
    for (auto& each : next) group.push_back(std::move(std::get<submission>(each).rows));
    auto const together = db.commit(group);
    for (std::size_t i = 0; i < next.size(); ++i) {
      auto const& finished = std::get<submission>(next[i]).finished;
      // Alone it may succeed: it was another one's row that was refused.
      bool const as_it_is = together || group.size() == 1 || is_cut_off();
      auto const alone = as_it_is ? together : db.commit(group[i]);
      if (finished) guarded([&] { finished(alone); });
    }
  }

  template <class Work>
  void guarded(Work&& work) {
    try {
      work();
    } catch (std::exception const& error) {
      how.on_trouble(error.what());
    } catch (...) {
      how.on_trouble("something that is no std::exception was thrown");
    }
  }

  bool is_cut_off() const {
    std::scoped_lock const held(lock);
    return cut_off;
  }

  void stop() {
    {
      std::unique_lock held(lock);
      stopping = true;
      news.notify_all();
      auto before = line->steps();
      while (!end.wait_for(held, how.grace, [&] { return ended; })) {
        auto const now = line->steps();
        if (now == before) cut_off = line->cut() || cut_off;
        before = now;
      }
    }
    if (thread.joinable()) thread.join();
  }
};

storage_thread::storage_thread(store opened) : storage_thread(std::move(opened), settings()) {}
storage_thread::storage_thread(store opened, settings how)
    : impl_(std::make_unique<impl>(std::move(opened), std::move(how))) {}
storage_thread::~storage_thread() { stop(); }

bool storage_thread::submit(batch rows, done finished) {
  return impl_->take(submission{std::move(rows), std::move(finished)});
}
bool storage_thread::run(job work) { return impl_->take(std::move(work)); }

std::size_t storage_thread::waiting() const {
  std::scoped_lock const held(impl_->lock);
  return impl_->queue.size();
}

storage_thread::progress storage_thread::how_far() const {
  std::scoped_lock const held(impl_->lock);
  return {impl_->line->steps(), impl_->busy};
}

bool storage_thread::cut() { return impl_->line->cut(); }

void storage_thread::stop() { impl_->stop(); }

}  // namespace vendaval::sql
