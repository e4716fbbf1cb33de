#pragma once
#include <string>

#include "proxy/toxics/book.hpp"

namespace vendaval::toxics {

/// Toxiproxy's two counters for Prometheus, with its labels, as they are at this moment; and ours: toxics hung.
std::string exposition(proxy_book const& book);

}  // namespace vendaval::toxics
