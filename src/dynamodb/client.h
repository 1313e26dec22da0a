#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"
#include "dynamodb/value.h"
#include "resources/start.h"
#include "upstream/client.h"

namespace penstock::dynamodb {

// Is a condition, a filter or an update, in DynamoDB's own language of expressions, with the names
// (#a) and the values (:a) that stand in it.
struct Expression {
  std::string text = {};
  std::map<std::string, std::string, std::less<>> names = {};
  Map values = {};
};

struct Get {
  Item key = {};
  bool consistent = false;  // A consistent read costs twice as much.
};
struct Put {
  Item item = {};
  Expression condition = {};  // None if its text is empty.
};
struct Update {
  Item key = {};
  Expression update = {};
  Expression condition = {};
};
struct Delete {
  Item key = {};
  Expression condition = {};
};
// Asks that an item meets a condition, within a transaction.
struct ConditionCheck {
  Item key = {};
  Expression condition = {};
};
struct Query {
  Expression key_condition = {};
  Expression filter = {};
  std::string index = {};    // Empty for the table itself.
  bool consistent = false;   // Not with a global index.
  bool forward = true;       // In the order of the sort key.
  int limit = 0;             // Items that are looked at; 0 for a page of 1 MB.
  std::optional<Item> start = {};  // Where a page begins: Page::next of the one before.
};
struct Page {
  std::vector<Item> items = {};
  std::optional<Item> next = {};  // Nothing behind the last page.
};
// What a write with a condition has come to.
struct Written {
  bool done = true;                // False if the condition was not met: nothing has changed.
  std::optional<Item> item = {};   // The item as it is, if the service tells.
};
// One write of a transaction, with its table.
struct Write {
  std::string table = {};
  std::variant<Put, Update, Delete, ConditionCheck> write;
};
struct Transacted {
  bool done = true;
  // Says for each write whether its condition was not met. Empty if the transaction is done.
  std::vector<bool> failed = {};
};

// Reads and writes tables. A table is named as in tables.json; the setting TABLES_PREFIX of the
// environment is put before it (docs/tables.md). Every call ends at its deadline. Failures are
// those of aws::JsonClient::call(); throttling to the end is `unavailable` and retryable; a missing
// table is `refused`, and the message says how it is made. A write that has failed with `timed_out`
// may have been done.
class Client {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<Client>> make(const resources::Start& start,
                                                                  upstream::Settings settings = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  template <class T>
  using Awaited = async::Awaitable<base::Result<T>>;
  using Deadline = async::SteadyTime;

  [[nodiscard]] Awaited<std::optional<Item>> get(std::string table, Get get, Deadline deadline);
  [[nodiscard]] Awaited<Written> put(std::string table, Put put, Deadline deadline);
  [[nodiscard]] Awaited<Written> update(std::string table, Update update, Deadline deadline);
  [[nodiscard]] Awaited<Written> remove(std::string table, Delete remove, Deadline deadline);
  [[nodiscard]] Awaited<Page> query(std::string table, Query query, Deadline deadline);
  // Reads up to 100 items; keys that the service leaves out are asked again. Missing items are
  // left out; the order is not that of the keys.
  [[nodiscard]] Awaited<std::vector<Item>> batch_get(std::string table, std::vector<Get> gets,
                                                     Deadline deadline);
  // Does all of up to 100 writes, or none. It is not repeated where it may have been done.
  [[nodiscard]] Awaited<Transacted> transact(std::vector<Write> writes, Deadline deadline);

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::dynamodb
