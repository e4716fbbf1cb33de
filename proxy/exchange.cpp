#include "proxy/exchange.hpp"
