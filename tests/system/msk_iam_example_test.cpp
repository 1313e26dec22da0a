// These tests run the producer of docs/msk-iam with an Apache Kafka that checks its token, and with
// a server that never answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "support/iam_api.h"
#include "support/kafka_client.h"

namespace penstock {
namespace {

using test::key_of;
using testing::HasSubstr;

class MskIamExampleTest : public test::IamKafkaTest {};

TEST_F(MskIamExampleTest, StoresARecord) {
  ASSERT_TRUE(test::create_topic(kafka_->plain_bootstrap(), "example", 1));
  const test::TemporaryFolder folder;
  base::Environment environment = keys(key_of(0));
  environment.emplace("SSL_CERT_FILE", kafka_->certificate_file().string());
  test::Program program("msk_iam_example", {kafka_->bootstrap(), "us-east-1", "example", "hello"},
                        environment, folder.path() / "out");
  EXPECT_EQ(program.exit_status(), 0) << program.output();
  EXPECT_EQ(program.output(), "Success\n");
  const auto records = test::read_topic(kafka_->plain_bootstrap(), "example");
  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ(records->front().value, "hello");
}

// The listener accepts and stays silent, so librdkafka has no event for ten seconds.
TEST_F(MskIamExampleTest, OutlivesSecondsWithoutAnEvent) {
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
  const std::string address = "127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  const test::TemporaryFolder folder;
  test::Program program("msk_iam_example", {address, "us-east-1", "example", "hello"},
                        keys(key_of(0)), folder.path() / "out");
  EXPECT_EQ(program.exit_status(), 1);
  EXPECT_THAT(program.output(), HasSubstr("Local: Message timed out"));
}

}  // namespace
}  // namespace penstock
