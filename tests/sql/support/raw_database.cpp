#include "tests/sql/support/raw_database.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <stdexcept>

namespace vendaval::test {
namespace {

class raw_sqlite final : public raw_database {
 public:
  explicit raw_sqlite(std::string const& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("cannot open " + path);
    sqlite3_busy_timeout(db_, 5000);
  }
  ~raw_sqlite() override { sqlite3_close(db_); }
  raw_sqlite(raw_sqlite const&) = delete;
  raw_sqlite& operator=(raw_sqlite const&) = delete;

  std::optional<std::string> run(std::string const& text) override {
    if (sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return std::nullopt;
    return sqlite3_errmsg(db_);
  }
  std::vector<std::vector<std::string>> rows(std::string const& text) override {
    std::vector<std::vector<std::string>> all;
    auto const keep = [](void* into, int count, char** cells, char**) {
      auto& row = static_cast<std::vector<std::vector<std::string>>*>(into)->emplace_back();
      for (int i = 0; i < count; ++i) row.emplace_back(cells[i] ? cells[i] : "NULL");
      return 0;
    };
    if (sqlite3_exec(db_, text.c_str(), keep, &all, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    return all;
  }

 private:
  sqlite3* db_ = nullptr;
};

class raw_postgres final : public raw_database {
 public:
  explicit raw_postgres(std::string const& url) : db_(PQconnectdb(url.c_str())) {
    if (PQstatus(db_) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(db_));
    PQclear(PQexec(db_, "SET client_min_messages = warning; SET TimeZone = 'UTC'"));
  }
  ~raw_postgres() override { PQfinish(db_); }
  raw_postgres(raw_postgres const&) = delete;
  raw_postgres& operator=(raw_postgres const&) = delete;

  std::optional<std::string> run(std::string const& text) override {
    auto* const answer = PQexec(db_, text.c_str());
    bool const ok = PQresultStatus(answer) == PGRES_COMMAND_OK || PQresultStatus(answer) == PGRES_TUPLES_OK;
    PQclear(answer);
    return ok ? std::nullopt : std::optional<std::string>(PQerrorMessage(db_));
  }
  std::vector<std::vector<std::string>> rows(std::string const& text) override {
    std::unique_ptr<PGresult, decltype(&PQclear)> const answer(PQexec(db_, text.c_str()), &PQclear);
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) throw std::runtime_error(PQerrorMessage(db_));
    std::vector<std::vector<std::string>> all;
    for (int row = 0; row < PQntuples(answer.get()); ++row) {
      auto& cells = all.emplace_back();
      for (int i = 0; i < PQnfields(answer.get()); ++i)
        cells.emplace_back(PQgetisnull(answer.get(), row, i) ? "NULL" : PQgetvalue(answer.get(), row, i));
    }
    return all;
  }

 private:
  PGconn* db_;
};

}  // namespace

std::unique_ptr<raw_database> raw_database::open(std::string const& url) {
  if (url.starts_with("sqlite:")) return std::make_unique<raw_sqlite>(url.substr(7));
  return std::make_unique<raw_postgres>(url);
}

}  // namespace vendaval::test
