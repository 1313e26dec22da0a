// These tests run the whole system: penstock_local with a real Apache Kafka. They send requests
// over HTTP and read the function's log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <regex>
#include <set>
#include <thread>

#include "local/kafka/ports.h"
#include "net/http_client.h"
#include "processes/child.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{60};

bool eventually(const std::function<bool()>& condition, std::chrono::seconds patience = kPatience) {
  return test::eventually(condition, patience);
}

// LocalRun is one run of penstock_local as a child process. It inherits what some cron jobs and
// container entry points leave behind: an ignored SIGCHLD and a blocked SIGTERM.
class LocalRun {
 public:
  LocalRun(std::filesystem::path data, uint16_t port, uint16_t admin_port,
           const std::string& broker = "kafka") {
    program_.emplace("/usr/bin/env",
                     std::vector<std::string>{
                         "--ignore-signal=CHLD", "--block-signal=TERM",
                         test::program_path("penstock_local").string(), "--service",
                         test::kServiceFolder, "--broker", broker, "--data", data.string(),
                         "--port", std::to_string(port), "--admin-port", std::to_string(admin_port),
                         "--api", test::program_path(test::kApiProgram).string()},
                     base::process_environment(),
                     data.parent_path() / ("output_" + std::to_string(port) + ".log"));
  }

  processes::Child& child() { return program_->child(); }
  [[nodiscard]] std::string output() const { return program_->output(); }
  [[nodiscard]] bool ready() {
    return eventually([&] {
             return output().find("Ctrl-C stops everything") != std::string::npos ||
                    program_->child().ended();
           }) &&
           !program_->child().ended();
  }
  // Returns the "name" of each event that the function has logged as STAMP, in order.
  [[nodiscard]] std::vector<std::string> stamps() const {
    std::vector<std::string> found;
    std::istringstream lines(output());
    for (std::string line; std::getline(lines, line);) {
      const size_t start = line.find('{');
      if (!line.starts_with("function") || start == std::string::npos) continue;
      boost::system::error_code error;
      const auto entry = boost::json::parse(line.substr(start), error);
      if (error || entry.as_object().if_contains("type") == nullptr ||
          entry.at("type") != "STAMP") {
        continue;
      }
      found.emplace_back(entry.at("value").at("name").as_string());
    }
    return found;
  }
  // Returns the process of the API that this run has started, or 0.
  [[nodiscard]] pid_t api() const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream stat(entry.path() / "stat");
      std::string pid, name, state, parent;
      if (stat >> pid >> name >> state >> parent &&
          parent == std::to_string(program_->child().pid()) &&
          name == "(" + test::kApiProgram + ")") {
        return static_cast<pid_t>(std::stoi(pid));
      }
    }
    return 0;
  }

 private:
  std::optional<test::Program> program_;
};

// Returns the processes with this text in their command line or in their working directory's path.
std::set<std::string> processes_that_name(const std::string& text) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline");
    std::string line{std::istreambuf_iterator<char>(file), {}};
    std::error_code gone;
    line += std::filesystem::read_symlink(entry.path() / "cwd", gone).string();
    if (line.find(text) != std::string::npos) found.insert(entry.path().filename());
  }
  return found;
}

// LocalSystemTest starts one system for all tests of the suite.
class LocalSystemTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<test::TemporaryFolder>();
    port_ = local::free_port().value();
    admin_port_ = local::free_port().value();
    run_ = std::make_unique<LocalRun>(folder_->path() / "data", port_, admin_port_);
  }
  static void TearDownTestSuite() {
    run_.reset();
    folder_.reset();
  }
  void SetUp() override { ASSERT_TRUE(run_->ready()) << run_->output(); }

  static net::HttpResponse get(const std::string& target,
                               net::HttpMethod method = net::HttpMethod::get) {
    net::HttpClient client("127.0.0.1", port_);
    auto response = client.request({.method = method, .target = target}, 10s);
    if (!response) {
      ADD_FAILURE() << target << ": " << response.error().message;
      return {};
    }
    return *response;
  }

  static std::unique_ptr<test::TemporaryFolder> folder_;
  static std::unique_ptr<LocalRun> run_;
  static uint16_t port_;
  static uint16_t admin_port_;
};

std::unique_ptr<test::TemporaryFolder> LocalSystemTest::folder_;
std::unique_ptr<LocalRun> LocalSystemTest::run_;
uint16_t LocalSystemTest::port_ = 0;
uint16_t LocalSystemTest::admin_port_ = 0;

TEST_F(LocalSystemTest, EveryRowOfTheUrlTable) {
  struct Row {
    std::string target;
    unsigned status;
    std::string content_type;
    std::string body;  // A regular expression for all of it.
    net::HttpMethod method = net::HttpMethod::get;
  };
  const std::string problem = "application/problem+json";
  const Row rows[] = {
      {"/healthcheck", 200, "", ""},
      {"/text", 200, "application/json", R"(\{"text":"Fixed."\})"},
      {"/stamp?name=Paul", 200, "application/json", R"(\{"timestamp":\d{10},"name":"Paul"\})"},
      {"/stamp?name=" + std::string(test::kStampNameMax, 'a'), 200, "application/json",
       R"(.*aaa"\})"},
      {"/stamp?name=" + std::string(test::kStampNameMax + 1, 'a'), 400, problem,
       R"(.*"keyword":"maxLength".*)"},
      {"/stamp?name=;echo", 400, problem, R"(.*"name":"name","keyword":"pattern".*)"},
      {"/stamp?name=%3Becho", 400, problem, R"(.*"keyword":"pattern".*)"},
      {"/stamp?name=Paul%0A", 400, problem, R"(.*"keyword":"pattern".*)"},
      {"/stamp?name=Paul%00", 400, problem, R"(.*"keyword":"encoding".*)"},
      {"/stamp?name=", 400, problem, R"(.*"keyword":"minLength".*)"},
      {"/stamp", 400, problem, R"(.*"keyword":"required".*)"},
      {"/stamp?name=Paul&name=Ann", 400, problem, R"(.*"keyword":"repeated".*)"},
      {"/stamp?NAME=Paul", 400, problem, R"(.*"name":"NAME","keyword":"undeclared".*)"},
      {"/text?x=1", 400, problem, R"(.*"name":"x","keyword":"undeclared".*)"},
      {"/error", 404, problem,
       R"(\{"type":"about:blank","title":"Not Found","detail":"Not Found","status":404\})"},
      {"//text", 404, problem, ".*"},
      {"/openapi.json", 200, "application/json", R"(\{"openapi":[^]*)"},
      {"/text/", 307, "", ""},
      {"/notes/7", 200, "application/json", R"(\{"id":"7",.*\})"},
      {"/notes/seven", 400, problem, R"(.*"in":"path","name":"id".*)"},
      {"/silent", 200, "", ""},
      {"/text", 405, problem,
       R"(\{"type":"about:blank","title":"Method Not Allowed",)"
       R"("detail":"Method Not Allowed","status":405\})",
       net::HttpMethod::post},
      {"/stamp?name=Paul", 405, problem, ".*", net::HttpMethod::post},
  };
  for (const Row& row : rows) {
    const net::HttpResponse response = get(row.target, row.method);
    EXPECT_EQ(response.status, row.status) << row.target;
    EXPECT_EQ(response.header("content-type"), row.content_type) << row.target;
    EXPECT_TRUE(std::regex_match(response.body, std::regex(row.body)))
        << row.target << ": " << response.body;
    if (row.status == 405) {
      EXPECT_EQ(response.header("allow"), "GET, HEAD, OPTIONS");
    }
  }
  EXPECT_EQ(get("/text/").header("location"),
            "http://127.0.0.1:" + std::to_string(port_) + "/text");
}

TEST_F(LocalSystemTest, EveryPublishedEventReachesTheFunctionOnceAndInOrder) {
  net::HttpClient client("127.0.0.1", port_);
  std::vector<std::string> expected;
  for (int i = 0; i < 500; ++i) {
    const std::string name = "order-" + std::to_string(i);
    const auto response = client.request({.target = "/stamp?name=" + name}, 10s);
    ASSERT_TRUE(response);
    ASSERT_EQ(response->status, 200u) << response->body;
    expected.push_back(name);
  }
  const auto arrived = [&] {
    std::vector<std::string> found;
    for (const std::string& name : run_->stamps()) {
      if (name.starts_with("order-")) found.push_back(name);
    }
    return found;
  };
  EXPECT_TRUE(eventually([&] { return arrived().size() >= expected.size(); }));
  EXPECT_EQ(arrived(), expected);
}

TEST_F(LocalSystemTest, AnEventOfAnotherTopicReachesTheFunctionToo) {
  net::HttpClient client("127.0.0.1", port_);
  const auto response = client.request({.method = net::HttpMethod::post,
                                        .target = test::kNotePath,
                                        .headers = {{"Content-Type", "application/json"}},
                                        .body = test::kNoteBody},
                                       10s);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201u) << response->body;
  EXPECT_EQ(response->header("location"), test::kNotePath + "/7");
  EXPECT_TRUE(eventually([&] {
    return run_->output().find("\"type\":\"NOTE\",\"value\":" + response->body) !=
           std::string::npos;
  })) << run_->output();
}

TEST_F(LocalSystemTest, ASigtermUnderLoadLosesNothingThatWasAcknowledged) {
  const pid_t api = run_->api();
  ASSERT_NE(api, 0);
  std::mutex mutex;
  std::set<std::string> acknowledged;
  std::atomic<bool> stop = false;
  std::vector<std::jthread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&, c] {
      net::HttpClient client("127.0.0.1", port_);
      for (int i = 0; !stop; ++i) {
        const std::string name = "drain-" + std::to_string(c) + "-" + std::to_string(i);
        const auto response = client.request({.target = "/stamp?name=" + name}, 10s);
        if (!response || response->status != 200) continue;
        const std::lock_guard lock(mutex);
        acknowledged.insert(name);
      }
    });
  }
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return acknowledged.size();
  };
  ASSERT_TRUE(eventually([&] { return count() > 200; }));
  ASSERT_EQ(::kill(api, SIGTERM), 0);
  // penstock_local starts the API again, and the clients continue.
  ASSERT_TRUE(eventually([&] { return run_->api() != 0 && run_->api() != api; }));
  const size_t before = count();
  EXPECT_TRUE(eventually([&] { return count() > before + 200; }));
  stop = true;
  clients.clear();
  EXPECT_THAT(run_->output(), HasSubstr("\"message\":\"stopped\",\"events_without_a_report\":0"));
  const auto missing = [&] {
    const auto stamps = run_->stamps();
    const std::set<std::string> arrived(stamps.begin(), stamps.end());
    size_t number = 0;
    for (const std::string& name : acknowledged) number += arrived.count(name) == 0 ? 1 : 0;
    return number;
  };
  EXPECT_TRUE(eventually([&] { return missing() == 0; }))
      << missing() << " of " << acknowledged.size();
}

TEST_F(LocalSystemTest, ReadinessAndMetricsAreOnTheAdminPort) {
  net::HttpClient client("127.0.0.1", admin_port_);
  const auto ready = client.request({.target = "/readiness"}, 10s);
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->status, 200u) << ready->body;
  const auto metrics = client.request({.target = "/metrics"}, 10s);
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->body, HasSubstr("http_server_request_duration_seconds_bucket{"));
  EXPECT_THAT(metrics->body, HasSubstr("messaging_client_sent_messages_total{"));
  EXPECT_EQ(get("/readiness").status, 404u);
}

TEST_F(LocalSystemTest, ASecondRunOnTheSameFolderOrPortSaysSo) {
  LocalRun same_folder(folder_->path() / "data", local::free_port().value(),
                       local::free_port().value());
  auto ended = same_folder.child().wait_until(steady_clock::now() + kPatience);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->number, 1);
  EXPECT_THAT(same_folder.output(),
              HasSubstr("is in use by penstock_local (pid " + std::to_string(run_->child().pid())));
  LocalRun same_port(folder_->path() / "other", port_, local::free_port().value(), "memory");
  ended = same_port.child().wait_until(steady_clock::now() + kPatience);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->number, 1);
  EXPECT_THAT(same_port.output(), HasSubstr("port " + std::to_string(port_)));
}

// This test must be the suite's last, because it stops the system.
TEST_F(LocalSystemTest, ZCtrlCStopsEverythingInOrder) {
  run_->child().signal(SIGINT);
  const auto ended = run_->child().wait_until(steady_clock::now() + kPatience);
  ASSERT_TRUE(ended) << run_->output();
  EXPECT_EQ(ended->text(), "exit status 0") << run_->output();
  EXPECT_TRUE(processes_that_name(folder_->path().string()).empty());
}

TEST(LocalSystemKilled, LeavesNoProcessBehind) {
  const test::TemporaryFolder folder;
  LocalRun run(folder.path() / "data", local::free_port().value(), local::free_port().value(),
               "memory");
  ASSERT_TRUE(run.ready()) << run.output();
  const pid_t api = run.api();
  ASSERT_NE(api, 0);
  ::kill(run.child().pid(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return ::kill(api, 0) != 0; }));
}

}  // namespace
}  // namespace penstock
