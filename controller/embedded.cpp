#include "controller/embedded.hpp"

namespace vendaval::controller::embedded {
namespace {

constexpr char s1[] = {
#embed "../scenarios/s1-banco-fora.toml"
};
constexpr char config[] = {
#embed "demo/vendaval.toml"
};
constexpr char sandbox[] = {
#embed "demo/sandbox.toml"
};

}  // namespace

std::string_view const scenario_s1(s1, sizeof s1);
std::string_view const demo_config(config, sizeof config);
std::string_view const demo_sandbox(sandbox, sizeof sandbox);

}  // namespace vendaval::controller::embedded
