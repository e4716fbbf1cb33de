#include "base/io/http_server.hpp"
