#include <utility>

#include "aws/json/json_client.h"
#include "dynamodb/dynamodb_client.h"

namespace penstock::dynamodb {

base::Result<std::unique_ptr<Client>> Client::make(const resources::Start& start,
                                                   upstream::Settings settings) {
  auto made =
      aws::JsonClient::make(start, {.name = "dynamodb", .target = "DynamoDB_20120810"}, settings);
  if (!made) return made.error();
  const std::shared_ptr<aws::JsonClient> json = std::move(*made);
  const auto prefix = start.environment.find("TABLES_PREFIX");
  return over(
      [json](std::string_view action, std::string body, async::SteadyTime deadline,
             bool repeatable) { return json->call(action, std::move(body), deadline, repeatable); },
      prefix == start.environment.end() ? std::string() : prefix->second);
}

}  // namespace penstock::dynamodb
