// Each call of the client against an emulator.
#include <gmock/gmock.h>

#include <set>
#include <vector>

#include "dynamodb/table_expression.h"
#include "judges/tables/judged_tables.h"

namespace penstock::dynamodb {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using Calls = JudgedTables;

TEST_F(Calls, AnItemComesBackAsItWas) {
  const Item sent =
      item("1", {{"bytes", Binary{std::string("\0\xff\n", 3)}},
                 {"list", List{1, "two", true, Null{}, List{}, Map{}}},
                 {"map", Map{{"a.b \"c\"", Map{{"ü", "\U0001f41f \x01 \u2028"}}}}},
                 {"no", false},
                 {"small", Number::parse("1E-130").value()},
                 {"large", Number::parse("-9.9999999999999999999999999999999999999E+125").value()},
                 {"numbers", NumberSet{{Number::parse("0.5").value(), Number(1)}}},
                 {"nothing", Null{}},
                 {"parts", BinarySet{{Binary{"x"}}}},
                 {"text", ""},
                 {"select", "a word that is reserved"},
                 {"texts", StringSet{{"a", "\n"}}}});
  EXPECT_TRUE(put(sent).done);
  const auto got = get("1");
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, sent);
  EXPECT_EQ(get("2"), std::nullopt);
}

TEST_F(Calls, ConditionsSayWhatTheyMean) {
  put(item("1", {{"n", 5},
                 {"s", "abc"},
                 {"size", List{Map{{"name", "x"}}}},
                 {"tags", StringSet{{"a", "b"}}}}));
  const std::vector<std::pair<Expression, bool>> cases{
      {attribute_exists("n"), true},
      {attribute_exists("m"), false},
      {attribute_not_exists("size[0].name"), false},
      {attribute_not_exists("size[1].name"), true},
      {equals("n", 5), true},
      {equals("n", Number::parse("5.0").value()), true},
      {equals("n", "5"), false},
      {differs("n", 5), false},
      {less("n", 6), true},
      {less("n", 5), false},
      {at_most("n", 5), true},
      {greater("n", 5), false},
      {at_least("n", 5), true},
      {between("n", 5, 6), true},
      {between("n", 6, 7), false},
      {begins_with("s", "ab"), true},
      {begins_with("s", "b"), false},
      {contains("tags", "a"), true},
      {contains("s", "d"), false},
      {equals("size[0].name", "x"), true},
      {equals("n", 5) && equals("s", "abc"), true},
      {equals("n", 5) && equals("s", "x"), false},
      {equals("n", 6) || equals("s", "abc"), true},
      {!equals("n", 5), false},
      {!(equals("n", 5) && equals("s", "x")) && begins_with("s", "a"), true},
  };
  for (const auto& [condition, met] : cases) {
    const Written written = update("1", Changes().set("seen", true), condition);
    EXPECT_EQ(written.done, met) << condition.text;
    EXPECT_EQ(written.item.has_value(), !met && has("JUDGE_SAYS_ITEM"));
  }
}

TEST_F(Calls, UpdatesDoWhatTheySay) {
  update("1", Changes().set("a", 1).set("b.c", 1).remove("x"), attribute_exists("b"));
  EXPECT_EQ(get("1"), std::nullopt);
  update("1", Changes().set("a", 1).set("b", Map{{"c", 1}}).add("n", 2).add("t", StringSet{{"x"}}));
  update("1", Changes().set("b.c", 2).set_if_absent("a", 9).set_if_absent("z", 9).add("n", -5));
  update("1", Changes().remove("t"));
  EXPECT_EQ(get("1"), item("1", {{"a", 1}, {"b", Map{{"c", 2}}}, {"n", -3}, {"z", 9}}));
}

TEST_F(Calls, RemovesWhatMeetsTheCondition) {
  put(item("1", {{"v", 1}}));
  EXPECT_FALSE(run(client_->remove("orders", {key("1"), equals("v", 2)}, soon())).value().done);
  EXPECT_TRUE(get("1"));
  EXPECT_TRUE(run(client_->remove("orders", {key("1"), equals("v", 1)}, soon())).value().done);
  EXPECT_FALSE(get("1"));
  EXPECT_TRUE(run(client_->remove("orders", {key("1"), {}}, soon())).value().done);
}

TEST_F(Calls, QueriesReadPageByPage) {
  for (int i = 10; i < 33; ++i) {
    put(item(std::to_string(i), {{"status", own_key() + (i % 2 == 0 ? "even" : "odd")}, {"n", i}}));
  }
  const auto read = [&](Query query) {
    std::vector<std::string> ids;
    int pages = 0;
    do {
      auto page = run(client_->query("orders", query, soon())).value();
      for (const Item& one : page.items) ids.push_back(*find<std::string>(one, "id"));
      query.start = std::move(page.next);
      EXPECT_LT(++pages, 30);
    } while (query.start);
    return ids;
  };
  Query query;
  query.key_condition = equals("owner", own_key());
  query.limit = 7;
  query.consistent = true;
  const auto all = read(query);
  EXPECT_EQ(all.size(), 23u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  query.forward = false;
  EXPECT_EQ(read(query), std::vector<std::string>(all.rbegin(), all.rend()));
  query.forward = true;
  query.filter = at_least("n", 20) && less("n", 25);
  EXPECT_EQ(read(query), (std::vector<std::string>{"20", "21", "22", "23", "24"}));
  query.filter = {};
  query.key_condition = equals("owner", own_key()) && between("id", "11", "13");
  EXPECT_EQ(read(query), (std::vector<std::string>{"11", "12", "13"}));
  query.key_condition = equals("owner", own_key()) && begins_with("id", "2");
  EXPECT_EQ(read(query).size(), 10u);
  Query index;
  index.index = "by_status";
  index.key_condition = equals("status", own_key() + "even") && greater("id", "20");
  index.limit = 4;
  EXPECT_EQ(read(index), (std::vector<std::string>{"22", "24", "26", "28", "30", "32"}));
}

TEST_F(Calls, APageIsAMegabyte) {
  for (int i = 0; i < 5; ++i) {
    put(item(std::to_string(i), {{"text", std::string(300'000, 'x')}}));
  }
  Query query;
  query.key_condition = equals("owner", own_key());
  const Page page = run(client_->query("orders", query, soon())).value();
  EXPECT_LT(page.items.size(), 5u);
  EXPECT_TRUE(page.next);
}

TEST_F(Calls, ABatchReadsAHundredItems) {
  std::vector<Get> gets;
  std::vector<Item> items;
  for (int i = 0; i < 100; ++i) {
    gets.push_back({.key = key(std::to_string(i))});
    if (i % 10 != 0) put(items.emplace_back(item(std::to_string(i), {{"n", i}})));
  }
  gets[0].consistent = true;
  const auto read = run(client_->batch_get("orders", gets, soon())).value().items;
  EXPECT_THAT(read, testing::UnorderedElementsAreArray(items));
  EXPECT_TRUE(run(client_->batch_get("orders", {}, soon())).value().items.empty());
  gets = {{.key = key("1")}, {.key = key("1")}};
  EXPECT_EQ(run(client_->batch_get("orders", gets, soon())).value().items.size(), 1u);
}

TEST_F(Calls, ATransactionDoesAllOrNothing) {
  if (!has("JUDGE_TRANSACTIONS")) GTEST_SKIP() << "this emulator has no transactions";
  put(item("1", {{"n", 1}}));
  put(item("2", {{"n", 1}}));
  put(item("3", {}));
  const auto transact = [&](int n) {
    std::vector<Write> writes{{"orders", Put{item("4", {{"n", n}}), {}}},
                              {"orders", Update{key("1"), Changes().add("n", 1), equals("n", n)}},
                              {"orders", Delete{key("3"), {}}},
                              {"orders", ConditionCheck{key("2"), equals("n", 1)}}};
    return run(client_->transact(std::move(writes), soon())).value();
  };
  const Transacted unmet = transact(7);
  EXPECT_FALSE(unmet.done);
  EXPECT_EQ(unmet.failed, (std::vector<bool>{false, true, false, false}));
  EXPECT_EQ(unmet.items[1], item("1", {{"n", 1}}));
  EXPECT_FALSE(get("4"));
  EXPECT_TRUE(get("3"));
  EXPECT_TRUE(transact(1).done);
  EXPECT_EQ(get("1"), item("1", {{"n", 2}}));
  EXPECT_TRUE(get("4"));
  EXPECT_FALSE(get("3"));
  std::vector<Write> hundred;
  for (int i = 0; i < 100; ++i) hundred.push_back({"orders", Put{item(std::to_string(i), {}), {}}});
  EXPECT_TRUE(run(client_->transact(hundred, soon())).value().done);
}

TEST_F(Calls, AMissingTableIsNamed) {
  const auto missing = run(client_->get("absent", {.key = key("1")}, soon()));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::refused);
  EXPECT_THAT(missing.error().message, HasSubstr("absent: there is no such table"));
  const auto write = run(client_->put("absent", {key("1"), {}}, soon()));
  EXPECT_EQ(write.error().code, ErrorCode::refused);
}

TEST_F(Calls, AWrongRequestIsInternal) {
  const auto wrong = run(client_->get("orders", {.key = {{"owner", 7}}}, soon()));
  EXPECT_EQ(wrong.error().code, ErrorCode::internal) << wrong.error().message;
  Update update{key("1"), {.text = "SET", .names = {}, .values = {}}, {}};
  EXPECT_EQ(run(client_->update("orders", update, soon())).error().code, ErrorCode::internal);
}

TEST_F(Calls, AnItemHas400Kilobytes) {
  EXPECT_TRUE(put(item("1", {{"text", std::string(400'000, 'x')}})).done);
  const auto large =
      run(client_->put("orders", {item("2", {{"text", std::string(410'000, 'x')}}), {}}, soon()));
  EXPECT_EQ(large.error().code, ErrorCode::too_large) << large.error().message;
  const auto grown = run(client_->update(
      "orders", {key("1"), Changes().set("more", std::string(20'000, 'x')), {}}, soon()));
  EXPECT_EQ(grown.error().code, ErrorCode::too_large) << grown.error().message;
}

}  // namespace
}  // namespace penstock::dynamodb
