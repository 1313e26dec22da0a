// This program is for the author of a contract. It checks the contract, compares it with an older
// one, prints what it declares, and serves a mock of the API before there are handlers. It also
// makes the keys and passwords of clients.
#include <string>
#include <vector>

#include "apps/contract/check_command.h"
#include "apps/contract/cpp_command.h"
#include "apps/contract/diff_command.h"
#include "apps/contract/embed_command.h"
#include "apps/contract/keys_command.h"
#include "apps/contract/mock_command.h"
#include "apps/contract/reports.h"
#include "apps/contract/requests_command.h"
#include "apps/shared/command_line.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/inherited_signals.h"
#include "contract/cpp/cpp_writers.h"
#include "contract/patterns/pattern.h"
#include "contract/schema/steps.h"

namespace penstock::apps {
namespace {

struct Options {
  CheckOptions check;
  DiffOptions diff;
  CppOptions cpp;
  EmbedOptions embed;
  KeysOptions keys;
  std::string file;
  MockOptions mock;
  bool separators_encoded = false;
  bool only_atomic = false;
  int64_t pattern_steps_max = contract::PatternLimits{}.steps_per_byte_max;
};

struct Verbs {
  Command check;
  Command diff;
  Command routes;
  Command topics;
  Command embed;
  Command mock;
  Command requests;
  Command asyncapi;
  Command bundle;
  Command cpp;
  Command keys;
};

void declare_cpp(const Command& verb, CppOptions& options) {
  verb.option("FILE", options.file, "an OpenAPI document").required();
  verb.option("--namespace", options.name_space,
              "the namespace of the code, and the folder of its files")
      .required();
  verb.option("--output", options.output, "the folder to write to, which code includes from")
      .required();
  verb.option("--parts", options.parts,
              "into how many files the code of types and of operations is divided")
      .between(1, contract::kCppPartsMax)
      .shows_default();
  verb.flag("--events-only", options.events_only,
            "write the types and the events, without the operations");
  verb.flag("--skeleton", options.skeleton,
            "write handlers.cpp, consumer.cpp and their tests, to begin with; none may be there");
}

void declare_mock(const Command& verb, MockOptions& options) {
  verb.option("--port", options.port, "the port to listen on; 0 takes any free one")
      .shows_default();
  verb.option("--address", options.address, "the address to listen on").shows_default();
  const Option security =
      verb.option("--security", options.security,
                  "external: look at no credentials, as if somebody else had authenticated clients")
          .one_of({"external"});
  const Option document =
      verb.option("--authentication", options.authentication,
                  "accept the credentials of this document, as in the API's setting, instead of "
                  "test credentials")
          .takes("FILE")
          .existing_file();
  security.excludes(document);
}

Verbs declare(const CommandLine& program, Options& options) {
  const Verbs verbs{
      .check = program.verb(
          "check",
          "list the problems by kind, with file, line and column; exit with 1 if a document is "
          "refused, and with 3 if one cannot be read"),
      .diff = program.verb(
          "diff",
          "list what differs between two documents; exit with 1 if it breaks clients or events"),
      .routes = program.verb("routes", "print a table of the operations"),
      .topics = program.verb("topics", "print the topics of the events, one to a line"),
      .embed =
          program.verb("embed", "write C++ that has the contract compiled in; the build runs it"),
      .mock = program.verb(
          "mock", "serve the API with examples or made-up values; every request is validated"),
      .requests =
          program.verb("requests", "print a valid request for each operation, as JSON lines"),
      .asyncapi =
          program.verb("asyncapi", "print an AsyncAPI 3 document that describes the events"),
      .bundle = program.verb("bundle",
                             "print the document and what it refers to in other files as one, in "
                             "JSON"),
      .cpp = program.verb(
          "cpp", "write C++: a struct for each request, answer and event, and what reads them"),
      .keys = program.verb("keys", "make, list and remove API keys and passwords of clients")};
  program.expect_verbs(1, 1);
  verbs.check.option("FILE", options.check.files, "OpenAPI documents").required();
  verbs.check.option("--format", options.check.format, "how to print")
      .one_of({"text", "json", "sarif", "github"})
      .shows_default();
  verbs.check.flag("--all", options.check.all,
                   "print every place, and not only the first ones of each kind");
  verbs.check.flag("--strict", options.check.strict,
                   "refuse what is not enforced, such as unknown formats, instead of remarking it");
  verbs.diff.option("OLD", options.diff.old_file, "the OpenAPI document as it was").required();
  verbs.diff.option("NEW", options.diff.new_file, "the OpenAPI document as it is now").required();
  verbs.diff.option("--format", options.diff.format, "how to print")
      .one_of({"text", "json"})
      .shows_default();
  for (const Command& verb :
       {verbs.routes, verbs.topics, verbs.mock, verbs.requests, verbs.asyncapi, verbs.bundle}) {
    verb.option("FILE", options.file, "an OpenAPI document").required();
  }
  verbs.topics.flag(
      "--atomic", options.only_atomic,
      "print only those of operations whose events are stored together or not at all");
  declare_cpp(verbs.cpp, options.cpp);
  verbs.embed.option("FILE", options.embed.file, "an OpenAPI document").required();
  verbs.embed.option("--namespace", options.embed.name_space, "the namespace of kContract")
      .required();
  verbs.embed.option("--output", options.embed.output, "the C++ file to write").required();
  for (const Command& verb : {verbs.check, verbs.diff, verbs.routes, verbs.topics, verbs.mock,
                              verbs.requests, verbs.asyncapi, verbs.bundle, verbs.cpp}) {
    verb.option(
            "--pattern-steps-max", options.pattern_steps_max,
            "the steps that a pattern may take for each byte of a text, as in the API's setting")
        .between(contract::kPatternStepsLeast, contract::kPatternStepsMost)
        .shows_default();
  }
  verbs.mock
      .option("--validation-steps-max", options.mock.steps_max,
              "the steps that reading and validating a request may take, as in the API's setting")
      .between(100'000, contract::Steps::kTrustedMax)
      .shows_default();
  verbs.mock.flag("--separators-encoded", options.separators_encoded,
                  "let an encoded separator, such as %2C, separate the elements of a list, too, as "
                  "in the API's setting");
  declare_mock(verbs.mock, options.mock);
  return verbs;
}

int run(int count, char** arguments) {
  const CommandLine program(
      kContractProgram,
      "Checks an OpenAPI contract, compares two, prints what one declares, "
      "writes it as C++, serves a mock of it, or makes keys for its clients.");
  Options options;
  const Verbs verbs = declare(program, options);
  const KeysVerbs keys = declare_keys(verbs.keys, options.keys);
  if (const auto status = program.parse(count, arguments)) return *status;
  contract::ContractOptions compiling;
  compiling.patterns = {
      .steps_per_byte_max = static_cast<uint64_t>(options.pattern_steps_max),
      .steps_setting = "--pattern-steps-max, in the API with the setting PATTERN_STEPS_MAX"};
  compiling.separators_encoded = options.separators_encoded;
  if (verbs.keys.given()) return run_keys(keys, options.keys);
  if (verbs.check.given()) return check_contracts(options.check, compiling);
  if (verbs.cpp.given()) return write_cpp(options.cpp, compiling);
  if (verbs.diff.given()) return diff_contracts(options.diff, compiling);
  if (verbs.mock.given()) {
    return serve_mock(options.file, compiling, options.mock);
  }
  if (verbs.embed.given()) return embed_contract(options.embed, compiling);
  if (verbs.topics.given()) return print_topics(options.file, compiling, options.only_atomic);
  if (verbs.requests.given()) return print_requests(options.file, compiling);
  if (verbs.bundle.given()) return print_bundle(options.file, compiling);
  return verbs.routes.given() ? print_routes(options.file, compiling)
                              : print_asyncapi(options.file, compiling);
}

}  // namespace
}  // namespace penstock::apps

int main(int count, char** arguments) {
  using namespace penstock::apps;
  take_signals();
  return run_program(kContractProgram, [&] { return run(count, arguments); }, kExitUsage);
}
