#include "sql/store.hpp"

#include "sql/migrate.hpp"
#include "sql/store_impl.hpp"

namespace vendaval::sql {

store::store(std::unique_ptr<impl> inside) : impl_(std::move(inside)) {}
store::store(store&&) noexcept = default;
store& store::operator=(store&&) noexcept = default;
store::~store() = default;

result<store> store::open(std::string_view url) {
  auto opened = connection::open(url);
  if (!opened) return std::unexpected(opened.error());
  return store(std::make_unique<impl>(std::move(*opened)));
}

result<store> store::later(std::string_view url) {
  auto made = connection::later(url);
  if (!made) return std::unexpected(made.error());
  auto inside = std::make_unique<impl>(std::move(*made));
  inside->unmigrated = true;
  return store(std::move(inside));
}

void store::impl::connect() {
  if (!db->alive()) db->reopen();
  if (!unmigrated) return;
  transaction all(*db);
  bring_up_to_date(*db, migrations_of(db->kind()));
  all.commit();
  unmigrated = false;
}

bool store::connected() const { return impl_->db->alive(); }
engine store::kind() const { return impl_->db->kind(); }
std::string const& store::address() const { return impl_->db->address(); }
std::shared_ptr<lifeline> store::line() const { return impl_->db->line(); }

result<> store::migrate() { return migrate(migrations_of(kind())); }

result<> store::migrate(std::span<migration const> steps) {
  return impl_->write([&](connection& on) { bring_up_to_date(on, steps); });
}

result<int> store::schema_version() {
  return impl_->read([](connection& on) { return version_of(on); });
}

}  // namespace vendaval::sql
