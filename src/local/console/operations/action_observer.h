#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "local/console/operations/given_up_batches.h"
#include "local/console/operations/invocation_lines.h"
#include "local/stories/observer.h"

namespace penstock::local {

// Keeps what the console's actions need of what happens: the batches that were given up, and the
// lines of the console's own invocations. It passes everything on to the next observer.
class ActionObserver final : public Observer {
 public:
  // All three must outlive this object.
  ActionObserver(Observer& next, GivenUpBatches& given_up, InvocationLines& lines)
      : next_(next), given_up_(given_up), lines_(lines) {}

  void status(Part part, std::string_view name, const PartStatus& status) override {
    next_.status(part, name, status);
  }
  void api_line(std::string_view line) override { next_.api_line(line); }
  void function_line(std::string_view process, const std::vector<std::string>& request_ids,
                     std::string_view line) override {
    lines_.line(request_ids, line);
    next_.function_line(process, request_ids, line);
  }
  void function_busy(std::string_view process, std::string_view request_id, bool busy) override {
    lines_.busy(request_id, busy);
    next_.function_busy(process, request_id, busy);
  }
  void assigned(std::string_view mapping, int poller,
                const std::vector<TopicPartition>& partitions) override {
    next_.assigned(mapping, poller, partitions);
  }
  void filtered(std::string_view mapping, const Record& record) override {
    next_.filtered(mapping, record);
  }
  void invoking(const BatchInvocation& invocation) override { next_.invoking(invocation); }
  void invoked(const BatchInvocation& invocation, const BatchOutcome& outcome) override {
    next_.invoked(invocation, outcome);
  }
  void given_up(std::string_view mapping, const EventBatch& batch, int64_t attempts,
                std::string_view condition, std::string_view reason,
                std::string_view destination) override {
    given_up_.add(mapping, batch, attempts, condition, reason, destination);
    next_.given_up(mapping, batch, attempts, condition, reason, destination);
  }
  void missed(std::string_view mapping, const TopicPartition& topic_partition,
              const OffsetRange& offsets) override {
    next_.missed(mapping, topic_partition, offsets);
  }
  void offsets(std::string_view mapping, int poller,
               const std::vector<PartitionOffsets>& partitions) override {
    next_.offsets(mapping, poller, partitions);
  }
  void trouble(std::string_view mapping, std::string_view sentence) override {
    next_.trouble(mapping, sentence);
  }

 private:
  Observer& next_;
  GivenUpBatches& given_up_;
  InvocationLines& lines_;
};

}  // namespace penstock::local
