#include "base/io/log.hpp"
