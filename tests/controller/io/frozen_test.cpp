// S9, S11: what the data path does while those who steer it stand still. Real sockets, clocks and database.
#include <boost/asio/post.hpp>
#include <future>

#include "base/io/log.hpp"
#include "controller/io/fault_desk.hpp"
#include "tests/proxy/io/rig.hpp"
#include "tests/support/running_context.hpp"

namespace vendaval::controller::test {
namespace {

/// Work that stands still, wherever it is done, until it is let go.
class standstill {
 public:
  ~standstill() { let_go(); }
  /// In the thread that is to stand still.
  void stand() {
    reached_.set_value();
    gone_.get_future().wait();
  }
  void wait_until_reached() { reached_.get_future().wait(); }
  void let_go() {
    if (!std::exchange(over_, true)) gone_.set_value();
  }

 private:
  std::promise<void> reached_, gone_;
  bool over_ = false;
};

class Frozen : public vendaval::test::GatewayTest {
 protected:
  void SetUp() override {
    start_echo();
    control.on([this] {
      desk = std::make_unique<fault_desk>(desk_tools{control.io.get_executor(), time, read_timeline(), *proxy, *storage,
                                                     make_logger("test", "off"), folder / "kill-switch"},
                                          faults::arming_limits{});
    });
  }
  void TearDown() override {
    control.on([this] { desk.reset(); });
    storage.reset();
  }
  static faults::fault_template holding(std::string const& label) {
    faults::latency held;
    held.delay = 30min;
    faults::fault_template what;
    what.label = label;
    what.what = held;
    what.where.institutions = {"itau"};
    return what;
  }
  std::future<bool> ask_to_arm(std::string const& label, duration lease) {
    auto const done = std::make_shared<std::promise<bool>>();
    control.on([&] {
      desk->arm(holding(label), lease, "ana", [done](auto const& armed) { done->set_value(armed.has_value()); });
    });
    return done->get_future();
  }
  std::string body_of(std::string const& target) { return ask(vendaval::test::get(target)).body; }
  sql::store open() {
    auto store = sql::store::open("sqlite:" + folder / "vendaval.db").value();
    EXPECT_TRUE(store.migrate());
    return store;
  }

  real_clock time;
  std::unique_ptr<sql::storage_thread> storage = std::make_unique<sql::storage_thread>(open());
  vendaval::test::running_context control;
  std::unique_ptr<fault_desk> desk;
};

TEST_F(Frozen, S9_ALeaseEndsAndWhatItHeldGoesOnWhileTheControlThreadStandsStill) {
  ASSERT_TRUE(ask_to_arm("drill/1", 3s).get());
  standstill ice;
  asio::post(control.io, [&ice] { ice.stand(); });
  ice.wait_until_reached();

  auto const one = client();
  one->say(vendaval::test::get("/itau/held"));
  EXPECT_TRUE(held_in_flight(1));
  EXPECT_EQ(body_of("/bb/meanwhile"), "\"/bb/meanwhile\"") << "the other bank never notices";
  EXPECT_EQ(vendaval::test::hear_message(*one).body, "\"/itau/held\"");
  EXPECT_EQ(body_of("/itau/after"), "\"/itau/after\"") << "and nothing is touched any more";

  ice.let_go();
  EXPECT_EQ(control.on([this] { return desk->armed()->faults.size(); }), 1u) << "control did not see to it";
  control.on([this] { desk->tick(); });
  EXPECT_EQ(control.on([this] { return desk->armed()->faults.size(); }), 0u);
}

TEST_F(Frozen, S11_WhileTheDatabaseHangsNothingIsArmedTrafficPassesAndTheKillSwitchWorks) {
  ASSERT_TRUE(ask_to_arm("drill/1", 10min).get());
  auto const one = client();
  one->say(vendaval::test::get("/itau/held"));
  ASSERT_TRUE(held_in_flight(1));

  standstill ice;
  ASSERT_TRUE(storage->run([&ice](sql::store&) { ice.stand(); }));
  ice.wait_until_reached();
  auto const second = ask_to_arm("drill/2", 10min);
  EXPECT_EQ(body_of("/bb/meanwhile"), "\"/bb/meanwhile\"");
  EXPECT_EQ(control.on([this] { return desk->armed()->faults.size(); }), 1u) << "no audit record, so not armed";

  EXPECT_EQ(control.on([this] { return desk->stop("the database hangs", "ana"); }), 1u);
  EXPECT_EQ(vendaval::test::hear_message(*one).body, "\"/itau/held\"");
  EXPECT_EQ(body_of("/itau/after"), "\"/itau/after\"");
  ice.let_go();
  EXPECT_FALSE(second.wait_for(30s) != std::future_status::ready) << "it is answered when the record could be written";
  EXPECT_EQ(control.on([this] { return desk->armed()->faults.size(); }), 0u) << "and refused: the switch is latched";
}

}  // namespace
}  // namespace vendaval::controller::test
