#include "contract/structure/operation_names.h"

#include <gtest/gtest.h>

#include "contract/document/sources.h"

namespace penstock::contract {
namespace {

TEST(OperationNames, AreMadeFromMethodAndPath) {
  struct Row {
    const char* method;
    const char* path;
    const char* name;
  };
  const Row rows[] = {{"GET", "/orders/{id}", "getOrdersById"},
                      {"POST", "/orders", "postOrders"},
                      {"DELETE", "/Order-Items/{item_id}/x", "deleteOrderItemsByItemIdX"},
                      {"GET", "/", "getRoot"},
                      {"PUT", "/v1/{name}:cancel", "putV1ByNameCancel"},
                      {"GET", "/files/{id}.{extension}", "getFilesByIdByExtension"},
                      {"PATCH", "/2.0/a", "patch20A"},
                      {"GET", "/заказы", ""}};
  for (const Row& row : rows) EXPECT_EQ(short_name(row.method, row.path), row.name) << row.path;
  EXPECT_EQ(full_name("GET", "/a-b/{id}"), "get_2Fa_2Db_2F_7Bid_7D");
  EXPECT_EQ(full_name("GET", "/ж"), "get_2F_D0_B6");
}

class OperationNamesTest : public testing::Test {
 protected:
  // Makes the names of these paths with GET, in this order.
  std::vector<std::string> made(const std::vector<std::string>& paths) {
    std::vector<std::string> names(paths.size());
    for (size_t i = 0; i < paths.size(); ++i) names_.want(operation_, "GET", paths[i], names[i]);
    names_.finish();
    return names;
  }

  Sources sources_{[](const std::string&) -> base::Result<std::string> {
    return base::Error{.code = base::ErrorCode::not_found, .message = "none"};
  }};
  OperationNames names_{sources_};
  Node operation_;
};

TEST_F(OperationNamesTest, DoNotDependOnTheOrder) {
  const std::vector<std::string> names = made({"/a-b", "/c", "/a_b"});
  EXPECT_EQ(names, (std::vector<std::string>{"get_2Fa_2Db", "getC", "get_2Fa_5Fb"}));
  EXPECT_EQ(made({"/a_b", "/a-b", "/c"}),
            (std::vector<std::string>{"get_2Fa_5Fb", "get_2Fa_2Db", "getC"}));
  EXPECT_TRUE(sources_.sound());
}

TEST_F(OperationNamesTest, RefuseAClashWithADeclaredOne) {
  Node id;
  id.kind = Node::Kind::string;
  id.text = "getA";
  Node other;
  names_.declare(other, id);
  names_.declare(other, id);
  EXPECT_TRUE(sources_.sound());
  EXPECT_TRUE(names_.declares("getA"));
  EXPECT_FALSE(names_.declares("getB"));
  (void)made({"/a"});
  ASSERT_EQ(sources_.problems().sorted().size(), 1u);
  EXPECT_EQ(sources_.problems().sorted()[0].kind, "operation-id-clash");
  id.line = 2;
  names_.declare(operation_, id);
  ASSERT_EQ(sources_.problems().sorted().size(), 2u);
  EXPECT_EQ(sources_.problems().sorted()[1].kind, "operation-id-twice");
}

}  // namespace
}  // namespace penstock::contract
