#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dynamodb/dynamodb_client.h"

// These functions make the bodies of requests. `table` is the table's whole name. They fail as
// append_item() does.
namespace penstock::dynamodb {

// Is what one action is called with.
struct ActionRequest {
  std::string_view action;  // Of static storage.
  std::string body;
};

[[nodiscard]] base::Result<ActionRequest> request_of(std::string_view table, const Get& get);
[[nodiscard]] base::Result<ActionRequest> request_of(std::string_view table, const Put& put);
[[nodiscard]] base::Result<ActionRequest> request_of(std::string_view table, const Update& update);
[[nodiscard]] base::Result<ActionRequest> request_of(std::string_view table, const Delete& remove);
[[nodiscard]] base::Result<ActionRequest> request_of(std::string_view table, const Query& query);
// `keys` are items' keys as JSON.
[[nodiscard]] ActionRequest batch_request(std::string_view table,
                                          const std::vector<std::string>& keys, bool consistent);
// `token` is the ClientRequestToken. Each table's name gets `prefix`.
[[nodiscard]] base::Result<ActionRequest> transaction_request(std::string_view prefix,
                                                              const std::vector<Write>& writes,
                                                              std::string_view token);

}  // namespace penstock::dynamodb
