// These tests run the API program alone: its command line, its settings, its start and its end.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>

#include "local/kafka/ports.h"
#include "net/http_client.h"
#include "support/fake_endpoint.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::eventually;
using test::variable;
using testing::HasSubstr;
using testing::Not;

class ApiProgramTest : public testing::Test {
 protected:
  // Starts the program on free ports, without Kafka.
  void start(std::vector<std::string> arguments = {}, const base::Environment& more = {}) {
    base::Environment environment{
        {variable("PORT"), "0"}, {variable("ADMIN_PORT"), "0"}, {variable("ADDRESS"), "127.0.0.1"}};
    for (const auto& [name, value] : more) environment[name] = value;
    const std::string log = "output" + std::to_string(++runs_) + ".log";
    program_.emplace(test::kApiProgram, std::move(arguments), environment, folder_.path() / log);
  }
  // Starts the program and waits until it listens. Sets the two ports.
  void serve(const base::Environment& more = {}, std::vector<std::string> arguments = {}) {
    start(std::move(arguments), more);
    ASSERT_TRUE(eventually([&] {
      return output().find("\"message\":\"listening\"") != std::string::npos;
    })) << output();
    const std::string text = output();
    const size_t listening = text.find("\"message\":\"listening\"");
    const size_t begin = text.rfind('\n', listening) + 1;  // It may be npos + 1, which is 0.
    const auto line = boost::json::parse(text.substr(begin, text.find('\n', begin) - begin));
    port_ = static_cast<uint16_t>(line.at("port").as_int64());
    admin_port_ = static_cast<uint16_t>(line.at("admin_port").as_int64());
  }
  // Writes a contract whose operations have the handlers of the service, except for one that is not
  // served. Returns the file's name.
  std::string write_secured_contract() {
    const std::string file = folder_.path() / "secured.yaml";
    // A typed handler has its types in the contract.
    const std::string schemas = "fixture_schemas.yaml";
    std::filesystem::copy_file(std::filesystem::path(test::kServiceFolder) / schemas,
                               folder_.path() / schemas,
                               std::filesystem::copy_options::overwrite_existing);
    std::ofstream(file) << R"(openapi: 3.0.3
info: {title: t, version: '1'}
security: [{key: []}]
components:
  securitySchemes: {key: {type: apiKey, in: query, name: api_key}}
paths:
  /text:
    get:
      operationId: get_text
      responses: {'200': {description: d, content: {application/json: {}}}}
  /stamp: {get: {operationId: get_stamp, security: [], responses: {'200': {description: d}}}}
  /note: {get: {operationId: get_note, security: [], responses: {'200': {description: d}}}}
  /notes: {get: {operationId: add_note, security: [], responses: {'200': {description: d}}}}
  /silent: {get: {operationId: get_silence, security: [{}], responses: {'200': {description: d}}}}
  /caller: {get: {operationId: get_caller, responses: &answers {
    '200': {description: d, content: {application/json: {schema: {
      $ref: 'fixture_schemas.yaml#/Caller'}}}},
    default: {description: d, content: {application/problem+json: {schema: {
      $ref: 'fixture_schemas.yaml#/Problem'}}}}}}}
  /typed-caller: {get: {operationId: get_typed_caller, responses: *answers}}
  /held: {get: {operationId: get_held, security: [], responses: {'200': {description: d}}}}
  /late: {get: {operationId: get_late, security: [], responses: {'200': {description: d}}}}
  /slow:
    get:
      operationId: get_slow
      security: []
      parameters:
        - {name: ms, in: query, required: true, schema: {type: integer, maximum: 1000}}
        - {name: blocking, in: query, schema: {type: boolean, default: false}}
      responses: *answers
  /form:
    post:
      operationId: form
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses: {'200': {description: d}}
)";
    return file;
  }
  int exit_status() { return program_->exit_status(); }
  [[nodiscard]] std::string output() const { return program_->output(); }
  static unsigned status(uint16_t port, const std::string& target) {
    net::HttpClient client("127.0.0.1", port);
    const auto response = client.request({.target = target}, 5s);
    return response ? response->status : 0;
  }

  test::TemporaryFolder folder_;
  std::optional<test::Program> program_;
  int runs_ = 0;
  uint16_t port_ = 0;
  uint16_t admin_port_ = 0;
};

TEST_F(ApiProgramTest, AMalformedContractStopsTheStartWithFileLineAndReason) {
  const std::string file = folder_.path() / "bad.yaml";
  std::ofstream(file)
      << "openapi: 3.0.3\npaths:\n  /text:\n    get: {operationId: get_text, respones: {}}\n";
  start({"--contract", file});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(), HasSubstr(file + ":4:34: operation: 'respones' is not supported"));
}

TEST_F(ApiProgramTest, AContractThatIsNotThereIsNamed) {
  start({"--contract", "/nowhere.yaml"});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(), HasSubstr("/nowhere.yaml: there is no such file"));
}

TEST_F(ApiProgramTest, ServesAnotherContractForTheSameHandlers) {
  const std::string file = folder_.path() / "mine.yaml";
  std::ofstream(file) << "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /only: {get: "
                         "{operationId: get_text, responses: {'200': {description: d}}}}\n";
  start({"--contract", file});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(), HasSubstr("the contract has no operation 'get_stamp'"));
}

TEST_F(ApiProgramTest, AuthenticationNeedsASettingThatSaysWhoAuthenticates) {
  const std::string file = write_secured_contract();
  start({"--contract", file});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(), HasSubstr(file +
                                  ":9:7: operation 'get_text' requires authentication "
                                  "(key), as 2 more do. Say in " +
                                  variable("AUTHENTICATION")));
  EXPECT_THAT(output(), HasSubstr(variable("SECURITY") + "=external or --security external"));
  start({"--contract", file, "--security", "myself"});
  EXPECT_EQ(exit_status(), 2);
  serve({}, {"--contract", file, "--security", "external"});
  EXPECT_THAT(output(), HasSubstr(R"("operation":"get_text","method":"GET","route":"/text",)"
                                  R"("security":"key")"));
  EXPECT_EQ(status(port_, "/text"), 200u);
  // Whoever authenticates may pass the key on.
  EXPECT_EQ(status(port_, "/text?api_key=SECRET"), 200u);
  EXPECT_EQ(status(port_, "/text?api_kez=SECRET"), 400u);
}

TEST_F(ApiProgramTest, EnforcesTheSecurityOfTheContract) {
  const std::string file = write_secured_contract();
  // This is the SHA-256 of the key below.
  serve({{variable("AUTHENTICATION"),
          R"({"schemes": {"key": {"keys": {"keys": [{"name": "partner-a", "sha256":)"
          R"( "39f2561c450ea9165b5bf2f1a2b98185c6ba75c03dff750f74689bc8cb5d6c15"}]}}}})"}},
        {"--contract", file});
  EXPECT_THAT(output(), HasSubstr(R"("message":"authentication","source":)"));
  EXPECT_THAT(output(), HasSubstr(R"("message":"the operation has security","operation":)"));
  EXPECT_EQ(status(port_, "/text"), 401u);
  EXPECT_EQ(status(port_, "/text?api_key=another-key-of-nobody"), 401u);
  EXPECT_EQ(status(port_, "/text?api_key=the-key-of-a-0123456789"), 200u);
  EXPECT_NE(status(port_, "/stamp"), 401u);
  net::HttpClient client("127.0.0.1", port_);
  for (const std::string path : {"/caller", "/typed-caller"}) {
    const auto seen = client.request({.target = path + "?api_key=the-key-of-a-0123456789"}, 5s);
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->body, R"({"scheme":"key","subject":"partner-a","scopes":[]})");
  }
  EXPECT_EQ(status(admin_port_, "/readiness"), 200u);
  net::HttpClient admin("127.0.0.1", admin_port_);
  const auto metrics = admin.request({.target = "/metrics"}, 5s);
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_THAT(metrics->body, HasSubstr("penstock_ready{check=\"authentication\"} 1"));
  EXPECT_THAT(metrics->body, HasSubstr("penstock_authentication_total{"));
  EXPECT_TRUE(eventually([&] {
    return output().find(R"("auth_scheme":"key","subject":"partner-a")") != std::string::npos;
  })) << output();
  EXPECT_THAT(output(), Not(HasSubstr("the-key-of-a")));
}

TEST_F(ApiProgramTest, AnAuthenticationThatDoesNotFitTheContractStopsTheStart) {
  const std::string file = write_secured_contract();
  for (const std::string_view setting :
       {R"({"schemes": {}})", "{}", R"({"schemes": {"no": {}}})", "/nowhere/authentication.json"}) {
    start({"--contract", file}, {{variable("AUTHENTICATION"), std::string(setting)}});
    EXPECT_EQ(exit_status(), 2) << setting;
    EXPECT_THAT(output(), HasSubstr(variable("AUTHENTICATION"))) << setting;
  }
}

// `up` and the logs of a task show the last line as the reason.
TEST_F(ApiProgramTest, TheReasonWhyItDoesNotStartIsTheLastLine) {
  start({"--contract", write_secured_contract()},
        {{variable("AUTHENTICATION"),
          R"({"schemes": {"key": {"keys": {"file": "/nowhere/keys.json"}}}})"}});
  EXPECT_EQ(exit_status(), 1);
  const std::string all = output();
  EXPECT_THAT(all, HasSubstr("the operation has security"));
  EXPECT_THAT(all.substr(all.rfind('\n', all.size() - 2) + 1), HasSubstr("/nowhere/keys.json"));
}

// A client must not be able to write ERROR lines, which wake people up.
TEST_F(ApiProgramTest, WhatIsNotServedYetIs501AndNoError) {
  const std::string file = write_secured_contract();
  serve({{variable("SECURITY"), "external"}}, {"--contract", file});
  EXPECT_THAT(output(), HasSubstr(R"("message":"the operation is not served","operation":"form")"));
  net::HttpClient client("127.0.0.1", port_);
  const auto response =
      client.request({.method = net::HttpMethod::post,
                      .target = "/form",
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                      .body = "a=b"},
                     5s);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 501u);
  EXPECT_THAT(std::string(response->body),
              HasSubstr("This operation is not served yet. Its body can only be "
                        "application/x-www-form-urlencoded, which is not served yet."));
  EXPECT_TRUE(eventually([&] {
    return output().find(R"("route":"/form","status":501)") != std::string::npos;
  })) << output();
  EXPECT_THAT(output(), testing::Not(HasSubstr("\"level\":\"ERROR\"")));
}

TEST_F(ApiProgramTest, LogsALineForEachKindOfRemark) {
  for (const auto& entry : std::filesystem::directory_iterator(test::kServiceFolder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::filesystem::copy(entry.path(), folder_.path() / entry.path().filename());
  }
  const std::string file = folder_.path() / test::kContractFile;
  // The document ends with its components.
  std::ofstream(file, std::ios::app) << "  schemas:\n    Costly: {pattern: 'a[ab]{20}c'}\n"
                                        "    Dear: {pattern: 'b[ab]{20}c'}\n";
  start({"--contract", file});
  ASSERT_TRUE(eventually([&] { return output().find("\"listening\"") != std::string::npos; }))
      << output();
  EXPECT_THAT(output(), HasSubstr("the contract has remarks, which penstock_contract check lists\","
                                  "\"kind\":\"costly-pattern\",\"places\":2}"));
}

TEST_F(ApiProgramTest, UnknownOptionsAndValuesOutOfRangeStopTheStart) {
  start({"--prot", "1"});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(), HasSubstr("--prot"));
  start({}, {{variable("PORT"), "70000"}, {variable("PUBLISH_DEADLINE"), "soon"}});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(), HasSubstr(variable("PORT") +
                                  " is '70000', but must be a whole number from 0 to 65535."));
  EXPECT_THAT(output(), HasSubstr(variable("PUBLISH_DEADLINE") + " is 'soon'"));
  start({}, {{variable("ADDRESS"), "localhost"}});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(),
              HasSubstr(variable("ADDRESS") + " is 'localhost', but must be an IP address"));
}

TEST_F(ApiProgramTest, AMisspeltVariableIsTold) {
  serve({{variable("PROT"), "1"}});
  EXPECT_THAT(output(), HasSubstr("warning: " + variable("PROT") + " is set"));
}

TEST_F(ApiProgramTest, APortInUseIsNamed) {
  serve();
  const std::string taken = std::to_string(port_);
  test::Program first = std::move(*program_);
  start({}, {{variable("PORT"), taken}});
  EXPECT_EQ(exit_status(), 1);
  EXPECT_THAT(output(), HasSubstr("port " + taken));
}

TEST_F(ApiProgramTest, WithoutKafkaEventsAreLoggedAndTheAnswerIs200) {
  serve();
  EXPECT_EQ(status(port_, test::kStampPath + "Paul"), 200u);
  EXPECT_EQ(status(admin_port_, "/readiness"), 200u);
  EXPECT_TRUE(
      eventually([&] { return output().find("no Kafka is configured") != std::string::npos; }));
}

TEST_F(ApiProgramTest, HealthcheckAsksTheRunningProgram) {
  serve();
  test::Program server = std::move(*program_);
  start({"healthcheck"}, {{variable("PORT"), std::to_string(port_)}});
  EXPECT_EQ(exit_status(), 0) << output();
  start({"healthcheck"}, {{variable("PORT"), std::to_string(local::free_port().value())}});
  EXPECT_EQ(exit_status(), 1);
}

TEST_F(ApiProgramTest, GoesOnServingForTheDrainDelayAndSaysSo) {
  serve({{variable("DRAIN_DELAY"), "1.5"}});
  program_->child().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return status(admin_port_, "/readiness") == 503; }));
  net::HttpClient client("127.0.0.1", port_);
  const auto response = client.request({.target = test::kFixedPath}, 5s);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_EQ(exit_status(), 0);
}

TEST_F(ApiProgramTest, ShowsHowLongTheEventLoopWasHeld) {
  serve();
  net::HttpClient client("127.0.0.1", admin_port_);
  const auto metrics = client.request({.target = "/metrics"}, 5s);
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->body, HasSubstr("\npenstock_event_loop_lag_seconds_count "));
}

// The log's reader is slow here, so that lines wait in the program when the fault comes.
TEST_F(ApiProgramTest, TheLastLinesArriveBeforeAFaultEndsTheProgram) {
  const std::string pipe = folder_.path() / "output1.log";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  ASSERT_GT(::fcntl(reader, F_SETPIPE_SZ, 4096), 0);
  std::string text;
  const auto read_some = [&] {
    char part[4096];
    const ssize_t count = ::read(reader, part, sizeof part);
    if (count > 0) text.append(part, static_cast<size_t>(count));
    return count;
  };
  start();
  ASSERT_TRUE(eventually([&] {
    read_some();
    return text.find("\"message\":\"listening\"") != std::string::npos;
  }));
  const auto line = boost::json::parse(text.substr(0, text.find('\n')));
  net::HttpClient client("127.0.0.1", static_cast<uint16_t>(line.at("port").as_int64()));
  constexpr int kRequests = 200;  // Their lines have about 30 KB.
  for (int i = 0; i < kRequests; ++i) {
    const auto response =
        client.request({.target = i + 1 < kRequests ? test::kFixedPath : "/last"}, 5s);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, i + 1 < kRequests ? 200u : 404u);
  }
  // A request's line comes after its answer, but before the connection's next request.
  ASSERT_TRUE(client.request({.target = test::kFixedPath}, 5s));
  program_->child().signal(SIGABRT);
  EXPECT_TRUE(eventually([&] {
    ssize_t count = 0;
    while ((count = read_some()) > 0) {
    }
    return count == 0;
  }));
  ::close(reader);
  size_t lines = 0;
  for (size_t at = 0; (at = text.find("\"message\":\"request\"", at)) != std::string::npos; ++at) {
    ++lines;
  }
  EXPECT_GE(lines, static_cast<size_t>(kRequests));
  EXPECT_THAT(text, HasSubstr("\"status\":404"));
  const auto ended = program_->child().wait_until(steady_clock::now() + 20s);
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->by_signal);
  EXPECT_EQ(ended->number, SIGABRT);
}

// Answers as an STS that refuses every request and repeats it in its explanation.
test::FakeEndpoint::Reply repeat(const std::string& request) {
  std::string text;
  for (const char c : request) text += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return {.body =
              "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>It should have "
              "been \xC2\x9B[31m" +
              text.substr(text.find("X-Amz-Security-Token")) + "</Message></Error></ErrorResponse>",
          .status = "403 Forbidden"};
}

TEST_F(ApiProgramTest, ShowsNoSecretOfARequestThatStsRepeats) {
  static const std::string kToken = "IQoJb3JpZ2luX2VjEJr//wEaCWV1+w=zQx9Kd8LmP4rT2vYbN6cHsJgF1eW";
  test::FakeEndpoint sts(repeat);
  const std::string config = folder_.path() / "config";
  std::ofstream(config)
      << "[profile r]\nrole_arn = r\nsource_profile = r\naws_access_key_id = AKID\n"
         "aws_secret_access_key = secret/key+of/forty/characters\n"
         "aws_session_token = "
      << kToken << "\n";
  const base::Environment environment{{variable("AWS_MSK_CLUSTER_BOOTSTRAP"), "127.0.0.1:1"},
                                      {variable("AWS_MSK_CLUSTER_REGION"), "eu-west-1"},
                                      {variable("KAFKA_AUTH"), "iam"},
                                      {"AWS_CONFIG_FILE", config},
                                      {"AWS_PROFILE", "r"},
                                      {"AWS_ENDPOINT_URL_STS", sts.url()}};
  serve(environment);
  const auto readiness = [&] {
    const auto response =
        net::HttpClient("127.0.0.1", admin_port_).request({.target = "/readiness"}, 5s);
    return response ? std::string(response->body) : "";
  };
  ASSERT_TRUE(eventually([&] {
    return readiness().find("SignatureDoesNotMatch") != std::string::npos &&
           output().find("SignatureDoesNotMatch") != std::string::npos;
  })) << output();
  const std::string ready = readiness(), log = output();
  start({"token"}, environment);
  EXPECT_EQ(exit_status(), 1);
  EXPECT_THAT(output(), HasSubstr("SignatureDoesNotMatch"));
  for (const std::string& text : {ready, log, output()}) {
    for (size_t i = 0; i + 8 <= kToken.size(); ++i) {
      EXPECT_EQ(text.find(kToken.substr(i, 8)), std::string::npos) << text;
    }
    EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos) << "it controls a terminal: " << text;
  }
}

// Takes from this process, and from those that it starts, the right to read every process. Root may
// have it, and then the system does not ask whether a process may leave a core dump.
void give_up_reading_every_process() {
  ::prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0);  // Fails if we do not have it.
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> rights{};
  ASSERT_EQ(::syscall(SYS_capget, &header, rights.data()), 0);
  rights[CAP_TO_INDEX(CAP_SYS_PTRACE)].effective &= ~CAP_TO_MASK(CAP_SYS_PTRACE);
  rights[CAP_TO_INDEX(CAP_SYS_PTRACE)].permitted &= ~CAP_TO_MASK(CAP_SYS_PTRACE);
  ASSERT_EQ(::syscall(SYS_capset, &header, rights.data()), 0);
}

TEST_F(ApiProgramTest, LeavesNoCoreDumpUnlessASettingAllowsIt) {
  give_up_reading_every_process();
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;  // The program inherits it.
  ASSERT_EQ(::setrlimit(RLIMIT_CORE, &limit), 0);
  // The system says which program a process of our user runs if that may leave a core dump
  // (ptrace(2), "Ptrace access mode checking").
  const auto may_dump = [&] {
    rlimit of_program{};
    const pid_t pid = program_->child().pid();
    EXPECT_EQ(::prlimit(pid, RLIMIT_CORE, nullptr, &of_program), 0);
    EXPECT_EQ(of_program.rlim_cur, limit.rlim_max) << "programs that it starts would inherit it";
    std::error_code refused;
    return !std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", refused).empty();
  };
  serve();
  EXPECT_FALSE(may_dump());
  program_->child().signal(SIGKILL);
  serve({{variable("CORE_DUMPS"), "true"}});
  EXPECT_TRUE(may_dump());
}

TEST_F(ApiProgramTest, PrintsTheSettingsThatTheDocumentationHas) {
  start({"settings"});
  EXPECT_EQ(exit_status(), 0);
  std::ifstream file(PENSTOCK_SETTINGS_PAGE);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  // The page has the names of the example.
  const std::string printed =
      std::regex_replace(output(), std::regex(test::kVariablePrefix), "HELLO_API_");
  const size_t own = printed.find("\n## The service's own\n");
  ASSERT_NE(own, std::string::npos) << printed;
  EXPECT_THAT(page, HasSubstr(printed.substr(0, own)));
  EXPECT_THAT(output(), HasSubstr("- `" + variable("TEXT") + "` (default: `Fixed.`):\n  What "));
  EXPECT_THAT(output(), HasSubstr("- `" + variable("KEY") + "` (default: empty; a secret):\n"));
}

TEST_F(ApiProgramTest, ReadsTheSettingsOfTheServicesOwn) {
  serve({{variable("TEXT"), "Other."}, {variable("KEY"), "sesame"}});
  net::HttpClient client("127.0.0.1", port_);
  const auto response = client.request({.target = test::kFixedPath}, 5s);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, R"({"text":"Other."})");
  EXPECT_THAT(output(), testing::Not(HasSubstr("warning")));
  EXPECT_THAT(output(), testing::Not(HasSubstr("sesame")));
  start({}, {{variable("NOTE_ID_MAX"), "none"}});
  EXPECT_EQ(exit_status(), 2);
  EXPECT_THAT(output(), HasSubstr(variable("NOTE_ID_MAX") +
                                  " is 'none', but must be a whole number from 1 to 1000000."));
}

}  // namespace
}  // namespace penstock
