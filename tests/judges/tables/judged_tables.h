#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "base/configuration.h"
#include "dynamodb/dynamodb_client.h"
#include "support/test_start.h"

namespace penstock::dynamodb {

// Uses the tables of an emulator that judge_tables.py has started. The environment has:
//   AWS_ENDPOINT_URL_DYNAMODB, AWS_REGION and credentials
//   JUDGE_SAYS_ITEM      "yes" if a condition that is not met comes with the item
//   JUDGE_TRANSACTIONS   "yes" if there are transactions
//   JUDGE_SERVER         the emulator's process
class JudgedTables : public testing::Test {
 protected:
  JudgedTables() {
    auto made = Client::make(start_.start);
    client_ = std::move(made.value());
  }

  static std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  }
  static bool has(const char* name) { return variable(name) == "yes"; }
  static auto soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

  template <class T>
  T run(async::Awaitable<T> work) {
    return start_.run(std::move(work));
  }
  // Returns a partition key that no other test has.
  [[nodiscard]] static std::string own_key() {
    return testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  [[nodiscard]] Item key(const std::string& id) const { return {{"owner", own_key()}, {"id", id}}; }
  [[nodiscard]] Item item(const std::string& id, Item more) const {
    more.merge(key(id));
    return more;
  }

  Written put(Item item, Expression condition = {}) {
    auto written = run(client_->put("orders", {std::move(item), std::move(condition)}, soon()));
    return std::move(written.value());
  }
  std::optional<Item> get(const std::string& id) {
    Get get;
    get.key = key(id);
    get.consistent = true;
    return run(client_->get("orders", get, soon())).value();
  }
  Written update(const std::string& id, Expression changes, Expression condition = {}) {
    Update update;
    update.key = key(id);
    update.update = std::move(changes);
    update.condition = std::move(condition);
    return run(client_->update("orders", std::move(update), soon())).value();
  }

  test::TestStart start_{base::process_environment()};
  std::unique_ptr<Client> client_;
};

}  // namespace penstock::dynamodb
