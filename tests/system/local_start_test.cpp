// The start of penstock_local when something is wrong: it ends at once, with one sentence that says
// what. A script stands for Java where Kafka is not needed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "local/kafka/ports.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using std::chrono::steady_clock;
using test::eventually;
using testing::HasSubstr;
using testing::Not;

// Kafka's tool formats the storage, as far as penstock_local looks.
constexpr const char* kFormats =
    "case \"$*\" in *StorageTool*) mkdir -p storage; printf "
    "'version=1\\nnode.id=1\\ncluster.id=x\\n' > storage/meta.properties; exit 0;; esac\n";

class LocalStartTest : public testing::Test {
 protected:
  // Makes an executable script and returns its path.
  std::string script(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/sh\n" << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  // Starts penstock_local with free ports, these options and these variables besides.
  void start(std::vector<std::string> options, base::Environment environment = {}) {
    for (const char* name : {"--port", "--admin-port"}) {
      if (std::find(options.begin(), options.end(), name) != options.end()) continue;
      options.insert(options.end(), {name, std::to_string(local::free_port().value())});
    }
    if (std::find(options.begin(), options.end(), "--service") == options.end()) {
      options.insert(options.end(), {"--service", test::kServiceFolder});
    }
    options.insert(options.end(),
                   {"--data", data().string(), "--kafka-libs", libraries().string()});
    environment["PATH"] = (folder_.path() / "bin").string() + ":/usr/bin:/bin";
    run_ = std::make_unique<test::Program>("penstock_local", std::move(options),
                                           std::move(environment), folder_.path() / "output");
  }
  void SetUp() override {
    std::filesystem::create_directories(libraries());
    std::ofstream(libraries() / "kafka_2.13-0.0.0.jar");
  }
  // Makes a service whose contract has these lines for its one operation.
  std::string service(const std::string& lines, const std::string& top = {}) {
    const auto folder = folder_.path() / "service";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "service.env")
        << "SERVICE=small\nAPI_PROGRAM=" << test::kApiProgram
        << "\nFUNCTION_PROGRAM=" << test::kFunctionProgram
        << "\nVARIABLE_PREFIX=" << test::kVariablePrefix
        << "\nCONTRACT=small.yaml\nEXAMPLES='/text /v1/text /healthcheck'\n";
    std::ofstream(folder / "small.yaml")
        << "openapi: 3.0.3\ninfo: {title: small, version: '1'}\n"
        << top << "paths:\n  /text:\n    get:\n      operationId: get_text\n"
        << "      responses: {'200': {description: d}}\n"
        << lines;
    return folder;
  }
  void java(const std::string& text) { (void)script("bin/java", text); }
  // Waits until the file is there, which a script makes.
  [[nodiscard]] bool appears(const std::filesystem::path& file) {
    return eventually([&] { return std::filesystem::exists(file); });
  }

  [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }
  [[nodiscard]] std::filesystem::path libraries() const { return folder_.path() / "jars"; }

  test::TemporaryFolder folder_;
  std::unique_ptr<test::Program> run_;
};

TEST_F(LocalStartTest, OnePortForTwoServersIsRefused) {
  start({"--broker", "memory", "--port", "8000", "--admin-port", "8000"});
  EXPECT_EQ(run_->exit_status(), 2);
  EXPECT_THAT(run_->output(), HasSubstr("--port and --admin-port are both 8000. Each needs a port "
                                        "of its own."));
}

TEST_F(LocalStartTest, TheConsolesPortIsItsOwn) {
  start({"--broker", "memory", "--port", "8000", "--console-port", "8000"});
  EXPECT_EQ(run_->exit_status(), 2);
  EXPECT_THAT(run_->output(),
              HasSubstr("--port and --console-port are both 8000. Each needs a port "
                        "of its own."));
}

TEST_F(LocalStartTest, AConsolePortThatIsTakenEndsTheStartBeforeKafka) {
  java("touch began; exec sleep 1000\n");
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), 0});
  const std::string port = std::to_string(taken.local_endpoint().port());
  start({"--console-port", port});
  EXPECT_EQ(run_->exit_status(), 1);
  EXPECT_THAT(run_->output(), HasSubstr("the console: cannot listen on 127.0.0.1 port " + port));
  EXPECT_THAT(run_->output(), HasSubstr("Set another --console-port"));
  EXPECT_FALSE(std::filesystem::exists(data() / "kafka" / "began"));
}

TEST_F(LocalStartTest, AMappingOfOtherTopicsThanTheApisIsRefusedWithBothLists) {
  const auto mapping = folder_.path() / "mapping.json";
  std::ofstream(mapping) << R"({"FunctionName":"f","Topics":["other"],)"
                            R"("StartingPosition":"LATEST"})";
  start({"--broker", "memory", "--mapping", mapping});
  EXPECT_EQ(run_->exit_status(), 2);
  EXPECT_THAT(run_->output(), HasSubstr("the mapping reads 'other', but the API writes to '"));
  EXPECT_THAT(run_->output(), HasSubstr("'" + test::kStampTopic + "'"));
  EXPECT_THAT(run_->output(), HasSubstr("'" + test::kNoteTopic + "'"));
}

TEST_F(LocalStartTest, AMappingForEachTopicFits) {
  std::vector<std::string> options{"--broker", "memory"};
  for (const std::string& topic : {test::kStampTopic, test::kNoteTopic}) {
    const auto file = folder_.path() / (topic + ".json");
    std::ofstream(file) << R"({"FunctionName":"f","Topics":[")" << topic
                        << R"("],"StartingPosition":"LATEST"})";
    options.insert(options.end(), {"--mapping", file});
  }
  // It gets further than to the mappings: the API ends the start.
  options.insert(options.end(), {"--api", script("api", "exit 1\n")});
  start(options);
  EXPECT_EQ(run_->exit_status(), 1);
  EXPECT_THAT(run_->output(), HasSubstr("api ended with exit status 1 while it was starting"));
}

TEST_F(LocalStartTest, OneGroupForSeveralMappingsIsRefused) {
  start({"--broker", "memory", "--consumer-group", "mine"});
  EXPECT_EQ(run_->exit_status(), 2);
  EXPECT_THAT(run_->output(), HasSubstr("each mapping needs a group of its own"));
}

TEST_F(LocalStartTest, AFaultyContractEndsTheStartBeforeKafkaWithFileAndLine) {
  java("touch began; exec sleep 1000\n");
  start({"--service", service("      x-event: {type: t}\n")});
  EXPECT_EQ(run_->exit_status(), 2);
  EXPECT_THAT(run_->output(), HasSubstr("/service/small.yaml:8:"));
  EXPECT_FALSE(std::filesystem::exists(data()));
}

constexpr const char* kKeyNeeded = "      security: [{key: []}]\n";
constexpr const char* kKey =
    "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\n";

TEST_F(LocalStartTest, TheApiGetsTestCredentialsInItsEnvironmentAlone) {
  const std::string got = (folder_.path() / "got").string();
  start({"--service", service(kKeyNeeded, kKey), "--api",
         script("api", "echo \"$" + test::variable("AUTHENTICATION") + "\" > " + got +
                           "\necho \"arguments: $*\"\nexit 1\n")});
  EXPECT_EQ(run_->exit_status(), 1) << run_->output();
  std::ifstream file(got);
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(document, HasSubstr(R"({"schemes":{"key":{"keys":{"keys":[{"name":"test",)"));
  EXPECT_THAT(run_->output(), HasSubstr("arguments: "));
  EXPECT_THAT(run_->output(), Not(HasSubstr("sha256")));
}

TEST_F(LocalStartTest, TheDeployersWordLeavesNoTestCredentials) {
  start({"--service", service(kKeyNeeded, kKey), "--api",
         script("api", "echo \"has: '$" + test::variable("AUTHENTICATION") + "'\"\nexit 1\n")},
        {{test::variable("SECURITY"), "external"}});
  EXPECT_EQ(run_->exit_status(), 1) << run_->output();
  EXPECT_THAT(run_->output(), HasSubstr("has: ''"));
  EXPECT_THAT(run_->output(), HasSubstr("penstock | the API looks at no credentials, as " +
                                        test::variable("SECURITY") + " says\n"));
}

TEST_F(LocalStartTest, TheDeployersCredentialsAreNotInTheCommandsAndThatIsSaid) {
  start({"--service", service(kKeyNeeded, kKey), "--api", script("api", "exit 1\n")},
        {{test::variable("AUTHENTICATION"), "/nowhere"}});
  EXPECT_EQ(run_->exit_status(), 1) << run_->output();
  EXPECT_THAT(run_->output(), HasSubstr("penstock | the API takes the credentials of " +
                                        test::variable("AUTHENTICATION")));
}

// A script stands for the API, which is ready as soon as something answers on its admin port.
TEST_F(LocalStartTest, WithoutAnEventThereIsNoBrokerAndTheUrlsHaveTheBasePath) {
  const std::string port = std::to_string(local::free_port().value());
  const std::string api =
      script("api",
             "exec python3 -c \"import http.server,os\n"
             "class H(http.server.BaseHTTPRequestHandler):\n"
             "  def do_GET(self): self.send_response(200); self.send_header('Content-Length','0'); "
             "self.end_headers()\n"
             "print('kafka:', os.environ['" +
                 test::variable("AWS_MSK_CLUSTER_BOOTSTRAP") +
                 "'], '.', flush=True)\n"
                 "http.server.HTTPServer(('127.0.0.1', int(os.environ['" +
                 test::variable("ADMIN_PORT") + "'])), H).serve_forever()\"\n");
  start({"--service", service("", "servers: [{url: /v1}]\n"), "--api", api, "--port", port});
  ASSERT_TRUE(eventually([&] {
    return run_->output().find("Ctrl-C stops everything") != std::string::npos ||
           run_->child().ended();
  })) << run_->output();
  EXPECT_THAT(run_->output(), HasSubstr("No operation of the contract publishes an event"));
  EXPECT_THAT(run_->output(), HasSubstr("kafka:  ."));
  EXPECT_THAT(run_->output(), HasSubstr("curl 'http://127.0.0.1:" + port +
                                        "/v1/text'\n"
                                        "penstock |   curl 'http://127.0.0.1:" +
                                        port +
                                        "/v1/text'\n"
                                        "penstock |   curl 'http://127.0.0.1:" +
                                        port + "/healthcheck'"));
  EXPECT_FALSE(std::filesystem::exists(data() / "kafka"));
  run_->child().signal(SIGINT);
  EXPECT_EQ(run_->exit_status(), 0) << run_->output();
}

TEST_F(LocalStartTest, CtrlCEndsTheFormattingOfKafkasStorage) {
  java("touch began; exec sleep 1000\n");
  start({});
  ASSERT_TRUE(appears(data() / "kafka" / "began")) << run_->output();
  run_->child().signal(SIGINT);
  EXPECT_EQ(run_->exit_status(), 0);
  EXPECT_THAT(run_->output(), HasSubstr("penstock | stopped\n"));
}

TEST_F(LocalStartTest, CtrlCEndsTheWaitForKafkasAnswer) {
  java(std::string(kFormats) + "touch began; exec sleep 1000\n");
  start({});
  ASSERT_TRUE(appears(data() / "kafka" / "began")) << run_->output();
  run_->child().signal(SIGINT);
  EXPECT_EQ(run_->exit_status(), 0);
  EXPECT_THAT(run_->output(), HasSubstr("penstock | stopped\n"));
}

TEST_F(LocalStartTest, AFolderWithoutKafkasJarsIsNamed) {
  std::filesystem::remove(libraries() / "kafka_2.13-0.0.0.jar");
  java("exit 1\n");
  start({});
  EXPECT_EQ(run_->exit_status(), 1);
  EXPECT_THAT(run_->output(),
              HasSubstr("the folder `" + libraries().string() + "` has no jar of Apache Kafka"));
}

TEST_F(LocalStartTest, TooLittleMemoryIsOneSentenceForTheToolAndForTheBroker) {
  const std::string fails =
      "echo '#'; echo '# There is insufficient memory for the Java Runtime Environment to "
      "continue.'"
      "; exit 1\n";
  for (const std::string& text : {fails, kFormats + fails}) {
    java(text);
    start({});
    EXPECT_EQ(run_->exit_status(), 1);
    EXPECT_THAT(run_->output(), HasSubstr("Kafka did not get enough memory"));
    EXPECT_THAT(run_->output(), Not(HasSubstr("\nbroker ")));
  }
}

TEST_F(LocalStartTest, TheLastWordsOfABrokerThatEndsAreShown) {
  java(std::string(kFormats) + "echo ERROR Exiting Kafka, since it is Monday; exit 1\n");
  start({});
  EXPECT_EQ(run_->exit_status(), 1);
  EXPECT_THAT(run_->output(), HasSubstr("broker   | ERROR Exiting Kafka, since it is Monday\n"));
  EXPECT_THAT(run_->output(), HasSubstr("Kafka ended with exit status 1 while it was starting."));
}

TEST_F(LocalStartTest, ALostFileOfKafkasIsToldBeforeKafkaStarts) {
  java("exit 0\n");
  std::filesystem::create_directories(data() / "kafka" / "storage" / "__cluster_metadata-0");
  start({});
  EXPECT_EQ(run_->exit_status(), 1);
  EXPECT_THAT(run_->output(), HasSubstr("meta.properties` is missing. It says to which cluster"));
}

TEST_F(LocalStartTest, AnApiThatEndsIsNotStartedAgain) {
  const std::string api = script("api", "echo the port is gone; exit 1\n");
  start({"--broker", "memory", "--api", api});
  EXPECT_EQ(run_->exit_status(), 1);
  EXPECT_THAT(run_->output(),
              HasSubstr("api ended with exit status 1 while it was starting: the port is gone"));
}

TEST_F(LocalStartTest, IsNotReadyWithAFunctionThatEndsAtOnce) {
  const std::string function = script("function", "echo no settings here; exit 3\n");
  start({"--broker", "memory", "--api", test::program_path(test::kApiProgram).string(),
         "--function", function});
  EXPECT_EQ(run_->exit_status(), 1);
  EXPECT_THAT(run_->output(), HasSubstr("ended with exit status 3 before it asked for an "
                                        "invocation: no settings here"));
  EXPECT_THAT(run_->output(), Not(HasSubstr("Ctrl-C stops everything")));
}

}  // namespace
}  // namespace penstock
