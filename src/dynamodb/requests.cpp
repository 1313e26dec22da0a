#include "dynamodb/requests.h"

#include <utility>

#include "dynamodb/value_json.h"
#include "json/object_writer.h"
#include "json/text.h"

namespace penstock::dynamodb {
namespace {

using base::Result;

// Writes one request. The first failure is kept, and ends it.
class Writing {
 public:
  explicit Writing(std::string& out) : object_(out) {}

  Writing& text(std::string_view name, std::string_view text) {
    object_.member(name, text);
    return *this;
  }
  Writing& boolean(std::string_view name, bool value) {
    object_.member(name, value);
    return *this;
  }
  Writing& number(std::string_view name, int value) {
    object_.member(name, value);
    return *this;
  }
  Writing& item(std::string_view name, const Item& item) {
    if (failure_) failure_ = append_item(object_.key(name), item);
    return *this;
  }
  // Writes an expression's text. Its placeholders are written by end().
  Writing& expression(std::string_view name, const Expression& expression) {
    if (!expression.text.empty()) object_.member(name, placeholders_.take(expression));
    return *this;
  }
  // Asks for the item that does not meet the condition.
  Writing& condition(const Expression& condition) {
    expression("ConditionExpression", condition);
    if (!condition.text.empty()) text("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
    return *this;
  }
  Result<> end() {
    if (!placeholders_.names().empty()) {
      json::ObjectWriter names(object_.key("ExpressionAttributeNames"));
      for (const auto& [placeholder, name] : placeholders_.names()) {
        json::append_string(names.key_of_text(placeholder), name);
      }
      names.end();
    }
    if (!placeholders_.values().empty()) {
      item("ExpressionAttributeValues", placeholders_.values());
    }
    object_.end();
    return failure_;
  }

 private:
  json::ObjectWriter object_;
  Placeholders placeholders_;
  Result<> failure_ = {};
};

// Write all of a request but what is about its answer.
void write(Writing& to, const Put& put) {
  to.item("Item", put.item);
}
void write(Writing& to, const Update& update) {
  to.item("Key", update.key).expression("UpdateExpression", update.update);
}
void write(Writing& to, const Delete& remove) {
  to.item("Key", remove.key);
}
void write(Writing& to, const ConditionCheck& check) {
  to.item("Key", check.key);
}

template <class OneWrite>
Result<ActionRequest> write_request(std::string_view action, std::string_view table,
                                    const OneWrite& one) {
  ActionRequest made{action, {}};
  Writing writing(made.body);
  writing.text("TableName", table);
  write(writing, one);
  if (auto done = writing.condition(one.condition).end(); !done) return done.error();
  return made;
}

std::string_view name_of(const Put&) {
  return "Put";
}
std::string_view name_of(const Update&) {
  return "Update";
}
std::string_view name_of(const Delete&) {
  return "Delete";
}
std::string_view name_of(const ConditionCheck&) {
  return "ConditionCheck";
}

}  // namespace

Result<ActionRequest> request_of(std::string_view table, const Get& get) {
  ActionRequest made{"GetItem", {}};
  Writing writing(made.body);
  writing.text("TableName", table).item("Key", get.key);
  if (get.consistent) writing.boolean("ConsistentRead", true);
  if (auto done = writing.end(); !done) return done.error();
  return made;
}

Result<ActionRequest> request_of(std::string_view table, const Put& put) {
  return write_request("PutItem", table, put);
}
Result<ActionRequest> request_of(std::string_view table, const Update& update) {
  return write_request("UpdateItem", table, update);
}
Result<ActionRequest> request_of(std::string_view table, const Delete& remove) {
  return write_request("DeleteItem", table, remove);
}

Result<ActionRequest> request_of(std::string_view table, const Query& query) {
  ActionRequest made{"Query", {}};
  Writing writing(made.body);
  writing.text("TableName", table);
  if (!query.index.empty()) writing.text("IndexName", query.index);
  writing.expression("KeyConditionExpression", query.key_condition)
      .expression("FilterExpression", query.filter);
  if (query.consistent) writing.boolean("ConsistentRead", true);
  if (!query.forward) writing.boolean("ScanIndexForward", false);
  if (query.limit > 0) writing.number("Limit", query.limit);
  if (query.start) writing.item("ExclusiveStartKey", *query.start);
  if (auto done = writing.end(); !done) return done.error();
  return made;
}

ActionRequest batch_request(std::string_view table, const std::vector<std::string>& keys,
                            bool consistent) {
  ActionRequest made{"BatchGetItem", {}};
  json::ObjectWriter object(made.body);
  json::ObjectWriter tables(object.key("RequestItems"));
  json::ObjectWriter one(tables.key_of_text(table));
  json::ArrayWriter list(one.key("Keys"));
  for (const std::string& key : keys) list.element() += key;
  list.end();
  if (consistent) one.member("ConsistentRead", true);
  one.end();
  tables.end();
  object.end();
  return made;
}

Result<ActionRequest> transaction_request(std::string_view prefix, const std::vector<Write>& writes,
                                          std::string_view token) {
  ActionRequest made{"TransactWriteItems", {}};
  json::ObjectWriter object(made.body);
  object.member("ClientRequestToken", token);
  json::ArrayWriter list(object.key("TransactItems"));
  for (const Write& one : writes) {
    auto done = std::visit(
        [&](const auto& held) -> Result<> {
          json::ObjectWriter element(list.element());
          Writing writing(element.key(name_of(held)));
          writing.text("TableName", std::string(prefix) + one.table);
          write(writing, held);
          auto written = writing.condition(held.condition).end();
          element.end();
          return written;
        },
        one.write);
    if (!done) return done.error();
  }
  list.end();
  object.end();
  return made;
}

}  // namespace penstock::dynamodb
