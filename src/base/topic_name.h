#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::base {

// A topic's name has no more characters than this. This rule and the others of this file are
// Kafka's: org.apache.kafka.common.internals.Topic, validate() and hasCollision() (Kafka 4.3).
inline constexpr size_t kTopicNameMax = 249;

// Says the rules in a few words, for the range of a setting. The names "." and ".." are not
// allowed either.
inline constexpr std::string_view kTopicNameRule = "at most 249 of a-z, A-Z, 0-9, '.', '_', '-'";

// Returns why Kafka can never have a topic with this name, as a whole sentence with the name in it,
// or an empty text if it can.
[[nodiscard]] std::string problem_of_topic(std::string_view name);

// Says whether Kafka refuses to create one topic beside the other. Its metrics have one name for
// both, because they show a '.' as a '_'. A topic does not collide with itself.
[[nodiscard]] bool topics_collide(std::string_view one, std::string_view other);

}  // namespace penstock::base
