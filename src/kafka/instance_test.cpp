#include "kafka/instance.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::kafka {
namespace {

// A record for such a topic must be refused each time. An outcome that never comes would keep its
// place among the events in flight for ever.
TEST(Instance, SaysEachTimeWhyATopicIsRefused) {
  Settings settings;
  settings.bootstrap = "127.0.0.1:1";
  const auto instance = Instance::make(settings);
  ASSERT_TRUE(instance) << instance.error().message;
  const std::string too_long(600, 'x');
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE((*instance)->topic("events"), nullptr);
    EXPECT_EQ((*instance)->topic(too_long), nullptr);
    EXPECT_EQ(rd_kafka_last_error(), RD_KAFKA_RESP_ERR__INVALID_ARG) << i;
  }
}

}  // namespace
}  // namespace penstock::kafka
