#pragma once
#include <optional>

#include "base/dice.hpp"
#include "sandbox/app/settings.hpp"

namespace vendaval::sandbox {

/// How long to wait before trying again after try number `tried` (1 = the first) ended so; nothing = give up.
std::optional<duration> wait_before_retry(retry_policy const& p, call_outcome o, unsigned tried, dice& d);

}  // namespace vendaval::sandbox
