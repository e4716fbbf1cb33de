#include "proxy/toxics/toxic.hpp"

namespace vendaval::toxics {
namespace {

template <std::size_t I = 0>
bool make(std::string_view type, attributes& out) {
  if constexpr (I == std::variant_size_v<attributes>) {
    return false;
  } else {
    using kind = std::variant_alternative_t<I, attributes>;
    if (type != kind::name) return make<I + 1>(type, out);
    out = kind{};
    return true;
  }
}

}  // namespace

std::string_view type_of(attributes const& what) {
  return std::visit([](auto const& kind) { return kind.name; }, what);
}

bool make_attributes(std::string_view type, attributes& out) { return make(type, out); }

}  // namespace vendaval::toxics
