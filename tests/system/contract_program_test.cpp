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
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
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
  uint16_t mock(const std::string& document, const std::vector<std::string>& options = {}) {
    std::vector<std::string> arguments{"mock", document, "--port", "0"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    start(std::move(arguments));
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

TEST_F(ContractProgramTest, EmbedRefusesAFileOutsideOfTheServicesFolder) {
  const std::string file = write("api.yaml", R"(openapi: 3.0.3
info: {title: t, version: '1'}
paths: {}
)");
  const std::string code = folder_.path() / "contract.cpp";
  const auto [output, status] = run({"embed", file, "--namespace", "t", "--output", code});
  EXPECT_EQ(status, 1) << output;
  EXPECT_THAT(output, HasSubstr(file + ", which is not in the service's folder"));
  EXPECT_FALSE(std::filesystem::exists(code));
}

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
  for (const std::string& line :
       {file + ":8:81: minimum must be a number", file + ":11:15: '#/components/schemas/No' points",
        file + ":12:3: GET does not declare the path's parameter 'other'",
        file + ":12:3: the path matches the same requests as '/a/{id}'",
        file + ":14:20: operationId 'a' is used twice",
        shared + ":1:14: type 'strnig' does not exist in OpenAPI 3.0"}) {
    EXPECT_THAT(text, HasSubstr("\n  " + line));
  }
  EXPECT_THAT(text, HasSubstr("refused reference-to-nothing: A reference leads to nothing (1 place)"
                              "\n  " +
                              file + ":11:15: "));
  EXPECT_THAT(text, HasSubstr("  What to write: Correct the file's name and the JSON Pointer"));
  EXPECT_THAT(text, HasSubstr("\n" + file + ": refused; 6 problems of "));
  EXPECT_THAT(text, EndsWith(" kinds; 2 operations on 2 paths\n"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);  // Colours are for terminals.
}

TEST_F(ContractProgramTest, CheckShowsTheFirstPlacesOfAKindAndAllOnDemand) {
  std::string text =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n"
      "  schemas:\n";
  for (int i = 0; i < 70; ++i) {
    text += "    s" + std::to_string(i) + ": {$ref: '#/no/" + (i < 69 ? "a" : "b") + "'}\n";
  }
  const std::string file = write("api.yaml", text);
  const auto few = run({"check", file});
  EXPECT_EQ(few.second, 1);
  EXPECT_THAT(few.first,
              HasSubstr("reference-to-nothing: A reference leads to nothing (70 places)"));
  // A place with another sentence is shown instead of a third one with the same.
  EXPECT_THAT(few.first, HasSubstr(file + ":6:16: '#/no/a' points to nothing\n"));
  EXPECT_THAT(few.first, HasSubstr(file + ":7:16: '#/no/a' points to nothing\n"));
  EXPECT_THAT(few.first, Not(HasSubstr(file + ":8:16: ")));
  EXPECT_THAT(few.first, HasSubstr(":75:17: '#/no/b' points to nothing\n  … and 67 more places"));
  const auto all = run({"check", "--all", file});
  EXPECT_EQ(all.second, 1);
  EXPECT_THAT(all.first, HasSubstr(file + ":50:17: '#/no/a' points to nothing\n"));
  EXPECT_THAT(all.first, Not(HasSubstr("more places")));
}

TEST_F(ContractProgramTest, CheckWritesForPrograms) {
  const std::string file = write("a,b.yaml",
                                 "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: "
                                 "{}\ncomponents: {schemas: {a: {$ref: '#/100%'}}}\n");
  const auto json = boost::json::parse(run({"check", "--format", "json", file}).first);
  const auto& report = json.at("files").at(0);
  EXPECT_EQ(std::string(report.at("file").as_string()), file);
  EXPECT_EQ(report.at("verdict"), "refused");
  const boost::json::object* found = nullptr;
  for (const auto& problem : report.at("problems").as_array()) {
    if (problem.at("kind") == "reference-to-nothing") found = &problem.as_object();
  }
  ASSERT_NE(found, nullptr) << report;
  EXPECT_EQ(found->at("severity"), "refusal");
  EXPECT_EQ(found->at("line"), 4);
  EXPECT_EQ(found->at("sentence"), "'#/100%' points to nothing");
  const auto sarif = boost::json::parse(run({"check", "--format", "sarif", file}).first);
  EXPECT_EQ(sarif.at("version"), "2.1.0");
  const auto [commands, code] = run({"check", "--format", "github", file});
  EXPECT_EQ(code, 1);
  EXPECT_THAT(commands, HasSubstr("a%2Cb.yaml,line=4,col="));
  EXPECT_THAT(commands, HasSubstr(",title=reference-to-nothing::'#/100%25' points to nothing"));
  EXPECT_EQ(run({"check", "--format", "xml", file}).second, 2);
}

TEST_F(ContractProgramTest, DiffSaysWhatBreaks) {
  const std::string document =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n"
      "      operationId: a\n      parameters: [{name: q, in: query, schema: {type: string, "
      "maxLength: 9}}]\n      responses: {'200': {description: d}}\n";
  std::string narrow = document;
  narrow.replace(narrow.find("maxLength: 9"), 12, "maxLength: 8");
  const std::string old_file = write("old.yaml", document);
  const std::string new_file = write("new.yaml", narrow);
  const auto [text, code] = run({"diff", old_file, new_file});
  EXPECT_EQ(code, 1);
  EXPECT_EQ(text,
            "breaks: GET /a: query parameter 'q': maxLength was 9, and is 8 (requests)\n"
            "  old " +
                old_file + ":7:75\n  new " + new_file + ":7:75\n" + old_file + " -> " + new_file +
                ": 1 breaking, 0 that may break, 0 not breaking\n");
  EXPECT_EQ(run({"diff", old_file, old_file}).second, 0);
  const auto [json, wider] = run({"diff", "--format", "json", new_file, old_file});
  EXPECT_EQ(wider, 0);
  const auto change = boost::json::parse(json).at("changes").at(0);
  EXPECT_EQ(change.at("effect"), "does_not_break");
  EXPECT_EQ(change.at("old").at("line"), 7);
  EXPECT_EQ(run({"diff", old_file, "none.yaml"}).second, 3);
  EXPECT_EQ(run({"diff", old_file, write("no.yaml", "openapi: 2\n")}).second, 3);
}

TEST_F(ContractProgramTest, CheckTakesSeveralDocuments) {
  const auto [text, code] = run({"check", kContracts / "shop.openapi.yaml",
                                 kContracts / "museum.openapi.yaml", folder_.path() / "none.yaml"});
  EXPECT_EQ(code, 3);
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
        - {name: dear, in: query, schema: {type: string, pattern: 'a[ab]{20}c'}}
      responses: {'200': {description: d}}
)");
  const auto [text, code] = run({"check", file});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(text, HasSubstr(file + R"(:9:43: the pattern a[ab]{20}c takes up to )"));
  EXPECT_THAT(text, Not(HasSubstr("cheap")));
  EXPECT_THAT(text, HasSubstr("remark costly-pattern: A pattern takes many steps"));
  EXPECT_THAT(text, EndsWith(": valid; 1 operation on 1 path; 1 remark of 1 kind\n"));
  EXPECT_EQ(run({"check", file, "--strict"}).second, 0);  // It is enforced, at a price.
  const auto [refused, refused_code] = run({"check", file, "--pattern-steps-max", "10"});
  EXPECT_EQ(refused_code, 1);
  EXPECT_THAT(refused, HasSubstr("steps for each byte of a text, and at most 10 are allowed"));
  EXPECT_THAT(refused,
              HasSubstr("--pattern-steps-max, in the API with the setting PATTERN_STEPS_MAX"));
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
          schema: {type: string, pattern: "a[ab]{20}\nforged.yaml: valid\e[0]\u202e"}
      responses: {'200': {description: d}}
)");
  const auto [text, code] = run({"check", file});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(
      text,
      HasSubstr(R"(the pattern a[ab]{20}\x0aforged.yaml: valid\x1b[0]\xe2\x80\xae takes up to )"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(ContractProgramTest, HostileDocumentsEndSoonWithASentence) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string name = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + name;
    for (int j = 0; j < 9; ++j) bomb += ", " + name;
    bomb += "]\n";
  }
  const std::tuple<std::string, std::string, int> rows[] = {
      {write("large.yaml", std::string(100U << 20U, '#')), "it has more than 10485760 bytes", 3},
      {write("deep.json", std::string(1U << 20U, '[')), "nested more than 200 levels", 3},
      {write("bomb.yaml",
             bomb + "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: *a9}\n"),
       "must be an object", 1},
      {write("example.yaml", bomb + "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: "
                                    "{get: {operationId: o, responses: "
                                    "{'200': {description: d}}, "
                                    "parameters: [{name: p, in: query, schema: {enum: *a9}}]}}}\n"),
       "enum: the values of all enum, const and default together are more than 2097152", 1},
      {write(
           "circle.yaml",
           "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {$ref: '#/paths/~1a'}}\n"),
       "leads in a circle", 1},
      {write("remote.yaml",
             "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {$ref: "
             "'https://example.com/a.yaml'}}\n"),
       "only files on this machine are read", 1},
  };
  for (const auto& [file, sentence, status] : rows) {
    const auto [text, code] = run({"check", file});
    EXPECT_EQ(code, status) << file;
    EXPECT_THAT(text, HasSubstr(sentence));
    EXPECT_LT(text.size(), 2000u) << file;
  }
}

TEST_F(ContractProgramTest, TopicsPrintsEachTopicOnce) {
  const auto [text, code] = run({"topics", kContracts / "shop.openapi.yaml"});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(text, "orders\nproducts\n");
}

TEST_F(ContractProgramTest, RoutesPrintsTheTable) {
  const auto [text, code] = run({"routes", kContracts / "museum.openapi.yaml"});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(text, StartsWith("base path /museum\nMETHOD  PATH "));
  EXPECT_THAT(
      text,
      HasSubstr("POST    /works                     addWork          201,default                "
                "      example.museum.work-added -> works (best effort)\n"));
}

TEST_F(ContractProgramTest, CheckAndRoutesShowWhoMayCallAndHowOften) {
  const std::string head =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\ncomponents: {securitySchemes: {key: {type: "
      "apiKey, in: header, name: k}}}\npaths:\n  /a:\n    post:\n      operationId: a\n"
      "      responses: {'204': {description: d}}\n";
  const auto open = write("open.yaml", head);
  const auto [remarked, good] = run({"check", open});
  EXPECT_EQ(good, 0) << remarked;
  EXPECT_THAT(remarked, HasSubstr("open.yaml:7:7: POST changes something, and nothing says who may "
                                  "call it; write 'security: []' at the root if anybody may, or "
                                  "what a client must show\n"));
  EXPECT_EQ(run({"check", open, "--strict"}).second, 1);

  const auto secured = write("secured.yaml", head +
                                                 "      security: [{key: []}]\n"
                                                 "      x-penstock-rate: {requests: 5, "
                                                 "seconds: 60}\n");
  const auto [valid, strict] = run({"check", secured, "--strict"});
  EXPECT_EQ(strict, 0) << valid;
  EXPECT_THAT(valid, EndsWith(": valid; 1 operation on 1 path; 1 operation with security; "
                              "1 operation with a rate\n"));
  EXPECT_THAT(run({"routes", secured}).first,
              HasSubstr("POST    /a    a          204      key       5 in 60 s by principal\n"));
}

TEST_F(ContractProgramTest, RoutesDoesNotLetADocumentControlTheTerminal) {
  const auto file = write("terminal.yaml",
                          "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: "
                          "{operationId: \"a\\e]0;b\\x07\", "
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

TEST_F(ContractProgramTest, TheMockCutsAtEncodedSeparatorsWithAnOption) {
  const std::string file = write("lists.yaml", R"(openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: p, in: query, explode: false, schema: {type: array, items: {type: integer}}}
      responses: {'204': {description: d}}
)");
  const auto status = [&](const std::vector<std::string>& options) {
    net::HttpClient client("127.0.0.1", mock(file, options));
    const auto response = client.request({.target = "/a?p=1%2C2"}, 5s);
    return response ? response->status : 0;
  };
  EXPECT_EQ(status({}), 400u);
  EXPECT_EQ(status({"--separators-encoded"}), 204u);
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
