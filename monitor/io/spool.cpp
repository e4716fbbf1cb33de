#include "monitor/io/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "base/io/file.hpp"

namespace vendaval::monitor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t head_size = 8;

std::uint32_t checksum(std::string_view text) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<Bytef const*>(text.data()), text.size()));
}

void put(std::string& to, std::uint32_t n) {
  for (unsigned shift = 0; shift != 32; shift += 8) to += static_cast<char>(n >> shift & 0xff);
}

std::uint32_t number_at(std::string_view text, std::size_t at) {
  std::uint32_t n = 0;
  for (unsigned i = 0; i != 4; ++i) n |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i])) << 8 * i;
  return n;
}

std::string last_error() { return std::strerror(errno); }

std::runtime_error trouble(std::string const& path) {
  return std::runtime_error(fmt::format("the spool {}: {}", path, last_error()));
}

}  // namespace

spool::spool(settings how) : how_(std::move(how)) {
  if (::mkdir(how_.folder.c_str(), 0700) != 0 && errno != EEXIST) throw trouble(how_.folder);
  folder_ = ::open(how_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  lock_ = ::open((how_.folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (folder_ < 0 || lock_ < 0) throw trouble(how_.folder);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0)
    throw std::runtime_error(fmt::format(
        "the spool {} is used by another vendaval. Fix: end it, or give this one a directory of its own", how_.folder));
  find_segments();
}

spool::~spool() {
  leave_segment();
  if (folder_ >= 0) ::close(folder_);
  if (lock_ >= 0) ::close(lock_);
}

void spool::find_segments() {
  for (auto const& entry : fs::directory_iterator(how_.folder)) {
    auto const name = entry.path().stem().string();
    std::uint64_t number = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || number == 0) continue;
    next_ = std::max(next_, number + 1);
    if (entry.path().extension() == ".spool") segments_[number].path = entry.path().string();
  }
  auto const last = segments_.empty() ? 0 : segments_.rbegin()->first;
  for (auto it = segments_.begin(); it != segments_.end();) {
    auto const number = (it++)->first;  // an empty one is removed while we look at it
    scan(number, number == last);
  }
}

/// Whole records from the front. What follows them in the last segment was being written when the process died.
void spool::scan(std::uint64_t number, bool last) {
  auto& s = segments_[number];
  auto const text = read_file(s.path);
  if (!text) throw std::runtime_error(fmt::format("the spool {}: {}", s.path, text.error()));
  while (text->size() - s.size >= head_size) {
    auto const length = number_at(*text, s.size);
    if (length > text->size() - s.size - head_size) break;
    auto const record = std::string_view(*text).substr(s.size + head_size, length);
    if (checksum(record) != number_at(*text, s.size + 4)) break;
    found_.push_back({number, s.size + head_size, length});
    s.size += head_size + length;
    ++s.waiting;
  }
  auto const rest = text->size() - s.size;
  s.damaged = rest != 0 && !last;
  if (s.damaged)
    damaged_ += rest;
  else if (rest != 0 && ::truncate(s.path.c_str(), static_cast<off_t>(s.size)) != 0)
    throw trouble(s.path);
  if (s.waiting == 0) remove(number);
}

std::vector<spool::place> spool::take_found() { return std::exchange(found_, {}); }

std::expected<spool::place, std::string> spool::append(std::string_view record, bytes spare) {
  auto const size = head_size + record.size();
  if (size + this->size().count + spare.count > how_.limit.count)
    return std::unexpected(fmt::format("the spool is full: {} of {}", show(this->size()), show(how_.limit)));
  try {
    if (current_ == 0 || segments_.at(current_).size >= how_.segment.count) begin_segment();
  } catch (std::exception const& error) {
    return std::unexpected(error.what());
  }
  std::string text;
  text.reserve(size);
  put(text, static_cast<std::uint32_t>(record.size()));
  put(text, checksum(record));
  text += record;
  auto& s = segments_.at(current_);
  if (!write_all(writing_, text) || ::fdatasync(writing_) != 0) {
    auto const why = last_error();
    // What of it is on the disk is unknown, and asking again for a sync that failed would be told a lie.
    (void)!::ftruncate(writing_, static_cast<off_t>(s.size));
    leave_segment();
    tidy();
    return std::unexpected(fmt::format("the spool could not be written: {}", why));
  }
  place const p{current_, s.size + head_size, static_cast<std::uint32_t>(record.size())};
  s.size += size;
  ++s.waiting;
  return p;
}

std::expected<std::string, std::string> spool::read(place const& p) const {
  auto const s = segments_.find(p.segment);
  if (s == segments_.end()) return std::unexpected("the spool has no such segment");
  int const fd = ::open(s->second.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(last_error());
  std::string record(p.length, '\0');
  std::size_t got = 0;
  while (got < record.size()) {
    auto const n = ::pread(fd, record.data() + got, record.size() - got, static_cast<off_t>(p.offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  ::close(fd);
  if (got < record.size()) return std::unexpected("a record of the spool is cut off");
  return record;
}

void spool::done(place const& p) {
  auto const s = segments_.find(p.segment);
  if (s == segments_.end() || s->second.waiting == 0) return;
  --s->second.waiting;
  tidy();
}

/// Only from the front: were a segment gone and one before it still here, the next process would write what is old over
/// what is new.
void spool::tidy() {
  while (!segments_.empty() && segments_.begin()->second.waiting == 0) {
    auto const number = segments_.begin()->first;
    if (number == current_) leave_segment();
    remove(number);
  }
}

bytes spool::size() const {
  bytes sum;
  for (auto const& [number, s] : segments_) sum.count += s.size;
  return sum;
}

void spool::begin_segment() {
  leave_segment();
  auto const number = next_++;
  auto const path = fmt::format("{}/{:08}.spool", how_.folder, number);
  writing_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (writing_ < 0) throw trouble(path);
  segments_[number].path = path;
  current_ = number;
  sync_folder();
}

void spool::leave_segment() {
  if (writing_ >= 0) ::close(std::exchange(writing_, -1));
  current_ = 0;
}

void spool::remove(std::uint64_t number) {
  auto const& s = segments_.at(number);
  std::error_code ignored;  // one that stays is read again by the next process, which harms nobody
  if (s.damaged)
    fs::rename(s.path, fs::path(s.path).replace_extension(".damaged"), ignored);
  else
    fs::remove(s.path, ignored);
  segments_.erase(number);
}

void spool::sync_folder() const {
  if (::fsync(folder_) != 0) throw trouble(how_.folder);
}

}  // namespace vendaval::monitor
