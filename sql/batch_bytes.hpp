#pragma once
/// A batch as bytes, for the spool: every row as the text of its columns, so that what is read back is committed as the
/// same rows under the same ids, however often.
#include <string>
#include <string_view>

#include "sql/result.hpp"
#include "sql/rows.hpp"

namespace vendaval::sql {

/// Ids that are empty are minted here. An error when a row can never be stored, or when the batch holds audit records:
/// those are durable in the database before anything happens, or nothing happens.
result<std::string> to_bytes(batch const& rows);
/// An error when it is not what to_bytes writes.
result<batch> batch_from_bytes(std::string_view raw);

}  // namespace vendaval::sql
