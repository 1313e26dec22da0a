// These tests ask a real PostgreSQL by a URL that AWS Secrets Manager, which the test plays, keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "integration/postgres_test.h"
#include "support/fake_endpoint.h"

namespace penstock::postgres {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Reply = test::FakeEndpoint::Reply;

constexpr const char* kArn =
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-a1b2c3";

Reply secret(std::string_view url) {
  return {.body = R"({"ARN":"x","SecretString":")" + std::string(url) + "\"}"};
}

Reply refusal(const std::string& name) {
  return {.body = R"({"__type":")" + name + R"(","message":"no"})", .status = "400 Bad Request"};
}

class PostgresSecretTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    secrets_.answer_with([url = std::string(server().url())](const auto&) { return secret(url); });
    start_.environment = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                          {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
                          {"AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets_.url()},
                          {"DATABASE_URL_SECRET", kArn}};
  }
  [[nodiscard]] std::unique_ptr<Pool> pool_of_secret(Settings settings = {}) {
    return std::move(Pool::make(start_.start, std::move(settings)).value());
  }
  // Makes the server end all other connections, so that the pool must open new ones.
  void end_connections(Pool& admin) {
    static_cast<void>(query(admin,
                            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE "
                            "usename = current_user AND pid <> pg_backend_pid()"));
  }

  test::FakeEndpoint secrets_{[](const auto&) { return Reply{}; }};
};

TEST_F(PostgresSecretTest, TheUrlIsReadForTheFirstConnection) {
  const auto pool = pool_of_secret();
  EXPECT_THAT(secrets_.requests(), SizeIs(0));
  EXPECT_EQ(value_of(*pool, "SELECT 7"), "7");
  EXPECT_EQ(value_of(*pool, "SELECT 8"), "8");
  const auto requests = secrets_.requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_THAT(requests[0], AllOf(HasSubstr("X-Amz-Target: secretsmanager.GetSecretValue\r\n"),
                                 HasSubstr("/eu-central-1/secretsmanager/aws4_request"),
                                 HasSubstr(std::string(R"({"SecretId":")") + kArn + "\"}")));
}

TEST_F(PostgresSecretTest, ManyCallsReadItOnce) {
  const auto pool = pool_of_secret({.connections_max = 4});
  size_t done = 0;
  for (int i = 0; i < 4; ++i) {
    Statement statement{"SELECT pg_sleep(0.01)"};
    boost::asio::co_spawn(start_.io.get_executor(),
                          pool->query(std::move(statement), in(std::chrono::seconds(60))),
                          [&](std::exception_ptr, const base::Result<Rows>& rows) {
                            EXPECT_TRUE(rows) << base::describe(rows.error());
                            ++done;
                          });
  }
  while (done < 4) start_.io.run_one();
  EXPECT_THAT(secrets_.requests(), SizeIs(1));
}

TEST_F(PostgresSecretTest, ANewPasswordIsReadWhenTheServerRefusesTheOldOne) {
  const std::string old_url(server().url());
  const size_t begin = std::string("postgresql://penstock_test:").size();
  const std::string old_password = old_url.substr(begin, old_url.find('@') - begin);
  std::string new_url = old_url;
  new_url.replace(begin, old_password.size(), "rotated");
  const auto admin = make_pool({.connections_max = 1});
  const auto pool = pool_of_secret();
  EXPECT_EQ(value_of(*pool, "SELECT 1"), "1");
  EXPECT_TRUE(query(*admin, "ALTER ROLE penstock_test PASSWORD 'rotated'"));

  // The secret is still the old one: a clear error, and nothing is asked of AWS twice at once.
  end_connections(*admin);
  for (int i = 0; i < 3; ++i) {
    const auto refused = query(*pool, "SELECT 2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
    EXPECT_EQ(sql_state(refused.error()), "28P01");
    EXPECT_THAT(refused.error().detail,
                AllOf(HasSubstr("password authentication failed"), Not(HasSubstr(old_password))));
  }
  EXPECT_THAT(secrets_.requests(), SizeIs(2));
  EXPECT_THAT(start_.logged(), Not(HasSubstr(old_password)));

  // It is the new one now: the next call succeeds without a new start.
  EXPECT_TRUE(query(*admin, "ALTER ROLE penstock_test PASSWORD '" + old_password + "'"));
  const auto other = pool_of_secret({.name = "other"});
  EXPECT_EQ(value_of(*other, "SELECT 3"), "3");
  EXPECT_TRUE(query(*admin, "ALTER ROLE penstock_test PASSWORD 'rotated'"));
  end_connections(*admin);
  secrets_.answer_with([&](const auto&) { return secret(new_url); });
  EXPECT_EQ(value_of(*other, "SELECT 4"), "4");
  EXPECT_TRUE(query(*admin, "ALTER ROLE penstock_test PASSWORD '" + old_password + "'"));
}

TEST_F(PostgresSecretTest, ASecretThatCannotBeReadIsAClearError) {
  const auto pool = pool_of_secret();
  const auto fails_with = [&](Reply reply, base::ErrorCode code, const std::string& words) {
    secrets_.answer_with([reply](const auto&) { return reply; });
    const auto rows = query(*pool, "SELECT 1");
    ASSERT_FALSE(rows) << words;
    EXPECT_EQ(rows.error().code, code) << words;
    EXPECT_THAT(base::describe(rows.error()), HasSubstr(words));
  };
  fails_with(refusal("ResourceNotFoundException"), base::ErrorCode::refused,
             "ResourceNotFoundException");
  fails_with(refusal("AccessDeniedException"), base::ErrorCode::refused,
             "secretsmanager:GetSecretValue");
  fails_with({.body = R"({"SecretBinary":"AAAA"})"}, base::ErrorCode::invalid, "--secret-string");
  fails_with(secret("mysql://a:hidden@b"), base::ErrorCode::invalid, "is not one of PostgreSQL");
  fails_with({.raw = "garbage\r\n\r\n"}, base::ErrorCode::unavailable, "GetSecretValue");
  EXPECT_THAT(start_.logged(), Not(HasSubstr("hidden")));
  secrets_.answer_with([url = std::string(server().url())](const auto&) { return secret(url); });
  EXPECT_EQ(value_of(*pool, "SELECT 1"), "1");
}

TEST_F(PostgresSecretTest, AServiceThatHangsEndsAtTheDeadline) {
  secrets_.answer_with([](const auto&) { return Reply{.hang = true}; });
  const auto pool = pool_of_secret();
  Statement statement{"SELECT 1"};
  const auto rows = run(pool->query(std::move(statement), in(std::chrono::milliseconds(300))));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, base::ErrorCode::unavailable);
  EXPECT_TRUE(rows.error().retryable);
}

TEST_F(PostgresSecretTest, AWrongArnIsRefusedAtTheStart) {
  for (const char* wrong : {"orders", "arn:aws:ssm:eu-central-1:123456789012:parameter/orders",
                            "arn:aws:secretsmanager::123456789012:secret:orders",
                            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"}) {
    start_.environment["DATABASE_URL_SECRET"] = wrong;
    const auto pool = Pool::make(start_.start);
    ASSERT_FALSE(pool) << wrong;
    EXPECT_EQ(pool.error().code, base::ErrorCode::invalid) << wrong;
  }
}

}  // namespace
}  // namespace penstock::postgres
