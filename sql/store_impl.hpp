#pragma once
/// Shared by the sources of the store (store.cpp, commit.cpp, outbox.cpp, queries.cpp), and by nobody else.
#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

#include "sql/connection.hpp"
#include "sql/store.hpp"
#include "sql/tables.hpp"

namespace vendaval::sql {

template <class Row>
std::vector<Row> store_rows(connection& on, std::string_view rest, values const& given = {}) {
  std::vector<Row> all;
  for (auto const& columns : on.query(select_from(table_of<Row>(), rest), given, table_of<Row>().columns.size()))
    all.push_back(read<Row>(columns));
  return all;
}

struct store::impl {
  std::unique_ptr<connection> db;
  bool unmigrated = false;  // its schema is to be brought up to date before anything else

  /// Runs `work(connection)` and turns what it throws into a sentence. A connection found dead is opened again once,
  /// before anything was asked of it.
  template <class Work>
  auto read(Work&& work) -> result<std::invoke_result_t<Work, connection&>> {
    return attempt([&] {
      bool const was_alive = db->alive() && !unmigrated;
      if (!was_alive) connect();
      try {
        return work(*db);
      } catch (std::exception const&) {
        if (!was_alive || db->alive()) throw;
      }
      db->reopen();  // it had died unnoticed; reading again harms nobody
      return work(*db);
    });
  }

  /// The same inside one transaction; rolled back when it throws. Only BEGIN is tried again.
  template <class Work>
  auto write(Work&& work) -> result<std::invoke_result_t<Work, connection&>> {
    return attempt([&] {
      std::optional<transaction> all;
      begin(all);
      if constexpr (std::is_void_v<std::invoke_result_t<Work, connection&>>) {
        work(*db);
        all->commit();
      } else {
        auto answer = work(*db);
        all->commit();
        return answer;
      }
    });
  }

  template <class Row>
  result<std::vector<Row>> rows(std::string_view rest, values const& given = {}) {
    return read([&](connection& on) { return store_rows<Row>(on, rest, given); });
  }

  template <class Row>
  result<std::optional<Row>> first_row(std::string_view rest, values const& given = {}) {
    auto all = rows<Row>(rest, given);
    if (!all) return std::unexpected(all.error());
    return all->empty() ? std::nullopt : std::optional<Row>(std::move(all->front()));
  }

 private:
  void connect();
  void begin(std::optional<transaction>& all) {
    bool const was_alive = db->alive() && !unmigrated;
    if (!was_alive) connect();
    try {
      all.emplace(*db);
      return;
    } catch (std::exception const&) {
      if (!was_alive || db->alive()) throw;
    }
    db->reopen();
    all.emplace(*db);
  }

  template <class Work>
  auto attempt(Work&& work) -> result<std::invoke_result_t<Work>> {
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
        work();
        return {};
      } else {
        return work();
      }
    } catch (std::exception const& error) {
      return std::unexpected(explain(db->address(), error));
    }
  }
};

}  // namespace vendaval::sql
