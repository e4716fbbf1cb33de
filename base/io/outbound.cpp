#include "base/io/outbound.hpp"
