#include "base/topic_name.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(TopicName, IsWhatKafkaAllows) {
  for (const std::string& name :
       {std::string("a"), std::string("events"), std::string("Greetings_2.v-1"), std::string("..."),
        std::string("-"), std::string("__consumer_offsets"), std::string(249, 'x')}) {
    EXPECT_EQ(problem_of_topic(name), "") << name;
  }
}

TEST(TopicName, IsRefusedWithKafkasRule) {
  const std::string characters = "a name has only the characters a-z, A-Z, 0-9, '.', '_' and '-'";
  EXPECT_EQ(problem_of_topic(""), "Kafka can have no topic '': a name is not empty");
  EXPECT_EQ(problem_of_topic("."), "Kafka can have no topic '.': a name is not '.' or '..'");
  EXPECT_EQ(problem_of_topic(".."), "Kafka can have no topic '..': a name is not '.' or '..'");
  EXPECT_EQ(problem_of_topic("a b"), "Kafka can have no topic 'a b': " + characters);
  for (const std::string_view name : {"a/b", "a:b", "a,b", "ä", "a\n", " a", "a*"}) {
    EXPECT_TRUE(problem_of_topic(name).ends_with(characters)) << name;
  }
  EXPECT_TRUE(problem_of_topic(std::string_view("a\0b", 3)).ends_with(characters));
}

TEST(TopicName, IsNotShownWholeWhenItIsTooLong) {
  const std::string problem = problem_of_topic(std::string(250, 'x'));
  EXPECT_TRUE(problem.ends_with("a name has 249 characters at most, and this one has 250"))
      << problem;
  EXPECT_LT(problem.size(), 200u);
}

TEST(TopicName, CollidesWithOneThatKafkasMetricsCannotTellFromIt) {
  EXPECT_TRUE(topics_collide("a.b", "a_b"));
  EXPECT_TRUE(topics_collide("a_b.c", "a.b_c"));
  EXPECT_FALSE(topics_collide("a.b", "a.b"));
  EXPECT_FALSE(topics_collide("a.b", "a-b"));
  EXPECT_FALSE(topics_collide("a.b", "A_b"));
  EXPECT_FALSE(topics_collide("a.b", "a.bc"));
  EXPECT_FALSE(topics_collide("a.b", "a."));
}

}  // namespace
}  // namespace penstock::base
