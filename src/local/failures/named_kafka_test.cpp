#include "local/failures/named_kafka.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::local {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kArn = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/1c2d-4";
constexpr const char* kMsk = "b-1.orders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com:9098";
constexpr const char* kMsk2 = "b-2.orders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com:9098";

// Returns the address for this document, or "refused: …". Credentials are marked by "+".
std::string address_of(const NamedKafka& kafka, std::string_view document) {
  const auto address = kafka.address_of(document);
  if (!address) {
    EXPECT_EQ(address.error().code, base::ErrorCode::refused);
    return "refused: " + address.error().message;
  }
  return (address->may_authenticate ? "+" : "") + address->bootstrap;
}

TEST(NamedKafka, OnlyTheNamedKafkaIsContacted) {
  const NamedKafka kafka{.bootstrap = "Kafka.example.com:9098,10.0.0.1:9098,[FD00::1]:9098,plain"};
  const std::string own = "+" + kafka.bootstrap;
  for (const char* document :
       {"", "kafka.example.com:9098", "KAFKA.EXAMPLE.COM:9098", "kafka.example.com.:9098",
        "other:1,kafka.example.com:9098", " kafka.example.com:9098 , other:1", "10.0.0.1:9098",
        "[fd00::1]:9098", "[fd00:0:0:0:0:0:0:1]:9098", "plain:9092", "plain"}) {
    EXPECT_EQ(address_of(kafka, document), own) << document;
  }
  for (const char* document : {"other:9098", "kafka.example.com:9099", "kafka.example.com",
                               "10.0.0.10:9098", "kafka.example.com.evil.example:9098",
                               "[fd00::2]:9098", "xkafka.example.com:9098", "other:1,another:2"}) {
    EXPECT_THAT(address_of(kafka, document), HasSubstr("refused: it is about the Kafka at "))
        << document;
  }
}

TEST(NamedKafka, TheNamedOneIsReadAsLibrdkafkaDoes) {
  for (const char* bootstrap :
       {"kafka:9098,", "x:1,,kafka:9098", ",kafka:9098", " kafka:9098 , ", "SASL_SSL://kafka:9098",
        "sasl_ssl://kafka:9098/path", "SSL://x:1,SSL://Kafka:9098"}) {
    const NamedKafka kafka{.bootstrap = bootstrap};
    EXPECT_TRUE(kafka.check()) << bootstrap;
    EXPECT_EQ(address_of(kafka, "kafka:9098"), "+" + kafka.bootstrap);
    EXPECT_THAT(address_of(kafka, "other:9098"), HasSubstr("refused: it is about")) << bootstrap;
  }
  for (const char* wrong : {",", " ", "http://kafka:9098", "kafka:9098,kafka:x", "kafka:9098/path",
                            "SSL://", "kafka:65536", "a b:1"}) {
    const auto checked = NamedKafka{.bootstrap = wrong}.check();
    ASSERT_FALSE(checked) << wrong;
    EXPECT_EQ(checked.error().message, "--bootstrap, or SelfManagedEventSource in --config: '" +
                                           std::string(wrong) + "' is not HOST:PORT,…");
  }
}

TEST(NamedKafka, ARefusalHasBothNamesAndAWayOut) {
  const NamedKafka kafka{.bootstrap = "localhost:9092"};
  EXPECT_EQ(address_of(kafka, "Kafka-1:9098,kafka-2:9098"),
            "refused: it is about the Kafka at 'kafka-1:9098,kafka-2:9098', and you named the one "
            "at 'localhost:9092'. Name the document's Kafka with --bootstrap or, if both are the "
            "same, add --known-as kafka-1:9098");
}

TEST(NamedKafka, AnotherNameOfItMayBeTold) {
  const NamedKafka tunnel{.bootstrap = "localhost:19098", .known_as = {"kafka:9098", "Other"}};
  EXPECT_TRUE(tunnel.check());
  EXPECT_EQ(address_of(tunnel, "kafka:9098"), "+localhost:19098");
  EXPECT_EQ(address_of(tunnel, "other:9092,x:1"), "+localhost:19098");
  EXPECT_THAT(address_of(tunnel, "kafka:9092"), HasSubstr("refused"));
  for (const char* wrong : {"", "a b:1", "kafka:", "kafka:0", "kafka:65536", "kafka:9x", ":9092"}) {
    const auto checked = NamedKafka{.bootstrap = "b:1", .known_as = {wrong}}.check();
    ASSERT_FALSE(checked) << wrong;
    EXPECT_EQ(checked.error().message, "--known-as: '" + std::string(wrong) + "' is not HOST:PORT");
  }
  EXPECT_FALSE((NamedKafka{.event_source_arn = kArn, .known_as = {"kafka:9098"}}.check()));
}

TEST(NamedKafka, ADocumentMayNameHostsOfTheClusterInTheConfig) {
  const NamedKafka kafka{.event_source_arn = kArn, .iam = true};
  EXPECT_EQ(address_of(kafka, kMsk), "+" + std::string(kMsk));
  EXPECT_EQ(address_of(kafka, std::string(kMsk) + "," + kMsk2),
            "+" + std::string(kMsk) + "," + kMsk2);
  EXPECT_EQ(address_of(kafka, "B-1.orders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com.:9098"),
            "+" + std::string(kMsk));
  for (const std::string& document :
       {std::string("localhost:9098"), std::string(kMsk) + ",kafka.example.com:9098",
        "kafka.example.com:9098," + std::string(kMsk), std::string(kMsk) + ".example.com:9098",
        std::string("b-1.other.a1b2c3.c4.kafka.eu-west-1.amazonaws.com:9098"),
        std::string("b-1.orders.a1b2c3.c4.kafka.us-east-1.amazonaws.com:9098")}) {
    const std::string result = address_of(kafka, document);
    EXPECT_THAT(result, HasSubstr("refused: ")) << document;
  }
  EXPECT_THAT(address_of(kafka, "localhost:9098"),
              AllOf(HasSubstr("'localhost:9098'"), HasSubstr(kArn),
                    HasSubstr("name it with --bootstrap localhost:9098")));
  EXPECT_THAT(address_of(kafka, ""), HasSubstr("name it with --bootstrap"));
  // What is no cluster's ARN agrees with nothing.
  EXPECT_THAT(address_of({.event_source_arn = "arn:aws:kafka:x"}, kMsk), HasSubstr("refused"));
}

TEST(NamedKafka, WithoutAnyNameADocumentIsFollowedOnlyWithoutCredentials) {
  EXPECT_EQ(address_of({}, "localhost:9092"), "localhost:9092");
  EXPECT_EQ(
      address_of({.properties = {{"security.protocol", "SSL"}, {"ssl.ca.location", "x"}}}, kMsk),
      kMsk);
  EXPECT_EQ(address_of({}, ""),
            "refused: it does not name the Kafka with its records: name it with --bootstrap "
            "HOST:PORT");
  EXPECT_EQ(address_of({.iam = true}, "kafka:9098"),
            "refused: it is about the Kafka at 'kafka:9098', and you named none. Credentials "
            "(--iam) go only where you say. If you know that Kafka, name it with --bootstrap "
            "kafka:9098");
  EXPECT_THAT(address_of({.properties = {{"sasl.password", "p"}}}, "kafka:9098"),
              AllOf(HasSubstr("(--property sasl.password)"), HasSubstr("refused")));
  // They are asked with MSK IAM unless a property says otherwise.
  for (const std::string& document : {std::string(kMsk), "localhost:1," + std::string(kMsk),
                                      std::string("boot-x.c1.kafka-serverless.eu-west-1.amazonaws."
                                                  "COM.:9098")}) {
    EXPECT_THAT(address_of({}, document), HasSubstr("(MSK IAM)")) << document;
  }
}

TEST(NamedKafka, KnowsThePropertiesThatAuthenticate) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"security.protocol", "SASL_SSL"},
                                                        {"security.protocol", "sasl_plaintext"},
                                                        {"sasl.username", "u"},
                                                        {"sasl.password", "p"},
                                                        {"sasl.mechanism", "GSSAPI"},
                                                        {"sasl.kerberos.keytab", "f"},
                                                        {"sasl.oauthbearer.client.secret", "s"},
                                                        {"ssl.key.location", "f"},
                                                        {"ssl.key.pem", "k"},
                                                        {"ssl.key.password", "p"},
                                                        {"ssl.keystore.location", "f"},
                                                        {"ssl.keystore.password", "p"},
                                                        {"ssl.certificate.location", "f"},
                                                        {"ssl.engine.location", "f"},
                                                        {"ssl.providers", "p"},
                                                        {"ssl.something.new", "x"},
                                                        {"plugin.library.paths", "f"}}) {
    EXPECT_TRUE(may_authenticate({name, value})) << name;
  }
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"security.protocol", "SSL"},
           {"security.protocol", "plaintext"},
           {"ssl.ca.location", "f"},
           {"ssl.endpoint.identification.algorithm", "none"},
           {"client.id", "me"},
           {"socket.timeout.ms", "1000"}}) {
    EXPECT_FALSE(may_authenticate({name, value})) << name;
  }
}

TEST(NamedKafka, RefusesAListThatItCannotRead) {
  for (const std::string& document :
       {std::string("a,,b"), std::string(","), std::string("a:1,"), std::string("a b:1"),
        std::string("SASL_SSL://kafka:9098"), std::string("kafka:9098/path"),
        std::string("user@kafka:9098"), std::string("kafka:"), std::string("kafka:-1"),
        std::string("kafka:+1"), std::string("[fd00::1"), std::string("[kafka]:1"),
        std::string("[fe80::1%eth0]:1"), std::string("ka\nfka:1"), std::string("kafka\0:1", 8),
        std::string(".:1"), std::string("käfka:1"), std::string(300, 'a') + ":1",
        std::string(20'000, ',')}) {
    const std::string result = address_of({}, document);
    EXPECT_THAT(result, HasSubstr("refused: its bootstrapServers are not HOST:PORT,…: '"))
        << document;
    EXPECT_LT(result.size(), 500u);
    EXPECT_EQ(result.find('\n'), std::string::npos);
    EXPECT_THAT(address_of({.bootstrap = "kafka:1"}, document), HasSubstr("refused"));
  }
}

}  // namespace
}  // namespace penstock::local
