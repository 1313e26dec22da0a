#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "local/faults/breakable_broker.h"
#include "local/kafka/kafka_broker.h"
#include "local/kafka/memory_broker.h"
#include "local/processes/supervisor.h"
#include "local/processes/terminal.h"
#include "local/relay/relay.h"
#include "local/stories/status_teller.h"

namespace penstock::local {

// Runs the broker of the local system: a real Apache Kafka, one in memory, or none if another one
// runs already. All calls are for the io_context's thread, which must be the main thread (see
// Child).
class LocalBroker final : public BreakableBroker {
 public:
  struct Settings {
    // Is "kafka", "memory", or the HOST:PORT of a broker that runs already.
    std::string broker = "kafka";
    std::filesystem::path folder = {};     // Kafka's files, for the broker "kafka".
    std::filesystem::path libraries = {};  // The folder of Apache Kafka's jars.
    std::vector<uint16_t> ports_of_others = {};
    // Clients of Kafka come through a relay, so that their connections can be broken on purpose.
    bool breakable = false;
    // Hears how the broker is, if it is not null. It must outlive the broker.
    Observer* observer = nullptr;
  };

  // `io` and `terminal` must outlive the broker.
  LocalBroker(boost::asio::io_context& io, Terminal& terminal, Settings settings);

  // Starts the broker, unless it runs, and returns when it answers, or early when `stop` is set. A
  // broker in memory has these topics then; a real one gets its topics from the API. The error says
  // why the broker did not start.
  [[nodiscard]] async::Awaitable<base::Result<>> provide(const std::vector<std::string>& topics,
                                                         async::Latch& stop);
  // Returns "HOST:PORT,…", or an empty text before the broker was provided.
  [[nodiscard]] const std::string& bootstrap() const { return bootstrap_; }
  // Says whether clients cannot create topics, because the broker is in memory.
  [[nodiscard]] bool is_in_memory() const { return memory_.has_value(); }

  // Ends the preparation of Kafka, which is on another thread.
  void interrupt() { preparing_.request_stop(); }
  // Kills it at once. It is for a program that ends immediately afterwards.
  void kill();
  async::Awaitable<> stop();

  [[nodiscard]] std::string connections_are_fixed() const override;
  [[nodiscard]] std::string process_is_fixed() const override;
  void set_link(const LinkFaults& faults) override;
  void stop_process(const std::string& reason) override;
  void start_process() override;

 private:
  async::Awaitable<base::Result<>> start_kafka(async::Latch& stop);
  base::Result<> provide_memory(const std::vector<std::string>& topics);
  // Starts the relay in front of Kafka. It refuses connections until Kafka answers.
  base::Result<> start_relay();
  void let_through();
  void set_memory_link(const LinkFaults& faults);
  [[nodiscard]] std::string direct() const;
  // Waits until a Kafka that was started again answers, without blocking.
  async::Awaitable<> wait_until_back();
  void kafka_started();
  void kafka_ended(processes::ExitStatus status);
  void say(const std::string& text) { terminal_.line("penstock", text); }

  boost::asio::io_context& io_;
  Terminal& terminal_;
  const Settings settings_;
  std::string bootstrap_;
  std::stop_source preparing_;
  bool kafka_ready_ = false;
  std::string failure_;           // Why Kafka has ended while it was starting.
  std::set<std::string> topics_;  // Those of the broker in memory.
  std::optional<MemoryBroker> memory_;
  std::optional<KafkaBroker> kafka_;
  std::optional<Supervisor> process_;
  std::optional<Relay> relay_;
  LinkFaults link_faults_ = {};
  bool memory_holds_ = false;
  bool answers_ = false;  // Whether Kafka has answered since its last start.
  StatusTeller status_;
  bool waits_ = false;  // Whether wait_until_back() runs.
  const async::Lifetime lifetime_;
};

}  // namespace penstock::local
