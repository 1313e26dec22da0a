#include "dynamodb/answers.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/printable_text.h"
#include "dynamodb/value_json.h"
#include "json/arena.h"
#include "json/reader.h"

namespace penstock::dynamodb {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

// Each list or map has its type around it; the item stands in an array of an object.
constexpr json::Limits kLimits{.depth_max = 2 * (kDepthMax + 1) + 6, .properties_max = kMembersMax};
constexpr size_t kWordsMax = 500;  // Bytes of the service's message in `detail`.

Error wrong(std::string_view why) {
  return {.code = ErrorCode::invalid,
          .message = "the answer is not one of DynamoDB: " + std::string(why)};
}

// Reads an answer, which must be an object, and gives it to `use`.
template <class T, class Use>
Result<T> read_object(std::string_view body, const Use& use) {
  json::Arena<16 * 1024> arena;
  json::Reader reader(kLimits);
  const auto json = reader.read(body, arena.storage());
  if (!json) return wrong(json::describe(json.error()));
  if (!json->is_object()) return wrong("it is no object");
  Result<T> made = use(json->get_object());
  if (!made) return wrong(made.error().message);
  return made;
}

Result<std::optional<Item>> item_of(const boost::json::object& answer, std::string_view name) {
  const boost::json::value* json = answer.if_contains(name);
  if (json == nullptr) return std::optional<Item>();
  auto item = read_item(*json);
  if (!item) return item.error();
  return std::optional<Item>(std::move(*item));
}

Result<std::vector<Item>> items_of(const boost::json::object& answer, std::string_view name) {
  std::vector<Item> items;
  const boost::json::value* json = answer.if_contains(name);
  if (json == nullptr) return items;
  if (!json->is_array()) return wrong("its items are no array");
  items.reserve(json->get_array().size());
  for (const boost::json::value& one : json->get_array()) {
    auto item = read_item(one);
    if (!item) return item.error();
    items.push_back(std::move(*item));
  }
  return items;
}

// Says why each write of a transaction was canceled.
struct Reasons {
  std::vector<std::string> codes = {};  // Such as "None" or "ConditionalCheckFailed".
  std::vector<std::optional<Item>> items = {};
};

Result<Reasons> read_reasons(const boost::json::object& answer) {
  const boost::json::value* json = answer.if_contains("CancellationReasons");
  if (json == nullptr || !json->is_array()) return wrong("it has no reasons");
  Reasons reasons;
  for (const boost::json::value& one : json->get_array()) {
    if (!one.is_object()) return wrong("a reason is no object");
    const boost::json::value* code = one.get_object().if_contains("Code");
    // Emulators write null where AWS writes "None".
    const bool is_text = code != nullptr && code->is_string();
    reasons.codes.emplace_back(is_text ? std::string_view(code->get_string()) : "None");
    auto item = item_of(one.get_object(), "Item");
    if (!item) return item.error();
    reasons.items.push_back(std::move(*item));
  }
  return reasons;
}

// Says whether the service has done nothing, and may do it soon.
bool is_passing(std::string_view error) {
  static constexpr std::array kPassing{
      std::string_view("ProvisionedThroughputExceededException"),
      std::string_view("RequestLimitExceeded"),
      std::string_view("ThrottlingException"),
      std::string_view("ThrottlingError"),  // In a transaction.
      std::string_view("ProvisionedThroughputExceeded"),
      std::string_view("TransactionConflictException"),
      std::string_view("TransactionConflict"),
  };
  return std::find(kPassing.begin(), kPassing.end(), error) != kPassing.end();
}

std::string detail_of(const aws::JsonAnswer& answer) {
  return base::printable(answer.error + ": " + answer.message, kWordsMax);
}

}  // namespace

Result<std::optional<Item>> read_get(std::string_view body) {
  return read_object<std::optional<Item>>(
      body, [](const boost::json::object& answer) { return item_of(answer, "Item"); });
}

Result<std::optional<Item>> read_unmet(std::string_view body) {
  return read_get(body);
}

Result<Page> read_page(std::string_view body) {
  return read_object<Page>(body, [](const boost::json::object& answer) -> Result<Page> {
    auto items = items_of(answer, "Items");
    if (!items) return items.error();
    auto next = item_of(answer, "LastEvaluatedKey");
    if (!next) return next.error();
    return Page{std::move(*items), std::move(*next)};
  });
}

Result<BatchAnswer> read_batch(std::string_view body, std::string_view table) {
  return read_object<BatchAnswer>(
      body, [&](const boost::json::object& answer) -> Result<BatchAnswer> {
        BatchAnswer batch;
        const boost::json::value* all = answer.if_contains("Responses");
        if (all != nullptr && all->is_object()) {
          auto items = items_of(all->get_object(), table);
          if (!items) return items.error();
          batch.items = std::move(*items);
        }
        const boost::json::value* open = answer.if_contains("UnprocessedKeys");
        if (open == nullptr || !open->is_object()) return batch;
        const boost::json::value* ours = open->get_object().if_contains(table);
        if (ours == nullptr) return batch;
        if (!ours->is_object()) return wrong("its open keys are no object");
        auto keys = items_of(ours->get_object(), "Keys");
        if (!keys) return keys.error();
        batch.unprocessed = std::move(*keys);
        return batch;
      });
}

Error failure_of(std::string_view action, std::string_view table, const aws::JsonAnswer& answer,
                 bool may_have_acted) {
  Error error{.message = "DynamoDB's " + std::string(action) + " on the table " +
                         base::printable(table, 255),
              .detail = detail_of(answer)};
  if (answer.error == "ResourceNotFoundException") {
    error.code = ErrorCode::refused;
    error.message +=
        ": there is no such table, or it has no such index. Tables are made from tables.json: by "
        "`up` on one machine, else by `deploy`. TABLES_PREFIX must be that of the deployment.";
  } else if (is_passing(answer.error)) {
    error.code = ErrorCode::unavailable;
    error.retryable = true;
    error.message += " has too much to do at present";
  } else if (answer.error == "TransactionInProgressException") {
    error.code = ErrorCode::timed_out;
    error.message += " is under way already, and nobody knows how it ends";
  } else if (answer.error == "ItemCollectionSizeLimitExceededException") {
    error.code = ErrorCode::refused;
    error.message += ": the items of one partition key are more than 10 GB";
  } else if (answer.error == "ValidationException" &&
             answer.message.find("maximum allowed size") != std::string::npos) {
    error.code = ErrorCode::too_large;
    error.message += ": the item is larger than 400 KB";
  } else if (answer.status >= 500) {
    error.code = may_have_acted ? ErrorCode::timed_out : ErrorCode::unavailable;
    error.retryable = !may_have_acted;
    error.message += may_have_acted ? " has failed, and may have been done" : " has failed";
  } else {
    error.code = ErrorCode::internal;
    error.message += " was refused: " + base::printable(answer.error, 100);
  }
  return error;
}

Result<Transacted> read_canceled(std::string_view body, size_t writes) {
  auto reasons = read_object<Reasons>(body, read_reasons);
  if (!reasons) return reasons.error();
  if (reasons->codes.size() != writes) return wrong("a canceled transaction has other writes");
  Transacted result{.done = false, .failed = {}, .items = std::move(reasons->items)};
  bool is_unmet = false;
  bool may_pass = true;
  std::string_view worst;
  for (const std::string& code : reasons->codes) {
    const bool unmet = code == "ConditionalCheckFailed";
    result.failed.push_back(unmet);
    is_unmet = is_unmet || unmet;
    if (unmet || code == "None") continue;
    if (worst.empty() || !is_passing(code)) worst = code;
    may_pass = may_pass && is_passing(code);
  }
  if (worst.empty() && is_unmet) return result;
  Error error{.message = "DynamoDB has canceled a transaction: " +
                         base::printable(worst.empty() ? "no reason is given" : worst, 100)};
  if (!worst.empty() && may_pass) {
    error.code = ErrorCode::unavailable;
    error.retryable = true;
  } else if (worst == "ItemCollectionSizeLimitExceeded") {
    error.code = ErrorCode::refused;
  }
  return error;
}

}  // namespace penstock::dynamodb
