// These tests use penstock_contract as an author of a contract does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "net/http_client.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

const std::filesystem::path kContracts = PENSTOCK_TEST_CONTRACTS;

class ContractProgramTest : public testing::Test {
 protected:
  void start(std::vector<std::string> arguments) {
    const std::string log = "output" + std::to_string(++runs_) + ".log";
    program_.emplace("penstock_contract", std::move(arguments), base::Environment(),
                     folder_.path() / log);
  }
  // Runs the program to its end. Returns its output and its exit status.
  std::pair<std::string, int> run(std::vector<std::string> arguments) {
    start(std::move(arguments));
    const int code = program_->exit_status();
    return {program_->output(), code};
  }
  std::string write(const std::string& name, std::string_view text) {
    const std::filesystem::path path = folder_.path() / name;
    std::ofstream(path) << text;
    return path;
  }
  // Starts a mock of the document, waits until it listens, and returns its port.
  uint16_t mock(const std::string& document) {
    start({"mock", document, "--port", "0"});
    EXPECT_TRUE(
        test::eventually([&] { return program_->output().find('\n') != std::string::npos; }));
    const std::string output = program_->output();
    const auto line = boost::json::parse(output.substr(0, output.find('\n')));
    const std::string url(line.at("url").as_string());
    return static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  test::TemporaryFolder folder_;
  std::optional<test::Program> program_;
  int runs_ = 0;
};

TEST_F(ContractProgramTest, CheckNamesEveryProblemWithItsPlace) {
  const std::string shared = write("shared.yaml", "Name: {type: strnig}\n");
  const std::string file = write("api.yaml", R"(openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a/{id}:
    get:
      operationId: a
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: zero}}
        - {name: n, in: query, schema: {$ref: 'shared.yaml#/Name'}}
      responses: {'200': {description: d, content: {application/json: {schema: {
        $ref: '#/components/schemas/No'}}}}}
  /a/{other}:
    get:
      operationId: a
      responses: {'200': {description: d}}
)");
  const auto [text, code] = run({"check", file});
  EXPECT_EQ(code, 1);
  EXPECT_EQ(text, file + ":8:81: minimum must be a number\n" + file +
                      ":11:15: '#/components/schemas/No' points to nothing\n" + file +
                      ":12:3: operation 'a' does not declare the path's parameter 'other'\n" +
                      file + ":12:3: the path matches the same requests as '/a/{id}'\n" + file +
                      ":14:20: operationId 'a' is used twice\n" + shared +
                      ":1:14: type 'strnig' does not exist in OpenAPI 3.0\n");
}

TEST_F(ContractProgramTest, CheckTakesSeveralDocuments) {
  const auto [text, code] = run({"check", kContracts / "shop.openapi.yaml",
                                 kContracts / "museum.openapi.yaml", folder_.path() / "none.yaml"});
  EXPECT_EQ(code, 1);
  EXPECT_THAT(text, HasSubstr("shop.openapi.yaml: valid; 12 operations on 8 paths\n"));
  EXPECT_THAT(text, HasSubstr("museum.openapi.yaml: valid; 11 operations on 9 paths\n"));
  EXPECT_THAT(text, HasSubstr("none.yaml: there is no such file\n"));
}

TEST_F(ContractProgramTest, CheckNamesWhatPatternsCost) {
  const std::string file = write("api.yaml", R"(openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: cheap, in: query, schema: {type: string, pattern: '^[\p{L} ]{1,100}$'}}
        - {name: dear, in: query, schema: {type: string, pattern: '(?:a\B.){20}'}}
      responses: {'200': {description: d}}
)");
  const auto [text, code] = run({"check", file});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(text, HasSubstr(file + R"(:9:43: the pattern (?:a\B.){20} takes up to )"));
  EXPECT_THAT(text, testing::Not(HasSubstr("cheap")));
  const auto [refused, refused_code] = run({"check", file, "--pattern-steps-max", "10"});
  EXPECT_EQ(refused_code, 1);
  EXPECT_THAT(refused, HasSubstr("steps for each byte of a text, and at most 10 are allowed"));
  EXPECT_THAT(refused,
              HasSubstr("--pattern-steps-max, in the API with HELLO_API_PATTERN_STEPS_MAX"));
  EXPECT_NE(run({"check", file, "--pattern-steps-max", "0"}).second, 0);
  EXPECT_NE(run({"check", file, "--pattern-steps-max", "1000001"}).second, 0);
}

TEST_F(ContractProgramTest, CheckPrintsAPatternOnOneLine) {
  const std::string file = write("api.yaml", R"(openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - name: p
          in: query
          schema: {type: string, pattern: "a\\B\nforged.yaml: valid\e]0;\u202e"}
      responses: {'200': {description: d}}
)");
  const auto [text, code] = run({"check", file});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(
      text, HasSubstr(R"(the pattern a\B\x0aforged.yaml: valid\x1b]0;\xe2\x80\xae takes up to )"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, testing::Not(HasSubstr("\x1b")));
}

TEST_F(ContractProgramTest, HostileDocumentsEndSoonWithASentence) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string name = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + name;
    for (int j = 0; j < 9; ++j) bomb += ", " + name;
    bomb += "]\n";
  }
  const std::pair<std::string, std::string> rows[] = {
      {write("large.yaml", std::string(100U << 20U, '#')), "it has more than 10485760 bytes"},
      {write("deep.json", std::string(1U << 20U, '[')), "nested more than 200 levels"},
      {write("bomb.yaml", bomb + "openapi: 3.1.0\npaths: {/a: *a9}\n"), "must be an object"},
      {write("example.yaml", bomb + "openapi: 3.1.0\npaths: {/a: {get: {operationId: o, responses: "
                                    "{'200': {description: d}}, "
                                    "parameters: [{name: p, in: query, schema: {enum: *a9}}]}}}\n"),
       "enum: the values of all enum, const and default together are more than 2097152"},
      {write("circle.yaml", "openapi: 3.1.0\npaths: {/a: {$ref: '#/paths/~1a'}}\n"),
       "leads in a circle"},
      {write("remote.yaml", "openapi: 3.1.0\npaths: {/a: {$ref: 'https://example.com/a.yaml'}}\n"),
       "only files on this machine are read"},
  };
  for (const auto& [file, sentence] : rows) {
    const auto [text, code] = run({"check", file});
    EXPECT_EQ(code, 1) << file;
    EXPECT_THAT(text, HasSubstr(sentence));
    EXPECT_LT(text.size(), 2000u) << file;
  }
}

TEST_F(ContractProgramTest, RoutesPrintsTheTable) {
  const auto [text, code] = run({"routes", kContracts / "museum.openapi.yaml"});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(text, StartsWith("base path /museum\nMETHOD  PATH "));
  EXPECT_THAT(text,
              HasSubstr("POST    /works                     addWork          201,default      "
                        "example.museum.work-added -> works (best effort)\n"));
}

TEST_F(ContractProgramTest, RoutesDoesNotLetADocumentControlTheTerminal) {
  const auto file = write("terminal.yaml",
                          "openapi: 3.1.0\npaths: {/a: {get: {operationId: \"a\\e]0;b\\x07\", "
                          "responses: {'200': {description: d}}}}}\n");
  const auto [text, code] = run({"routes", file});
  EXPECT_EQ(code, 0) << text;
  EXPECT_EQ(text.find_first_of("\x1b\x07"), std::string::npos) << text;
}

TEST_F(ContractProgramTest, AsyncapiPrintsTheEvents) {
  const auto [text, code] = run({"asyncapi", kContracts / "museum.openapi.yaml"});
  EXPECT_EQ(code, 0);
  const auto document = boost::json::parse(text);
  EXPECT_EQ(document.at("asyncapi"), "3.0.0");
  EXPECT_EQ(document.at("channels").at("works").at("address"), "works");
  const auto& message = document.at("components").at("messages").at("example.museum.work-added");
  EXPECT_EQ(message.at("payload").at("schemaFormat"),
            "application/schema+json;version=draft-2020-12");
  EXPECT_EQ(message.at("bindings").at("kafka").at("key").at("description"), "The value's /id.");
}

TEST_F(ContractProgramTest, MockServesUntilItIsStopped) {
  const uint16_t port = mock(kContracts / "shop.openapi.yaml");
  net::HttpClient client("127.0.0.1", port);
  const auto example = client.request({.target = "/v1/products/17"}, 5s);
  ASSERT_TRUE(example);
  EXPECT_EQ(example->status, 200u);
  EXPECT_THAT(example->body, HasSubstr(R"("name":"Assam, loose","category":"tea","price":7.95)"));
  EXPECT_EQ(client.request({.target = "/v1/products/0"}, 5s)->status, 400u);
  EXPECT_EQ(client.request({.target = "/products/17"}, 5s)->status, 404u);
  program_->child().signal(SIGTERM);
  EXPECT_EQ(program_->exit_status(), 0);
}

TEST_F(ContractProgramTest, RequestsAreAnsweredByTheMock) {
  const std::string file = kContracts / "shop.openapi.yaml";
  const auto [text, code] = run({"requests", file});
  EXPECT_EQ(code, 0);
  const uint16_t port = mock(file);
  net::HttpClient client("127.0.0.1", port);
  // The client knows only these methods.
  const std::map<std::string, net::HttpMethod> methods{{"GET", net::HttpMethod::get},
                                                       {"PUT", net::HttpMethod::put},
                                                       {"POST", net::HttpMethod::post}};
  std::istringstream lines(text);
  size_t asked = 0;
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto request = boost::json::parse(line).as_object();
    const auto method = methods.find(std::string(request.at("method").as_string()));
    if (method == methods.end()) continue;
    ++asked;
    net::HttpRequest sent{.method = method->second,
                          .target = std::string(request.at("target").as_string())};
    for (const auto& [name, value] : request.at("headers").as_object()) {
      sent.headers.emplace_back(std::string(name),
                                base::WipedText(std::string_view(value.as_string())));
    }
    if (request.at("body").is_string()) {
      sent.body = std::string_view(request.at("body").as_string());
    }
    const auto reply = client.request(sent, 5s);
    ASSERT_TRUE(reply) << line;
    EXPECT_EQ(reply->status, request.at("status").to_number<unsigned>()) << line << reply->body;
  }
  EXPECT_EQ(count, 12U);
  EXPECT_EQ(asked, 9U);
}

TEST_F(ContractProgramTest, AWrongCommandLineSaysWhatIsRight) {
  EXPECT_EQ(run({}).second, 2);
  EXPECT_EQ(run({"mock"}).second, 2);
  const auto [text, code] = run({"--help"});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(text, HasSubstr("asyncapi"));
}

}  // namespace
}  // namespace penstock
