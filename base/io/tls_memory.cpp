#include "base/io/tls_memory.hpp"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <vector>

namespace vendaval {
namespace {

constexpr std::size_t slot_size = 20 * 1024, least = 16 * 1024, slots = 65'536;

/// Address space for many buffers; memory only where one is in use or was just now.
class slot_region {
 public:
  bool reserve() {
    if (begin_) return true;
    auto* const got =
        mmap(nullptr, slots * slot_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got == MAP_FAILED) return false;
    begin_ = static_cast<std::byte*>(got);
    return true;
  }
  bool holds(void const* p) const {
    auto const* const at = static_cast<std::byte const*>(p);
    return begin_ && !std::less{}(at, begin_) && std::less{}(at, begin_ + slots * slot_size);
  }
  /// Null when all are in use.
  void* take() {
    std::lock_guard const alone(mutex_);
    if (!free_.empty()) {
      auto* const slot = free_.back();
      free_.pop_back();
      return slot;
    }
    return untouched_ < slots ? begin_ + slot_size * untouched_++ : nullptr;
  }
  void give_back(void* slot) {
    madvise(slot, slot_size, MADV_DONTNEED);
    std::lock_guard const alone(mutex_);
    free_.push_back(slot);
  }

 private:
  std::byte* begin_ = nullptr;
  std::mutex mutex_;
  std::size_t untouched_ = 0;
  std::vector<void*> free_;
};

slot_region& region() {
  static auto* const one = new slot_region;  // it outlives whatever OpenSSL frees at exit
  return *one;
}

/// What this thread freed last, still in the processor's caches; used again without asking anybody.
struct warm_slots {
  std::array<void*, 64> kept;
  std::size_t count = 0;
  ~warm_slots() {
    while (count > 0) region().give_back(kept[--count]);
  }
};
thread_local warm_slots warm;

void* allocate(std::size_t size, char const*, int) {
  if (size < least || size > slot_size) return std::malloc(size);
  if (warm.count > 0) return warm.kept[--warm.count];
  auto* const slot = region().take();
  return slot ? slot : std::malloc(size);
}

void release(void* p, char const*, int) {
  if (!region().holds(p)) return std::free(p);
  if (warm.count < warm.kept.size())
    warm.kept[warm.count++] = p;
  else
    region().give_back(p);
}

void* reallocate(void* p, std::size_t size, char const* file, int line) {
  if (!region().holds(p)) return std::realloc(p, size);
  auto* const moved = size == 0 ? nullptr : std::malloc(size);
  if (moved) std::memcpy(moved, p, std::min(size, slot_size));
  if (moved || size == 0) release(p, file, line);
  return moved;
}

}  // namespace

bool separate_tls_buffers() {
  return region().reserve() && CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;
}

}  // namespace vendaval
