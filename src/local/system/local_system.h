#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "base/result.h"
#include "local/faults/all_faults.h"
#include "local/faults/faults.h"
#include "local/processes/terminal.h"
#include "local/relay/relay.h"
#include "local/servers/local_server.h"
#include "local/system/api_process.h"
#include "local/system/data_folder.h"
#include "local/system/file_identity.h"
#include "local/system/local_broker.h"
#include "local/system/system_console.h"
#include "local/system/topic_mappings.h"
#include "local/watch/build.h"
#include "local/watch/folder_watch.h"

namespace penstock::local {

// Says what the system consists of, as the service's contract has it.
struct SystemPlan {
  // There is one for each topic of the API. If there is none, nothing is published, and the system
  // is the API alone. The bootstrap of the source is replaced by that of the broker.
  std::vector<LocalMappingSettings> mappings = {};
  // These requests are shown to the user as examples.
  std::vector<ExampleRequest> examples = {};
  // Is the API's setting AUTHENTICATION, if this system makes credentials for the contract, and the
  // credentials of the console. Otherwise the environment says what the API takes.
  std::string authentication = {};
  std::shared_ptr<const std::vector<TestClient>> clients = {};
  // There is one for each scheme of the contract, with such a credential.
  std::vector<ExampleRequest> secured = {};
  // Each is a sentence about a scheme for which none could be made.
  std::vector<std::string> without_credentials = {};
  // Is the contract as one document in JSON, or null if it is too large for that.
  std::shared_ptr<const std::string> contract = {};
  // Is a request that publishes an event; the user is shown it before them.
  std::optional<ExampleRequest> example_event = {};
  // Some requests that publish an event, each of another operation.
  std::vector<ExampleRequest> publishing = {};
  // The rest is for a system that watches. These are the contract's documents.
  std::vector<std::filesystem::path> documents = {};
  // This is what the contract determines of the programs' code, in any form in which two plans can
  // be compared. It is empty if that is not known: then each change needs a build.
  std::string code = {};
  // This is the same for what only the function's program is made of.
  std::string event_schemas = {};
};

// Says how the system takes up what is saved while it runs.
struct WatchOptions {
  std::filesystem::path folder;                 // Of the service.
  std::vector<std::filesystem::path> left_out;  // Folders in it that are not watched.
  std::string build_command;                    // Makes the API's and the function's programs.
  // Reads the contract again. It blocks, and is called on another thread. The error has the
  // contract's problems with file and line.
  std::function<base::Result<SystemPlan>()> plan;
};

// Holds the user's options for the whole system.
struct SystemOptions {
  std::string service = {};  // Its name.
  // Is "kafka", "memory", or the HOST:PORT of a broker that runs already.
  std::string broker = "kafka";
  uint16_t port = 8000;
  uint16_t admin_port = 8001;
  // Is empty if the user names none, and 0 for no console.
  std::optional<uint16_t> console_port = {};
  std::filesystem::path test_events = {};  // The folder of the service's test events.
  std::filesystem::path data = ".penstock";
  // Names the folder of Apache Kafka's jars, for the broker "kafka".
  std::filesystem::path kafka_libs = {};
  // The program, the contract and the topic of the API; the system sets the rest.
  ApiProcess::Settings api = {};
  FunctionPool::Settings function = {};
  std::vector<LocalServer::Settings> servers = {};  // What the programs need beside the broker.
  SystemPlan plan = {};
  std::optional<WatchOptions> watch = {};
};

// Runs the whole system on one machine: the servers that the programs need, broker, API, event
// source mappings, Runtime API, function, and the console that shows them. It starts them in this
// order, keeps them running, and stops them at a stop signal: first the API, then the mappings, the
// broker, and last the servers. If it watches the service's
// folder, the API is behind a relay, so that the next one can start while the present one serves.
class LocalSystem {
 public:
  // `io` and `terminal` must outlive the system.
  LocalSystem(boost::asio::io_context& io, Terminal& terminal, SystemOptions options);

  // Blocks the main thread (see Child) until everything has stopped, and returns the exit status:
  // EXIT_SUCCESS after a stop, EXIT_FAILURE if something failed. Call it once.
  [[nodiscard]] int run();

 private:
  // Starts everything, waits for a stop, and stops everything.
  async::Awaitable<int> serve();
  async::Awaitable<base::Result<>> start();
  base::Result<> start_relays();
  async::Awaitable<base::Result<>> start_servers();
  // Starts the broker, the API and the mappings that the plan needs and that do not run. A new API
  // takes the place of the present one when it is ready.
  async::Awaitable<base::Result<>> take_up(const SystemPlan& plan, bool new_api);
  async::Awaitable<base::Result<>> start_api(const SystemPlan& plan);
  // Lets the API that was replaced finish its requests, if there is one.
  async::Awaitable<> end_old_api();
  async::Awaitable<> stop();
  void kill_everything();
  // Writes what has failed, and stops everything.
  void fail(const std::string& sentence);
  void say(const std::string& text) { terminal_.line("penstock", text); }
  void warn(const std::string& text) { terminal_.warn("penstock", text); }
  void say_ready();

  // These are in shown_system.cpp: they say what the console shows.
  base::Result<> start_console();
  void make_faults();
  void show_facts();
  base::Result<Cluster> shown_cluster() const;
  base::Result<RedriveTarget> redrive_target(const std::string& mapping);

  // These are in system_watch.cpp: they take up what is saved.
  base::Result<> start_watch();
  async::Awaitable<> watch();
  async::Awaitable<> take_change(const FolderWatch::Files& files);
  // Builds the programs. Returns whether they are those of `plan` now.
  async::Awaitable<bool> build(const SystemPlan& plan);

  boost::asio::io_context& io_;
  Terminal& terminal_;
  SystemConsole console_;  // Outlives the parts, which tell it what happens.
  const SystemOptions options_;
  async::Latch stop_;  // Set when the user or a failure asks for a stop.
  int exit_status_ = 0;

  std::optional<DataFolder> data_;
  std::vector<std::unique_ptr<LocalServer>> servers_;
  std::optional<LocalBroker> broker_;
  std::optional<Relay> api_relay_;
  std::optional<Relay> admin_relay_;
  std::unique_ptr<ApiProcess> api_;
  std::unique_ptr<ApiProcess> next_api_;  // While it starts.
  std::unique_ptr<ApiProcess> old_api_;   // While it drains.
  TopicMappings mappings_;
  BreakableApi breakable_api_;
  std::optional<Faults> faults_;  // Behind what they break.

  std::unique_ptr<FolderWatch> folder_watch_;
  std::unique_ptr<Build> build_;
  SystemPlan plan_;  // What runs now.
  // These are the programs that run now. A build that failed or was stopped may have made one.
  FileIdentity api_program_;
  FileIdentity function_program_;
  std::string built_code_;    // SystemPlan::code of the programs that were built last.
  std::string built_events_;  // SystemPlan::event_schemas of them.
  bool needs_build_ = false;  // Whether sources have changed since the last build that succeeded.
  bool needs_api_ = false;    // Whether the present API does not have the contract as it is saved.
};

}  // namespace penstock::local
