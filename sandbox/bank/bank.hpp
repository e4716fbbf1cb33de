#pragma once
#include <boost/json/fwd.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/dice.hpp"
#include "base/http.hpp"
#include "base/institution.hpp"
#include "base/time.hpp"
#include "sandbox/bank/settings.hpp"
#include "sandbox/bank/throttle.hpp"
#include "sandbox/bank/webhooks.hpp"
#include "sandbox/operation.hpp"

namespace vendaval::sandbox {

struct store;

enum class bank_status { healthy, down };

/// An answer, how long the bank takes to give it, and what it tells the app after that. The shell sleeps; the rehearsal
/// adds.
struct bank_answer {
  http_response response;
  duration latency{};
  std::vector<webhook> webhooks{};
};

/// A pretend Belvo in front of pretend banks: paths, Basic auth, pages, filters and error shapes as its clients see
/// them. Knows no clock and no socket: the same requests at the same times with the same dice get the same answers.
/// Not thread-safe.
class bank {
 public:
  /// `calendar` translates monotonic time into the dates in the data.
  bank(bank_settings settings, institutions banks, timeline calendar);
  ~bank();
  bank(bank&&) noexcept;

  bank_answer handle(http_request const& request, time_point now, dice& d);
  /// The webhooks of recurrent links that were due for a refresh since this was asked before.
  std::vector<webhook> refresh(time_point now, dice& d);

  /// By code or alias; false when there is no such bank. A bank that is down answers retrieves and new links with
  /// 400 institution_down; stored data keeps being served, as with the real Belvo. Over HTTP, for people:
  /// PUT /sandbox/institutions/itau/ {"status": "down"}.
  bool set_status(std::string_view institution, bank_status status);

  /// The ids of a bank's links, as an app would have them in its own database.
  std::vector<std::string> links_of(std::string_view institution) const;

 private:
  struct call;  // one request on its way (bank/call.hpp)
  struct waiting;

  http_response answer(call& c);
  http_response institutions_answer(call& c);
  http_response listed(call& c, std::vector<boost::json::object const*> const& all);
  http_response links_answer(call& c);
  http_response create_link(call& c);
  http_response change_link(call& c);
  http_response resource_answer(call& c);
  http_response retrieve(call& c);
  http_response take_up(call& c, row const& link);
  http_response resume(call& c);
  http_response deliver(call& c, waiting const& wish);
  http_response token_answer(call& c);
  http_response status_answer(call& c);
  bool authorised(http_request const& request) const;
  duration draw_latency(operation what, dice& d) const;
  wall_time wall(time_point now) const { return calendar_.at(now); }

  bank_settings settings_;
  timeline calendar_;
  std::string authorization_;
  throttle throttle_;
  refresh_times refreshes_;
  time_point refreshed_;  // until when
  std::unique_ptr<store> store_;
  std::map<std::string, waiting> sessions_;                        // by session id
  std::map<std::string, time_point, std::less<>> refresh_tokens_;  // until when they are good
};

}  // namespace vendaval::sandbox
