#pragma once
/// A queue of records on disk that survives a kill and a power cut: what append() has returned for is there.
///
/// A folder of segments, 00000001.spool and on. A record is its length and the CRC-32 of its bytes, four bytes each,
/// the least first, then the bytes. A tail that a crash tore off is cut away when the spool is opened. A segment is
/// removed when all of its records and of those before it are done, so one that was done may be found again after a
/// crash, together with all that came after it: whoever takes records must not mind having some of them twice, in
/// order.
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace vendaval::monitor {

class spool {
 public:
  struct settings {
    std::string folder;       // made, for its owner alone; one process at a time
    bytes limit{64u << 20};   // of all segments together
    bytes segment{1u << 20};  // a new one is begun beyond this
  };
  struct place {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;  // of its bytes
    std::uint32_t length = 0;
  };

  /// Throws a sentence for people.
  explicit spool(settings how);
  ~spool();
  spool(spool const&) = delete;

  /// What an earlier process left, in order; once.
  std::vector<place> take_found();
  /// How many bytes of segments could not be read at the start: damage, not the torn tail of a crash. They are kept as
  /// NNNNNNNN.damaged for people to look at.
  std::uint64_t damaged() const { return damaged_; }

  /// Durable when it returns. `spare`: bytes of the limit to leave for others. An error: nothing was kept.
  std::expected<place, std::string> append(std::string_view record, bytes spare = {0});
  std::expected<std::string, std::string> read(place const& p) const;
  void done(place const& p);

  bytes size() const;
  bytes limit() const { return how_.limit; }

 private:
  struct segment {
    std::string path;
    std::uint64_t size = 0;     // of the whole records in it
    std::uint64_t waiting = 0;  // records that are not done
    bool damaged = false;
  };
  void find_segments();
  void scan(std::uint64_t number, bool last);
  void begin_segment();
  void leave_segment();
  void tidy();
  void remove(std::uint64_t number);
  void sync_folder() const;

  settings how_;
  std::map<std::uint64_t, segment> segments_;
  std::vector<place> found_;
  std::uint64_t damaged_ = 0, next_ = 1;
  int folder_ = -1, lock_ = -1, writing_ = -1;
  std::uint64_t current_ = 0;  // the segment that is written to; 0 = none
};

}  // namespace vendaval::monitor
