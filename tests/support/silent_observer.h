#pragma once

#include "local/stories/observer.h"

namespace penstock::test {

// Does nothing with what it hears. A test overrides what it looks at.
class SilentObserver : public local::Observer {
 public:
  void status(local::Part, std::string_view, const local::PartStatus&) override {}
  void api_line(std::string_view) override {}
  void function_line(std::string_view, const std::vector<std::string>&, std::string_view) override {
  }
  void function_busy(std::string_view, std::string_view, bool) override {}
  void assigned(std::string_view, int, const std::vector<local::TopicPartition>&) override {}
  void filtered(std::string_view, const local::Record&) override {}
  void invoking(const local::BatchInvocation&) override {}
  void invoked(const local::BatchInvocation&, const local::BatchOutcome&) override {}
  void given_up(std::string_view, const local::EventBatch&, int64_t, std::string_view,
                std::string_view, std::string_view) override {}
  void missed(std::string_view, const local::TopicPartition&, const local::OffsetRange&) override {}
  void offsets(std::string_view, int, const std::vector<local::PartitionOffsets>&) override {}
  void trouble(std::string_view, std::string_view) override {}
};

}  // namespace penstock::test
