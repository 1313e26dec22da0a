#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/json/json_client.h"
#include "base/result.h"
#include "dynamodb/dynamodb_client.h"

// These functions read the answers of the service. They fail with `invalid` if an answer is not
// DynamoDB's; nothing of it is quoted but names of attributes.
namespace penstock::dynamodb {

[[nodiscard]] base::Result<std::optional<Item>> read_get(std::string_view body);
[[nodiscard]] base::Result<Page> read_page(std::string_view body);

struct BatchAnswer {
  std::vector<Item> items = {};
  std::vector<Item> unprocessed = {};  // Keys that are to be asked again.
};
[[nodiscard]] base::Result<BatchAnswer> read_batch(std::string_view body, std::string_view table);

// Reads the item of a ConditionalCheckFailedException, if it has one.
[[nodiscard]] base::Result<std::optional<Item>> read_unmet(std::string_view body);

// Reads why a transaction of so many writes was canceled. That is a result if only conditions were
// not met; else the error says what happened.
[[nodiscard]] base::Result<Transacted> read_canceled(std::string_view body, size_t writes);

// Says what an error of the service means, except for a condition that was not met. `table` is the
// whole name. `may_have_acted` says that the request was a write.
[[nodiscard]] base::Error failure_of(std::string_view action, std::string_view table,
                                     const aws::JsonAnswer& answer, bool may_have_acted);

}  // namespace penstock::dynamodb
