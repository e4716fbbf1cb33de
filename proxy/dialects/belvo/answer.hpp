#pragma once
/// What a Belvo answer says: how it went, and which ids belong to which bank.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/institution.hpp"
#include "proxy/dialects/dialect.hpp"
#include "proxy/dialects/link_map.hpp"

namespace vendaval::dialects::belvo_answers {

/// How it went; and from Link {id, institution}, Account {id, link, institution{name}}, whatever nests an account, and
/// the list of institutions; one object, or a list of them bare or in `results`. What is known already is not told
/// again.
judgement judge(request_view const& request, response_view const& response, institutions const& banks,
                link_map const& links);

/// A page without the items that belong to one of `dropped`; nothing when it has none of them.
std::optional<std::string> without(std::string_view body, std::span<std::string const> dropped,
                                   institutions const& banks, link_map const& links);
/// The list of institutions, or one of them, with the status of these banks changed; nothing when it has none of them.
std::optional<std::string> relisted(std::string_view body, std::span<faults::plan::relisting const> wanted,
                                    institutions const& banks);

/// The key under which the number of an institution is remembered, apart from the ids of links and resources.
std::string numbered(std::string_view institution_number);

}  // namespace vendaval::dialects::belvo_answers
