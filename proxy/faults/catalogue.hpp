#pragma once
#include <variant>
namespace vendaval::faults {
/// The one list of fault kinds. Adding one: write faults/<kind>.hpp, name it here.
struct todo_kind {};
using fault = std::variant<todo_kind>;
}  // namespace vendaval::faults
