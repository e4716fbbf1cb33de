#include "base/redact.hpp"
