#include "sql/batch_bytes.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "sql/tables.hpp"
#include "sql/text.hpp"

namespace vendaval::sql {
namespace {

constexpr char version = 1;

/// The parts of a batch that can be spooled, in the order in which they are written. Released spools hold this order:
/// a new part goes to the end.
template <class Batch>
auto parts_of(Batch& b) {
  return std::tie(b.incidents, b.outbox, b.metrics, b.chaos_results, b.runs, b.history, b.maintenance,
                  b.incident_details, b.incident_notes, b.states);
}

void put(std::string& to, std::uint64_t n) {  // seven bits a byte, the least first
  for (; n >= 0x80; n >>= 7) to += static_cast<char>(n | 0x80);
  to += static_cast<char>(n);
}

void put(std::string& to, values const& cells) {
  put(to, cells.size());
  for (auto const& cell : cells) {
    put(to, cell ? cell->size() + 1 : 0);
    if (cell) to += *cell;
  }
}

class reader {
 public:
  explicit reader(std::string_view raw) : left_(raw) {}

  std::uint64_t number() {
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      auto const byte = static_cast<unsigned char>(text(1).front());
      n |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return n;
    }
    throw std::runtime_error("a number is too long");
  }
  std::string_view text(std::uint64_t size) {
    if (size > left_.size()) throw std::runtime_error("it is cut off");
    auto const taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  values cells() {
    values all(std::min<std::uint64_t>(number(), left_.size()));
    for (auto& cell : all)
      if (auto const size = number(); size != 0) cell = std::string(text(size - 1));
    return all;
  }
  bool empty() const { return left_.empty(); }

 private:
  std::string_view left_;
};

template <class Row>
void write_rows(std::string& to, std::vector<Row> const& rows) {
  put(to, rows.size());
  for (auto const& row : rows) put(to, columns_of(row));
}

template <class Row>
void read_rows(reader& from, std::vector<Row>& rows) {
  auto const& of = table_of<Row>();
  auto const least = of.spooled == 0 ? of.written : of.spooled;
  for (auto count = from.number(); count != 0; --count) {
    auto cells = from.cells();
    if (cells.size() < least || cells.size() > of.written)
      throw std::runtime_error("a row has another number of columns");
    cells.resize(of.columns.size());  // the rest is kept by the store, or was not known yet
    rows.push_back(read<Row>(cells));
  }
}

values cells_of(outbox_mark const& mark) { return {mark.dedup_key, iso8601(mark.at), mark.error, mark.reference}; }

/// Marks of earlier releases end before the reference.
outbox_mark mark_of(values const& cells) {
  if (cells.size() != 3 && cells.size() != 4) throw std::runtime_error("a mark has another number of columns");
  return {cells[0].value_or(""), parse_time(cells[1].value_or("")), cells[2].value_or(""),
          cells.size() == 4 ? cells[3] : value()};
}

}  // namespace

result<std::string> to_bytes(batch const& rows) {
  if (!rows.audit.empty()) return std::unexpected("audit records are not spooled");
  try {
    std::string raw(1, version);
    std::apply([&](auto const&... part) { (write_rows(raw, part), ...); }, parts_of(rows));
    put(raw, rows.outbox_marks.size());
    for (auto const& mark : rows.outbox_marks) put(raw, cells_of(mark));
    return raw;
  } catch (std::exception const& error) {
    return std::unexpected(error.what());
  }
}

result<batch> batch_from_bytes(std::string_view raw) {
  try {
    reader from(raw);
    if (from.text(1).front() != version) throw std::runtime_error("another version of Vendaval wrote it");
    batch rows;
    std::apply([&](auto&... part) { (read_rows(from, part), ...); }, parts_of(rows));
    for (auto count = from.number(); count != 0; --count) rows.outbox_marks.push_back(mark_of(from.cells()));
    if (!from.empty()) throw std::runtime_error("something follows its end");
    return rows;
  } catch (std::exception const& error) {
    return std::unexpected(std::string("a spooled batch cannot be read: ") + error.what());
  }
}

}  // namespace vendaval::sql
