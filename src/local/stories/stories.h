#pragma once

#include <atomic>
#include <boost/json/array.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "local/stories/api_request.h"
#include "local/stories/batch_runs.h"
#include "local/stories/figures.h"
#include "local/stories/function_logs.h"
#include "local/stories/lines_by_record.h"
#include "local/stories/observer.h"
#include "local/stories/promise_count.h"
#include "local/stories/story.h"
#include "local/stories/story_store.h"
#include "local/stories/system_state.h"
#include "local/stories/token_bucket.h"

namespace penstock::local {

// Keeps what happens in the local system, for the page that shows it: figures of the last 15
// minutes, the count of the promise, and the stories of requests and records. All of it is bounded
// (README.md). The texts that it returns are JSON on one line, as console.openapi.yaml has it.
//
// Everything is counted, but under load only a part has a story: so many a second, and of a batch
// all records or none, so that a batch without stories costs no more than its ranges of offsets.
//
// All functions may be called from any thread and at the same time. They wait for a lock alone,
// which nobody holds for longer than such a call takes.
class Stories final : public Observer {
 public:
  // So many requests and records a second get a story. A record of a request that has one belongs
  // to that. Requests that succeed leave a fifth to those that do not.
  static constexpr double kRequestsPerSecond = 500;
  static constexpr double kRecordsPerSecond = 100;
  static constexpr double kFilteredPerSecond = 50;
  // Of one batch, so many records get a story.
  static constexpr size_t kBatchStoriesMax = 100;
  // So many lines of functions are looked at in a second.
  static constexpr double kLinesPerSecond = 500;
  static constexpr size_t kWatchersMax = 128;

  struct Settings {
    // The clock of the calendar, and the bounds, differ only in tests.
    std::function<base::SystemTime()> now = [] { return std::chrono::system_clock::now(); };
    StoryStore::Bounds bounds = {};
  };
  // Has a story as JSON, and whether it has ended.
  struct Found {
    std::string json;
    bool ended;
  };

  Stories() : Stories(Settings()) {}
  explicit Stories(Settings settings);

  // These may be called again when more is known.
  void set_facts(StoryFacts facts);
  void set_mapping(const std::string& name, MappingFacts facts);
  void forget_mapping(const std::string& name);
  // `active` returns the faults that are active, for state(), which calls it on its own thread
  // without a lock.
  void set_active_faults(std::function<boost::json::array()> active);

  // Return a State and a History.
  [[nodiscard]] std::string state();
  [[nodiscard]] std::string history();

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

  // Calls `call` each time when a story of this name begins or changes, on the thread on which that
  // happened and without a lock; a call may come shortly after unwatch(), too. An event or a record
  // that is watched for gets a story even if others are left out. Returns a number for unwatch(),
  // or nothing if too many watch already.
  [[nodiscard]] std::optional<uint64_t> watch(std::string_view name, std::function<void()> call);
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
  // Names a poller of a mapping.
  using Poller = std::pair<std::string, int>;
  // Is an invocation that runs with records that have stories.
  struct Running {
    std::vector<uint64_t> stories;
    bool wants_lines = false;
  };
  // Is a record that gets a story, or one whose request has a story that does not know its key.
  struct NewRecord {
    const EventBatch::Entry* entry;
    bool is_known = false;
    RecordNames names = {};
  };
  struct Watcher {
    std::string name;
    std::optional<RecordPlace> record;  // If the name is that of a record.
    std::function<void()> call;
  };
  using Calls = std::vector<std::function<void()>>;

  // Returns the time, having ended the seconds that are over. The lock must be held.
  base::SystemTime tick();
  // Counts what was stored since the call before. The lock must be held.
  void count_stored(const std::string& topic);
  // Marks the story as changed, and adds to `calls` those who watch it. The lock must be held.
  void changed(Story& story, base::SystemTime at, Calls& calls);
  // Counts the request. Returns whether it gets a story. The lock must be held.
  [[nodiscard]] bool count(const ApiRequest& request, base::SystemTime now);
  void tell(const ApiRequest& request, base::SystemTime now, Calls& calls);

  // Returns the numbers of the batch's stories, and chooses the records whose names are of
  // interest. The lock must be held.
  [[nodiscard]] std::vector<uint64_t> stories_of(const EventBatch& batch,
                                                 const std::vector<BatchRun>& runs,
                                                 base::SystemTime now,
                                                 std::vector<NewRecord>& chosen);
  // Begins the stories of these records, and adds their numbers.
  void begin_records(const EventBatch& batch, std::vector<NewRecord> chosen, base::SystemTime now,
                     std::vector<uint64_t>& numbers);
  // Begins the story of a record, or finds that of its event's request. The lock must be held.
  Story& begin_record(const TopicPartition& topic_partition, base::Offset offset,
                      int64_t timestamp_ms, RecordNames names, base::SystemTime now);
  // Ends the story's part in an invocation. The lock must be held.
  static void end_invocation(Story& story, const BatchInvocation& invocation,
                             const BatchOutcome& outcome, const LinesByRecord& lines,
                             base::SystemTime now);
  void forget_running(const Poller& poller);

  const Settings settings_;
  mutable std::mutex mutex_;
  // Says whether the lines of any invocation are kept; function_line() looks at it without a lock.
  std::atomic<bool> wants_lines_ = false;

  const base::SystemTime started_at_;
  Figures figures_;
  PromiseCount promise_;
  SystemState system_;
  StoryStore store_;
  std::function<boost::json::array()> active_faults_;
  TokenBucket request_tokens_{kRequestsPerSecond};
  TokenBucket record_tokens_{kRecordsPerSecond};
  TokenBucket filtered_tokens_{kFilteredPerSecond};
  TokenBucket line_tokens_{kLinesPerSecond};
  bool api_tells_stories_ = false;
  int64_t stored_ = 0;  // As the promise counted it at the last call of count_stored().
  std::map<Poller, Running> running_;
  size_t waiting_for_lines_ = 0;  // Those of running_ that want lines.
  FunctionLogs logs_;
  std::map<Poller, std::vector<TopicPartition>> assigned_;
  std::map<uint64_t, Watcher> watchers_;
  uint64_t next_watcher_ = 1;
};

}  // namespace penstock::local
