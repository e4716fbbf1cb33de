#include "sql/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <stdexcept>

#include "sql/address.hpp"

namespace vendaval::sql {
namespace {

namespace fs = std::filesystem;

class soci_connection : public connection {
 public:
  soci_connection(sql::address where, soci::backend_factory const& factory)
      : where_(std::move(where)), factory_(factory) {}

  engine kind() const override { return where_.which; }
  std::string const& address() const override { return where_.shown; }

  std::vector<values> query(std::string const& text, values const& given, std::size_t columns) override {
    std::vector<std::string> cells(columns);
    std::vector<soci::indicator> present(columns, soci::i_ok);
    soci::statement statement(*session_);
    for (std::size_t i = 0; i < columns; ++i) statement.exchange(soci::into(cells[i], present[i]));
    auto const bound = bind(statement, given);
    start(statement, text);
    statement.execute();
    std::vector<values> rows;
    while (statement.fetch()) {
      auto& row = rows.emplace_back();
      for (std::size_t i = 0; i < columns; ++i) row.push_back(present[i] == soci::i_null ? value() : value(cells[i]));
    }
    line()->step();
    return rows;
  }

  std::int64_t execute(std::string const& text, values const& given) override {
    soci::statement statement(*session_);
    auto const bound = bind(statement, given);
    start(statement, text);
    statement.execute(true);
    line()->step();
    return statement.get_affected_rows();
  }

  void reopen() override {
    session_.reset();
    connect();
    for (auto const setting : speaks().settings) script(setting);
    settled();
  }

 protected:
  virtual void connect() = 0;
  virtual void settled() {}
  void open_session(std::string const& how) { session_ = std::make_unique<soci::session>(factory_, how); }
  template <class Backend>
  auto* native() const {
    return static_cast<Backend*>(session_->get_backend())->conn_;
  }

  sql::address where_;
  std::unique_ptr<soci::session> session_;

 private:
  /// What a statement's parameters live in until it has run.
  struct bound_values {
    std::vector<std::string> texts;
    std::vector<soci::indicator> present;
  };

  static std::unique_ptr<bound_values> bind(soci::statement& statement, values const& given) {
    auto bound = std::make_unique<bound_values>();
    bound->texts.reserve(given.size());
    bound->present.reserve(given.size());
    for (auto const& each : given) {
      bound->texts.push_back(each.value_or(""));
      bound->present.push_back(each ? soci::i_ok : soci::i_null);
      statement.exchange(soci::use(bound->texts.back(), bound->present.back()));
    }
    return bound;
  }

  static void start(soci::statement& statement, std::string const& text) {
    statement.alloc();
    statement.prepare(text, soci::details::st_one_time_query);
    statement.define_and_bind();
  }

  soci::backend_factory const& factory_;
};

class sqlite_connection final : public soci_connection {
 public:
  explicit sqlite_connection(sql::address where) : soci_connection(std::move(where), soci::sqlite3) {}

  void script(std::string_view text) override {
    char* said = nullptr;
    if (sqlite_api::sqlite3_exec(native<soci::sqlite3_session_backend>(), std::string(text).c_str(), nullptr, nullptr,
                                 &said) == SQLITE_OK)
      return line()->step();
    std::string const error = said ? said : "unknown error";
    sqlite_api::sqlite3_free(said);
    throw std::runtime_error(error);
  }

  bool alive() override { return session_ != nullptr; }

 protected:
  void connect() override {
    fs::path const path = where_.target;
    auto const folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
      throw std::runtime_error(fmt::format("there is no folder {0}. Fix: mkdir -p {0}", folder.string()));
    if (fs::is_directory(path, ignored)) throw std::runtime_error("this is a folder; give the name of a file in it");
    bool const is_new = !fs::exists(path, ignored);
    open_session(where_.connect);
    // It holds what people did and what was sent to them: for its owner alone.
    if (is_new) fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, ignored);
    if (sqlite_api::sqlite3_db_readonly(native<soci::sqlite3_session_backend>(), "main") == 1)
      throw std::runtime_error(
          "this file is read-only for us. Fix: chmod u+w it, run as its owner, or name another file");
  }

  void settled() override {
    auto const mode = query("PRAGMA journal_mode = WAL", {}, 1);
    if (mode.empty() || mode[0][0] != "wal")
      throw std::runtime_error("its file system cannot hold a write-ahead log. Fix: put it on a local disk");
  }
};

class postgres_connection final : public soci_connection {
 public:
  explicit postgres_connection(sql::address where) : soci_connection(std::move(where), soci::postgresql) {}

  void script(std::string_view text) override {
    std::unique_ptr<PGresult, decltype(&PQclear)> const answer(PQexec(handle(), std::string(text).c_str()), &PQclear);
    auto const status = PQresultStatus(answer.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return line()->step();
    throw std::runtime_error(PQerrorMessage(handle()));
  }

  bool alive() override { return session_ && PQstatus(handle()) == CONNECTION_OK; }

 protected:
  void connect() override {
    try {
      open_session(where_.connect);
    } catch (soci::soci_error const& error) {
      // SOCI's own first line says nothing; libpq's second one says what happened.
      auto const text = error.get_error_message();
      auto const line = text.find('\n');
      auto const why = line == std::string::npos ? text : text.substr(line + 1);
      throw std::runtime_error("cannot connect: " + without(why, where_.password));
    }
    line()->hold(PQsocket(handle()));
    if (auto const version = PQserverVersion(handle()); version < 130000)
      throw std::runtime_error(fmt::format("this server is PostgreSQL {}; 13 or newer is needed", version / 10000));
  }

 private:
  PGconn* handle() const { return native<soci::postgresql_session_backend>(); }
};

std::unique_ptr<connection> make(address where) {
  if (where.which == engine::sqlite) return std::make_unique<sqlite_connection>(std::move(where));
  return std::make_unique<postgres_connection>(std::move(where));
}

/// What to do about the errors that a person can do something about.
std::string_view fix_for(std::string_view error) {
  auto const says = [&](std::string_view part) { return error.find(part) != std::string_view::npos; };
  if (says("readonly database")) return ". Fix: make the file and its folder writable for us";
  if (says("unable to open database file")) return ". Fix: make the file and its folder readable and writable for us";
  if (says("database or disk is full")) return ". Fix: free space on its disk; nothing of this transaction was kept";
  if (says("database is locked")) return ". Fix: end the other program that holds it";
  if (says("file is not a database")) return ". Fix: name another file; this one is left as it is";
  if (says("no such table") || (says("relation") && says("does not exist")))
    return ". Fix: bring the schema up to date first";
  return "";
}

}  // namespace

result<std::unique_ptr<connection>> connection::open(std::string_view url) {
  auto where = parse_address(url);
  if (!where) return std::unexpected(where.error());
  auto opened = make(*std::move(where));
  try {
    opened->reopen();
    return opened;
  } catch (std::exception const& error) {
    return std::unexpected(explain(opened->address(), error));
  }
}

result<std::unique_ptr<connection>> connection::later(std::string_view url) {
  auto where = parse_address(url);
  if (!where) return std::unexpected(where.error());
  return make(*std::move(where));
}

transaction::transaction(connection& on) : on_(on) { on_.script(on_.speaks().begin); }

transaction::~transaction() {
  if (over_) return;
  try {
    on_.script("ROLLBACK");
  } catch (std::exception const&) {
    // The database rolled back by itself or the connection is gone; either way nothing of it stays.
  }
}

void transaction::commit() {
  on_.script("COMMIT");
  over_ = true;
}

std::string explain(std::string const& address, std::exception const& error) {
  auto const* const from_soci = dynamic_cast<soci::soci_error const*>(&error);
  std::string text = from_soci ? from_soci->get_error_message() : error.what();
  text = text.substr(0, text.find('\n'));
  return fmt::format("{}: {}{}", address, text, fix_for(text));
}

}  // namespace vendaval::sql
