#pragma once
#include <string_view>

/// Files that travel inside the program, so that it needs nothing beside it.
namespace vendaval::controller::embedded {

extern std::string_view const scenario_s1;   // scenarios/s1-banco-fora.toml
extern std::string_view const demo_config;   // controller/demo/vendaval.toml, with @NAMES@ to fill in
extern std::string_view const demo_sandbox;  // controller/demo/sandbox.toml

}  // namespace vendaval::controller::embedded
