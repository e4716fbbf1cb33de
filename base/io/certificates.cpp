#include "base/io/certificates.hpp"
