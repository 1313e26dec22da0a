// These tests show what `penstock_local esm` does with records that make the function fail.
#include <atomic>

#include "lambda/base64.h"
#include "support/esm_test.h"
#include "support/fake_endpoint.h"
#include "support/fixture.h"
#include "support/kafka_log.h"

namespace penstock {
namespace {

using test::count;
using test::documents;
using test::EsmRun;
using test::EsmTest;
using test::FakeEndpoint;
using test::positions_in;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(EsmTest, EveryKindOfFailureEndsInTheDestinationAndTheOthersPass) {
  make_topic("mixed");
  make_topic("dead");
  store("mixed", {{.value = "good1"},
                  {.value = "poison", .key = "k"},
                  {.value = "good2"},
                  {.value = "hang"},
                  {.value = "crash"},
                  {.value = "good3"}});
  EsmRun esm = start(
      mapping("mixed", std::string(kProvisioned) +
                           R"(,"BatchSize":1,"MaximumRetryAttempts":1,)"
                           R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://dead"}})"),
      {"--function-timeout", "1"});
  EXPECT_TRUE(goes_on_at("mixed", {{0, 6}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  // Each bad record comes twice, because there is one retry.
  EXPECT_THAT(values(), ElementsAre("good1", "poison", "poison", "good2", "hang", "hang", "crash",
                                    "crash", "good3"));
  EXPECT_THAT(esm.output(),
              HasSubstr("mixed-0 1 failed: Test.Poison: it is poison; trying again in "));
  EXPECT_THAT(esm.output(),
              HasSubstr("mixed-0 3 failed: Sandbox.Timedout: Task timed out after 1.00 seconds"));
  EXPECT_THAT(
      esm.output(),
      HasSubstr(
          "mixed-0 4 failed: Runtime.ExitError: the function's process ended with exit status 7"));
  EXPECT_THAT(esm.output(),
              HasSubstr("mixed-0 4 given up: RetryAttemptsExhausted; sent to kafka://dead"));

  const auto dead = test::read_topic(kafka().bootstrap(), "dead");
  ASSERT_TRUE(dead);
  ASSERT_EQ(dead->size(), 3u);
  EXPECT_EQ((*dead)[0].key, "k");
  EXPECT_EQ((*dead)[1].key, std::nullopt);
  const auto document = boost::json::parse((*dead)[0].value.value());
  EXPECT_EQ(document.at("requestContext").at("condition"), "RetriesExhausted");
  EXPECT_EQ(document.at("requestContext").at("approximateInvokeCount"), 2);
  EXPECT_EQ(document.at("requestContext").at("functionArn"),
            "arn:aws:lambda:us-east-1:000000000000:function:function:$LATEST");
  EXPECT_EQ(document.at("KafkaBatchInfo").at("bootstrapServers").as_string(), kafka().bootstrap());
  EXPECT_EQ(document.at("KafkaBatchInfo").at("recordInfo").at("offset"), "1");
  EXPECT_EQ(document.at("payload").at("records").at("mixed-0").at(0).at("value").as_string(),
            lambda::encode_base64("poison"));
}

TEST_F(EsmTest, AFailureTopicThatIsMissingIsNamedAtTheStart) {
  make_topic("unhurt");
  EsmRun esm = start(mapping(
      "unhurt", std::string(kProvisioned) +
                    R"(,"DestinationConfig":{"OnFailure":{"Destination":"kafka://gone"}})"));
  EXPECT_TRUE(esm.says("the topic of the failure destination kafka://gone does not exist at " +
                       kafka().bootstrap() + ". Create it"))
      << esm.output();
  EXPECT_EQ(esm.stop(), 0);
}

TEST_F(EsmTest, BisectingIsolatesThePoison) {
  make_topic("halves");
  make_topic("halves-dead");
  Records records;
  for (int i = 0; i < 16; ++i) {
    records.push_back({.value = i == 11 ? "poison" : "v" + std::to_string(i)});
  }
  store("halves", records);
  EsmRun esm = start(mapping(
      "halves", std::string(kProvisioned) +
                    R"(,"MaximumBatchingWindowInSeconds":2,"BisectBatchOnFunctionError":true,)"
                    R"("MaximumRetryAttempts":0,)"
                    R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://halves-dead"}})"));
  EXPECT_TRUE(goes_on_at("halves", {{0, 16}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  const auto dead = documents(kafka().bootstrap(), "halves-dead");
  ASSERT_EQ(dead.size(), 1u) << esm.output();
  EXPECT_THAT(positions_in(dead[0].at("payload")), ElementsAre("halves-0@11"));
  std::map<std::string, int> times;
  for (const auto& value : values()) ++times[value];
  EXPECT_EQ(times.size(), 16u);
}

TEST_F(EsmTest, AQueueIsToldWhichRecordsWereGivenUp) {
  make_topic("queued");
  store("queued", {{.value = "poison"}, {.value = "good"}});
  // The first answer is that of an overloaded SQS.
  std::atomic<int> calls = 0;
  FakeEndpoint sqs([&](const std::string&) -> FakeEndpoint::Reply {
    if (++calls == 1) return {.body = R"({"__type":"x"})", .status = "503 Service Unavailable"};
    return {.body = R"({"MessageId":"m"})"};
  });
  base::Environment environment = base::process_environment();
  environment["AWS_ENDPOINT_URL_SQS"] = sqs.url();
  environment["AWS_ACCESS_KEY_ID"] = "AKIDTEST";
  environment["AWS_SECRET_ACCESS_KEY"] = "SECRETtest";
  EsmRun esm = run(
      {"--config",
       write("mapping.json",
             mapping(
                 "queued",
                 std::string(kProvisioned) +
                     R"(,"BatchSize":1,"MaximumRetryAttempts":0,"DestinationConfig":{"OnFailure":)"
                     R"({"Destination":"arn:aws:sqs:us-east-1:123456789012:dead"}})")),
       "--function", beside_us("recording_function"), "--bootstrap", kafka().bootstrap(), "--env",
       "RECORD_FILE=" + records_path().string()},
      environment);
  EXPECT_TRUE(goes_on_at("queued", {{0, 2}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  EXPECT_THAT(values(), ElementsAre("poison", "good"));
  const auto requests = sqs.requests();
  ASSERT_FALSE(requests.empty());
  const auto message =
      boost::json::parse(requests.back().substr(requests.back().find("\r\n\r\n") + 4));
  EXPECT_EQ(message.at("QueueUrl").as_string(), sqs.url() + "/123456789012/dead");
  const auto document = boost::json::parse(message.at("MessageBody").as_string());
  EXPECT_EQ(document.at("requestContext").at("condition"), "RetryAttemptsExhausted");
  EXPECT_EQ(document.at("KafkaBatchInfo").at("recordsInfo").at("queued-0").at("lastRecordOffset"),
            "0");
}

TEST_F(EsmTest, WhatRetentionDeletedIsToldWithItsNumber) {
  make_topic("trimmed");
  store("trimmed", {{.value = "v0"}});
  EsmRun first = start(mapping("trimmed"));
  EXPECT_TRUE(goes_on_at("trimmed", {{0, 1}})) << first.output();
  EXPECT_EQ(first.stop(), 0);
  store("trimmed", {{.value = "v1"}, {.value = "v2"}, {.value = "v3"}});
  ASSERT_TRUE(test::delete_records_before(kafka().bootstrap(), {"trimmed", {0}}, {3}));
  EsmRun second = start(mapping("trimmed"));
  EXPECT_TRUE(goes_on_at("trimmed", {{0, 4}})) << second.output();
  EXPECT_EQ(second.stop(), 0);
  EXPECT_THAT(values(), ElementsAre("v0", "v3"));
  EXPECT_THAT(second.output(),
              HasSubstr("trimmed-0 1..2 never reached the function, because retention deleted what "
                        "was there. Number of offsets: 2. Raise the topic's retention.ms"));
}

TEST_F(EsmTest, AnEventThatBreaksItsSchemaDoesNotBlockTheOwnFunction) {
  make_topic("stamps");
  const std::vector<std::pair<std::string, std::string>> typed{{"ce_type", test::kStampType}};
  store("stamps", {{.value = test::stamp_of("Ann"), .headers = typed},
                   {.value = R"({"timestamp":"soon"})", .headers = typed},
                   {.value = test::stamp_of("Bob"), .headers = typed}});
  EsmRun esm =
      start(mapping("stamps", std::string(kProvisioned) +
                                  R"(,"FunctionResponseTypes":["ReportBatchItemFailures"])"),
            {"--function", beside_us(test::kFunctionProgram)});
  EXPECT_TRUE(goes_on_at("stamps", {{0, 3}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  EXPECT_EQ(count(esm.output(), "\"type\":\"STAMP\""), 2u) << esm.output();
  EXPECT_EQ(count(esm.output(), "\"type\":\"EXCEPTION\""), 1u) << esm.output();
  EXPECT_EQ(count(esm.output(), " failed: "), 0u) << esm.output();
}

}  // namespace
}  // namespace penstock
