#include "aws/services/msk_hosts.h"

#include <gtest/gtest.h>

namespace penstock::aws {
namespace {

constexpr const char* kProvisioned =
    "arn:aws:kafka:eu-west-1:123456789012:cluster/My-Orders/1c2d-4e5f-4";
constexpr const char* kServerless =
    "arn:aws:kafka:eu-west-1:123456789012:cluster/My-Orders/1c2d-4e5f-s3";

bool may_have(const std::string& arn, const std::string& host) {
  const auto cluster = MskClusterArn::parse(arn);
  EXPECT_TRUE(cluster) << arn;
  return cluster && cluster->may_have(host);
}

TEST(MskHosts, AProvisionedClusterHasItsNameInItsHosts) {
  for (const char* host : {"b-1.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-12.my-orders.a1b2c3.c12.kafka.eu-west-1.amazonaws.com",
                           "b-1-public.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.iam.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.scram.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com"}) {
    EXPECT_TRUE(may_have(kProvisioned, host)) << host;
  }
  EXPECT_TRUE(
      may_have("arn:aws:kafka:eu-west-1:123456789012:vpc-connection/210987654321/My-Orders/1c-4",
               "b-1.iam.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com"));
}

TEST(MskHosts, OtherHostsAreNotTheClusters) {
  for (const char* host : {"kafka.example.com", "localhost", "10.0.0.1", "",
                           // These have another cluster, region, partition or kind.
                           "b-1.orders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.myorders2.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.myorder.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.myorders.a1b2c3.c4.kafka.eu-west-2.amazonaws.com",
                           "b-1.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com.cn",
                           "boot-a1b2c3.c4.kafka-serverless.eu-west-1.amazonaws.com",
                           // None of these is MSK's.
                           "b-1.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com.example.com",
                           "b-1.myorders.a1b2c3.c4.kafka.eu-west-1.example.com",
                           "b-1.myorders.a1b2c3.c4.kafkaxeu-west-1.amazonaws.com",
                           "myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.x.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.myorders.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1.myorders.a1b2c3.d4.kafka.eu-west-1.amazonaws.com",
                           "b-1.myorders..c4.kafka.eu-west-1.amazonaws.com",
                           "x-1.myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           "b-1 .myorders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com",
                           ".kafka.eu-west-1.amazonaws.com", "kafka.eu-west-1.amazonaws.com"}) {
    EXPECT_FALSE(may_have(kProvisioned, host)) << host;
  }
}

TEST(MskHosts, ALongNameIsCutToWhatACertificateAllows) {
  // Both were seen: 64 characters with "*." in the place of the broker.
  EXPECT_TRUE(may_have(
      "arn:aws:kafka:ap-northeast-1:123456789012:cluster/manufacturing-poc-msk-prov/1c2d-3",
      "b-1.scram.manufacturingpocm.ahas42.c3.kafka.ap-northeast-1.amazonaws.com"));
  EXPECT_TRUE(
      may_have("arn:aws:kafka:us-east-2:123456789012:cluster/codebeneath-lab-kafka-cluster/1c2d-2",
               "b-1.codebeneathlabkafkaclu.1yjn08.c2.kafka.us-east-2.amazonaws.com"));
  EXPECT_FALSE(
      may_have("arn:aws:kafka:us-east-2:123456789012:cluster/codebeneath-lab-kafka-cluster/1c2d-2",
               "b-1.codebeneath.1yjn08.c2.kafka.us-east-2.amazonaws.com"));
}

TEST(MskHosts, AServerlessClusterHasAnyBootHostOfItsRegion) {
  EXPECT_TRUE(may_have(kServerless, "boot-a1b2c3.c3.kafka-serverless.eu-west-1.amazonaws.com"));
  for (const char* host : {"boot-a1b2c3.c3.kafka-serverless.us-east-1.amazonaws.com",
                           "b-1.myorders.a1b2c3.c3.kafka.eu-west-1.amazonaws.com",
                           "x.boot-a1b2c3.c3.kafka-serverless.eu-west-1.amazonaws.com",
                           "boot-a1b2c3.kafka-serverless.eu-west-1.amazonaws.com"}) {
    EXPECT_FALSE(may_have(kServerless, host)) << host;
  }
}

TEST(MskHosts, FollowThePartition) {
  const std::string host = "b-1.orders.a1b2c3.c4.kafka.cn-north-1.amazonaws.com";
  const std::string arn = "arn:aws-cn:kafka:cn-north-1:123456789012:cluster/orders/1c2d-4";
  EXPECT_TRUE(may_have(arn, host + ".cn"));
  EXPECT_FALSE(may_have(arn, host));
}

TEST(MskHosts, RefuseOtherArns) {
  for (const char* arn : {"", "arn:aws:kafka:eu-west-1:123456789012:topic/orders/1c2d-4/events",
                          "arn:aws:kafka:eu-west-1:123456789012:cluster/orders",
                          "arn:aws:kafka:eu-west-1:123456789012:cluster//1c2d-4",
                          "arn:aws:kafka:eu-west-1:123456789012:cluster/or.ders/1c2d-4",
                          "arn:aws:kafka::123456789012:cluster/orders/1c2d-4",
                          "arn:aws:kafka:example:123456789012:cluster/orders/1c2d-4",
                          "arn:aws:kafka:cn-north-1:123456789012:cluster/orders/1c2d-4",
                          "arn:aws-cn:kafka:eu-west-1:123456789012:cluster/orders/1c2d-4",
                          "arn:aws:mq:eu-west-1:123456789012:cluster/orders/1c2d-4"}) {
    EXPECT_FALSE(MskClusterArn::parse(arn)) << arn;
  }
}

}  // namespace
}  // namespace penstock::aws
