#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"
#include "local/records/record.h"
#include "local/stories/line_members.h"
#include "local/stories/story.h"

namespace penstock::local {

// Is what a line of the API's log says of one request: a line "story", or "request" of an API that
// writes no other. It views the line.
class ApiRequest {
 public:
  // Returns nothing for a line that is about something else, or is none of a log.
  [[nodiscard]] static std::optional<ApiRequest> read(std::string_view line);

  [[nodiscard]] bool is_story() const { return is_story_; }
  [[nodiscard]] int64_t status() const { return status_; }
  [[nodiscard]] int64_t duration_us() const { return duration_us_; }
  [[nodiscard]] const std::string& event_id() const { return event_id_; }
  // Returns where the event is stored. The topic is empty if the line does not say it.
  [[nodiscard]] const std::optional<TopicPartition>& topic_partition() const {
    return topic_partition_;
  }
  [[nodiscard]] base::Offset offset() const { return offset_; }
  // Says whether the line counts as a request: one that publishes several events has a line for
  // each of them, of which only the first does.
  [[nodiscard]] bool is_first() const { return event_number_ <= 1; }
  // Says whether the client knows that the event is stored.
  [[nodiscard]] bool is_acknowledged() const {
    return status_ < 400 && topic_partition_.has_value();
  }

  // Returns the steps of the request. `now` is the time of a line without one. If the event has a
  // record, `topic_partition` says where.
  [[nodiscard]] std::vector<StoryStep> steps(
      base::SystemTime now, const std::optional<TopicPartition>& topic_partition) const;
  // Enters into a story what it has besides its steps, its record and its names.
  void describe(Story& story, base::SystemTime now) const;
  // Returns how the request ended, without what follows.
  [[nodiscard]] StoryOutcome outcome() const;
  [[nodiscard]] RecordNames names() const;

 private:
  explicit ApiRequest(const LineMembers& members) : members_(members) {}

  // Returns a member as printable text, or an empty text.
  [[nodiscard]] std::string text(std::string_view name, size_t bytes_max) const;
  [[nodiscard]] base::SystemTime received_at(base::SystemTime now) const;
  // Returns the first step, which says who has sent the request.
  [[nodiscard]] StoryStep received_step(base::SystemTime received, std::string line) const;
  void add_checks(std::vector<StoryStep>& steps, base::SystemTime received) const;

  LineMembers members_;
  bool is_story_ = false;
  int64_t status_ = 0;
  int64_t duration_us_ = 0;
  int64_t event_number_ = 0;
  std::string event_id_;
  std::optional<TopicPartition> topic_partition_;
  base::Offset offset_ = {};
};

}  // namespace penstock::local
