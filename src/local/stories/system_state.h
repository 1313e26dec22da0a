#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "local/records/record.h"
#include "local/stories/figures.h"
#include "local/stories/observer.h"
#include "local/stories/promise_count.h"

namespace penstock::local {

// What the state has that no part tells: names and addresses. A text is empty if there is none.
struct StoryFacts {
  std::string service = {};
  std::string version = {};
  std::string api_program = {};
  std::string api_url = {};
  std::string admin_url = {};
  std::string docs_url = {};
  std::string broker_kind = {};  // "kafka", "memory" or "other".
  std::string bootstrap = {};
  std::string function_name = {};
};

// Has the same for a mapping.
struct MappingFacts {
  std::string topic = {};
  std::string group = {};
  int pollers = 1;
  int64_t batch_size = 0;
  std::string destination = {};  // Empty if there is none.
};

// Counts what a mapping does.
struct MappingNumbers {
  std::optional<MappingFacts> facts = {};
  PartStatus status = {};
  int64_t batches = 0;
  int64_t handled = 0;
  int64_t filtered = 0;
  int64_t retries = 0;
  int64_t given_up = 0;
  RecentCount recent_batches = {};
  RecentCount recent_records = {};  // In these batches.
  RecentCount recent_handled = {};
  std::string trouble = {};  // The last one, and when it was.
  base::SystemTime trouble_at = {};
};

// Has how the parts are and where the partitions are. It is for one thread at a time.
class SystemState {
 public:
  // These bound what is kept. What comes then is left out.
  static constexpr size_t kNamesMax = 1000;  // Mappings, and processes of the function.
  static constexpr size_t kPartitionsMax = 2000;

  StoryFacts facts;
  int64_t requests = 0;
  int64_t invocations = 0;
  int64_t failures = 0;  // Invocations that have not handled all of their records.

  void set_status(Part part, std::string_view name, const PartStatus& status);
  void set_busy(std::string_view process, bool busy);
  // Returns the mapping's numbers, or null if there are too many mappings.
  MappingNumbers* mapping(std::string_view name);
  void forget_mapping(const std::string& name);

  // The mapping knows these offsets of one of its partitions. What is negative is not known.
  void set_offsets(const PartitionOffsets& offsets);
  // The partition has at least so many records.
  void set_end(const TopicPartition& topic_partition, base::Offset end);
  // No poller of this process reads the partition now, so its lag is not known.
  void forget_lag(const TopicPartition& topic_partition);
  void count_stored(const std::string& topic, int64_t second, int64_t count);
  // Returns how many records the mappings have before them, if that is known of any partition.
  [[nodiscard]] std::optional<int64_t> lag() const;
  // Returns the topic if all mappings read the same one.
  [[nodiscard]] std::string only_topic() const;

  // Appends the members of a State that are here: api, broker, topics, mappings, function.
  void append_json(std::string& out, const Figures::Recent& recent, int64_t second,
                   int64_t start) const;

 private:
  struct Process {
    PartStatus status;
    int busy = 0;
  };
  struct Place {
    int64_t begin = 0;
    int64_t end = 0;
    std::optional<int64_t> committed = {};
    bool is_read = false;
  };

  [[nodiscard]] Place* place(const TopicPartition& topic_partition);
  void append_api(std::string& out, const Figures::Recent& recent) const;
  void append_topics(std::string& out, int64_t second, int64_t start) const;
  void append_mappings(std::string& out, int64_t second, int64_t start) const;
  void append_function(std::string& out, const Figures::Recent& recent) const;
  [[nodiscard]] bool is_own(const std::string& topic) const;
  // Returns how the broker is. Of one that is not a part of the system, the mappings know it.
  [[nodiscard]] PartStatus broker_status() const;

  PartStatus api_;
  std::optional<PartStatus> broker_;    // If a part has said it.
  std::optional<PartStatus> function_;  // If a part has said it of the function as a whole.
  std::map<std::string, Process, std::less<>> processes_;
  std::map<std::string, MappingNumbers, std::less<>> mappings_;
  std::map<TopicPartition, Place> places_;
  std::map<std::string, RecentCount, std::less<>> stored_;  // By topic.
};

}  // namespace penstock::local
