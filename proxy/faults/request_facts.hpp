#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/exchange.hpp"
#include "proxy/framing/head.hpp"

namespace vendaval::faults {

/// What decide() may look at; views, valid only during the call.
struct request_facts {
  std::span<std::string const> institutions;  // the dialect's: none = global
  operation what = operation::meta;
  std::string_view route;    // with ids replaced
  std::uint64_t client = 0;  // hash of the client instance
  bool parts = false;        // a list of several banks whose items can be left out bank by bank
  bool lists_banks = false;  // the API's list of banks, or one entry of it
  // For faults that are choosier than institution and operation:
  std::uint64_t connection = 0;  // the how-manieth connection of this client, from 0
  std::string_view method, target;
  std::string_view client_name, client_address;  // its User-Agent; "127.0.0.1"
  std::span<framing::field const> headers{};
  std::uint64_t subject = 0;     // hash of the link the request is about; 0 = none
  std::uint64_t credential = 0;  // hash of its Authorization, keyed anew in every process; 0 = none
};

}  // namespace vendaval::faults
