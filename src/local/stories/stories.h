#pragma once

#include <atomic>
#include <boost/json/array.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"
#include "local/stories/observer.h"

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

// The same for a mapping.
struct MappingFacts {
  std::string topic = {};
  std::string group = {};
  int pollers = 1;
  int64_t batch_size = 0;
  std::string destination = {};  // Empty if there is none.
};

// Says which stories a list has. A text that is empty leaves out none.
struct StoryFilter {
  std::string route = {};    // The whole route.
  std::string status = {};   // Such as "404", or "4xx" for a class.
  std::string outcome = {};  // A word of the schema Outcome.
  std::string key = {};      // The whole key, as a story shows it.
  std::string text = {};     // A part of an id, of the trace, the topic, the path or the route.
  std::string before = {};   // The id of a story. Only older ones are listed.
  size_t limit = 100;
};

// Keeps what happens in the local system, for the page that shows it: figures of the last 15
// minutes, the count of the promise, and the stories of requests and records. All of it is bounded
// (README.md). The texts that it returns are JSON on one line, as console.openapi.yaml has it.
//
// All functions may be called from any thread and at the same time. They wait for a lock alone,
// which nobody holds for longer than such a call takes.
class Stories final : public Observer {
 public:
  struct Settings {
    // The clock of the calendar, which differs only in tests.
    std::function<base::SystemTime()> now = [] { return std::chrono::system_clock::now(); };
  };
  // A story as JSON, and whether it has ended.
  struct Found {
    std::string json;
    bool ended;
  };

  Stories();
  explicit Stories(Settings settings);
  ~Stories() override;

  // These may be called again when more is known.
  void set_facts(StoryFacts facts);
  void set_mapping(const std::string& name, MappingFacts facts);
  void forget_mapping(const std::string& name);
  // `active` returns the faults that are active, for state(), which calls it on its own thread
  // without a lock.
  void set_active_faults(std::function<boost::json::array()> active);

  // Return a State and a History.
  [[nodiscard]] std::string state() const;
  [[nodiscard]] std::string history() const;

  // Returns the number of the newest change.
  [[nodiscard]] uint64_t sequence() const;
  // Returns a StoryList with the stories that began or changed after the change of that number,
  // each once and the newest `limit` of them. The others are counted in `left_out`, together with
  // the requests and records that could have no story. Sets `sequence` to the newest change, and
  // returns an empty text if nothing has changed.
  [[nodiscard]] std::string changes(uint64_t& sequence, size_t limit) const;

  // Returns a StoryList, the newest first.
  [[nodiscard]] std::string list(const StoryFilter& filter) const;
  // Returns the Story that `name` means: its id, an event's id, the id of a trace, or a record as
  // TOPIC-PARTITION@OFFSET. If there are several, it is the newest.
  [[nodiscard]] std::optional<Found> find(std::string_view name) const;

  // Calls `told` each time when a story of this name begins or ends, on the thread on which that
  // happened and without a lock; a call may come shortly after unwatch(), too. As long as a story
  // is watched for, it is kept even if others are left out. Returns a number for unwatch(), or
  // nothing if too many watch already.
  [[nodiscard]] std::optional<uint64_t> watch(std::string_view name, std::function<void()> told);
  void unwatch(uint64_t number);

  void status(Part part, std::string_view name, const PartStatus& status) override;
  void api_line(std::string_view line) override;
  void function_line(std::string_view process, const std::vector<std::string>& request_ids,
                     std::string_view line) override;
  void function_busy(std::string_view process, std::string_view request_id, bool busy) override;
  void assigned(std::string_view mapping, int poller,
                const std::vector<TopicPartition>& partitions) override;
  void filtered(std::string_view mapping, const Record& record) override;
  void invoking(const BatchInvocation& invocation) override;
  void invoked(const BatchInvocation& invocation, const BatchOutcome& outcome) override;
  void given_up(std::string_view mapping, const EventBatch& batch, int64_t attempts,
                std::string_view condition, std::string_view reason,
                std::string_view destination) override;
  void missed(std::string_view mapping, const TopicPartition& topic_partition,
              const OffsetRange& offsets) override;
  void offsets(std::string_view mapping, int poller,
               const std::vector<PartitionOffsets>& partitions) override;
  void trouble(std::string_view mapping, std::string_view sentence) override;

 private:
  class Keeper;

  std::unique_ptr<Keeper> keeper_;
};

}  // namespace penstock::local
