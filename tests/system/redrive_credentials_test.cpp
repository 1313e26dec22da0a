// `penstock_local redrive` sends nothing that authenticates to a Kafka that only a failure document
// names. These tests need no Kafka: a socket listens where no client may come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kCluster = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/1c2d-4";

class RedriveCredentialsTest : public testing::Test {
 protected:
  RedriveCredentialsTest() { acceptor_.non_blocking(true); }
  ~RedriveCredentialsTest() override {
    boost::asio::ip::tcp::socket client(io_);
    boost::system::error_code error;
    acceptor_.accept(client, error);
    EXPECT_EQ(error, boost::asio::error::would_block) << "a client has connected";
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }
  std::string config(const std::string& members) const {
    return write("config.json", R"({"FunctionName":"f","Topics":["orders"],"StartingPosition":)"
                                R"("LATEST")" +
                                    members + "}");
  }
  // Runs a redrive of a document about records of this Kafka to a topic. It must be left.
  std::string left(const std::string& bootstrap, const std::vector<std::string>& more) {
    const std::string document =
        write("document.json",
              R"({"requestContext":{"condition":"RetryAttemptsExhausted"},"KafkaBatchInfo":)"
              R"({"batchSize":1,"bootstrapServers":")" +
                  bootstrap +
                  R"(","recordsInfo":{"orders-0":{"firstRecordOffset":"1","lastRecordOffset":"1"}})"
                  R"(}})");
    std::vector<std::string> arguments{"redrive", document, "--to-topic", "orders"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    test::Program program("penstock_local", std::move(arguments),
                          {{"PATH", "/usr/bin:/bin"},
                           {"HOME", folder_.path().string()},
                           {"AWS_REGION", "us-east-1"},
                           {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                           {"AWS_SECRET_ACCESS_KEY", "SECRETtest/key"},
                           {"AWS_EC2_METADATA_DISABLED", "true"}},
                          folder_.path() / ("output" + std::to_string(++runs_)));
    EXPECT_EQ(program.exit_status(), 1);
    EXPECT_THAT(program.output(), AllOf(HasSubstr("; the document stays\n"),
                                        HasSubstr("0 documents done (0 records), 1 left")));
    return program.output();
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  const std::string address_ = "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  test::TemporaryFolder folder_;
  int runs_ = 0;
};

TEST_F(RedriveCredentialsTest, NoTokenGoesToWhereADocumentLeads) {
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--iam"}, std::vector<std::string>{"--iam", "--dry-run"}}) {
    EXPECT_THAT(left(address_, more),
                AllOf(HasSubstr("the Kafka at '" + address_ + "', and you named none"),
                      HasSubstr("(--iam)"), HasSubstr("--bootstrap " + address_)));
  }
  EXPECT_THAT(left(address_, {"--iam", "--dry-run", "--config",
                              config(",\"EventSourceArn\":\"" + std::string(kCluster) + "\"")}),
              AllOf(HasSubstr("'" + address_ + "'"), HasSubstr(kCluster)));
}

TEST_F(RedriveCredentialsTest, NoPasswordGoesThere) {
  const std::vector<std::string> more{"--dry-run",
                                      "--property",
                                      "security.protocol=SASL_PLAINTEXT",
                                      "--property",
                                      "sasl.mechanisms=PLAIN",
                                      "--property",
                                      "sasl.username=user",
                                      "--property",
                                      "sasl.password=SECRETtest"};
  EXPECT_THAT(left(address_, more),
              AllOf(HasSubstr("'" + address_ + "'"), testing::Not(HasSubstr("SECRETtest"))));
}

TEST_F(RedriveCredentialsTest, AnotherKafkaThanTheNamedOneIsRefusedWithBothNames) {
  const std::string other = "kafka.example.com:9098";
  EXPECT_THAT(left(other, {"--dry-run", "--bootstrap", address_}),
              AllOf(HasSubstr("'" + other + "'"), HasSubstr("'" + address_ + "'"),
                    HasSubstr("--known-as " + other)));
  EXPECT_THAT(
      left(other,
           {"--dry-run", "--config",
            config(R"(,"SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":[")" +
                   address_ + "\"]}}")}),
      AllOf(HasSubstr("'" + other + "'"), HasSubstr("'" + address_ + "'")));
}

}  // namespace
}  // namespace penstock
