#include "apps/local/service_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace penstock::apps {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

ServiceEnv with_tables() {
  ServiceEnv service;
  service.folder = "/services/orders";
  service.service = "orders";
  service.tables = "tables.json";
  return service;
}

TEST(ServiceServers, AreNoneWithoutTables) {
  const auto all = servers_of({}, {}, {.tables = "moto"}, "/data");
  ASSERT_TRUE(all);
  EXPECT_THAT(all->servers, IsEmpty());
  EXPECT_THAT(all->variables, IsEmpty());
  EXPECT_THAT(all->notes, IsEmpty());
}

TEST(ServiceServers, PlayDynamoDbWithVariablesForBothPrograms) {
  const auto all = servers_of(with_tables(), {}, {.tables = "moto"}, "/data");
  ASSERT_TRUE(all);
  ASSERT_THAT(all->servers, SizeIs(1));
  const auto& server = all->servers.front();
  EXPECT_EQ(server.command, "moto");
  EXPECT_EQ(server.folder, "/services/orders");
  EXPECT_GT(server.port, 0);
  EXPECT_EQ(server.environment.at("TABLES"), "/services/orders/tables.json");
  EXPECT_EQ(server.environment.at("TABLES_PREFIX"), "orders-");
  EXPECT_EQ(all->variables.at("AWS_ENDPOINT_URL_DYNAMODB"),
            "http://127.0.0.1:" + std::to_string(server.port));
  EXPECT_EQ(all->variables.at("AWS_REGION"), "us-east-1");
  EXPECT_EQ(all->variables.at("AWS_ACCESS_KEY_ID"), "local");
  EXPECT_EQ(all->variables.at("TABLES_PREFIX"), "orders-");
}

TEST(ServiceServers, TakeRegionAndPrefixOfTheEnvironment) {
  const auto all =
      servers_of(with_tables(), {{"AWS_REGION", "eu-central-1"}, {"TABLES_PREFIX", "test-"}},
                 {.tables = "moto"}, "/data");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->variables.at("AWS_REGION"), "eu-central-1");
  EXPECT_EQ(all->variables.at("TABLES_PREFIX"), "test-");
  EXPECT_EQ(all->servers.front().environment.at("AWS_REGION"), "eu-central-1");
  EXPECT_EQ(all->servers.front().environment.at("TABLES_PREFIX"), "test-");
}

TEST(ServiceServers, LeaveAnEndpointOfTheUserAlone) {
  const auto all = servers_of(with_tables(),
                              {{"AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:4567"},
                               {"AWS_ACCESS_KEY_ID", "mine"},
                               {"HOME", "/root"}},
                              {.tables = "moto"}, "/data");
  ASSERT_TRUE(all);
  EXPECT_THAT(all->servers, IsEmpty());
  EXPECT_THAT(all->variables,
              ElementsAre(testing::Pair("AWS_ACCESS_KEY_ID", "mine"),
                          testing::Pair("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:4567"),
                          testing::Pair("TABLES_PREFIX", "orders-")));
  EXPECT_THAT(all->notes, ElementsAre(HasSubstr("http://127.0.0.1:4567")));
}

TEST(ServiceServers, AFunctionAloneFindsWhatTheEnvironmentNames) {
  ServiceEnv service = with_tables();
  service.database = "orders";
  base::Environment environment{{"AWS_ACCESS_KEY_ID", "mine"}, {"HOME", "/root"}};
  // Without an endpoint it gets no credentials.
  EXPECT_THAT(variables_without_servers(service, environment),
              ElementsAre(testing::Pair("TABLES_PREFIX", "orders-")));
  environment["AWS_ENDPOINT_URL_DYNAMODB"] = "http://127.0.0.1:4567";
  environment["DATABASE_URL"] = "postgresql://127.0.0.1/orders";
  EXPECT_THAT(variables_without_servers(service, environment),
              ElementsAre(testing::Pair("AWS_ACCESS_KEY_ID", "mine"),
                          testing::Pair("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:4567"),
                          testing::Pair("DATABASE_URL", "postgresql://127.0.0.1/orders"),
                          testing::Pair("TABLES_PREFIX", "orders-")));
  EXPECT_THAT(variables_without_servers({}, environment), IsEmpty());
}

TEST(ServiceServers, SayThatNothingPlaysDynamoDb) {
  const auto all = servers_of(with_tables(), {}, {}, "/data");
  ASSERT_TRUE(all);
  EXPECT_THAT(all->servers, IsEmpty());
  EXPECT_THAT(all->notes, ElementsAre(HasSubstr("tables.json declares tables")));
}

class ServiceDatabase : public testing::Test {
 protected:
  ServiceDatabase() {
    std::string name = (std::filesystem::temp_directory_path() / "penstock_test_XXXXXX").string();
    data = ::mkdtemp(name.data());
    service.folder = data;
    service.service = "orders";
    service.database = "orders";
  }
  ~ServiceDatabase() override { std::filesystem::remove_all(data); }

  std::filesystem::path data;
  ServiceEnv service;
};

TEST_F(ServiceDatabase, IsAServerWhoseUrlBothProgramsHave) {
  const auto all = servers_of(service, {}, {.database = "server"}, data);
  const auto again = servers_of(service, {}, {.database = "server"}, data);

  ASSERT_TRUE(all && again);
  ASSERT_THAT(all->servers, SizeIs(1));
  const auto& server = all->servers.front();
  EXPECT_EQ(server.command, "server");
  EXPECT_EQ(server.environment.at("DATABASE"), "orders");
  EXPECT_EQ(server.environment.at("DATA"), data.string());
  EXPECT_FALSE(server.environment.contains("SCHEMA"));
  const std::string& url = all->variables.at("DATABASE_URL");
  EXPECT_THAT(url,
              testing::MatchesRegex("postgresql://orders:[0-9a-f]{48}@127.0.0.1:[0-9]+/orders"));
  const auto password = [](const std::string& of) { return of.substr(20, 48); };
  EXPECT_EQ(password(url), password(again->variables.at("DATABASE_URL")));
}

TEST_F(ServiceDatabase, GetsTheSchemaBesideTheService) {
  std::ofstream(data / "schema.sql") << "SELECT 1;";

  const auto all = servers_of(service, {}, {.database = "server"}, data);

  ASSERT_TRUE(all);
  EXPECT_EQ(all->servers.front().environment.at("SCHEMA"), (data / "schema.sql").string());
}

TEST_F(ServiceDatabase, IsThatOfTheUserIfHeNamesOne) {
  const auto all =
      servers_of(service, {{"DATABASE_URL", "postgresql://mine"}}, {.database = "server"}, data);

  ASSERT_TRUE(all);
  EXPECT_THAT(all->servers, IsEmpty());
  EXPECT_EQ(all->variables.at("DATABASE_URL"), "postgresql://mine");
  EXPECT_THAT(all->notes, ElementsAre(Not(HasSubstr("mine"))));
}

}  // namespace
}  // namespace penstock::apps
