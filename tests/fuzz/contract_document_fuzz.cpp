// Compiles an API document with the file that it refers to. Each is refused with a location, or its
// operations are matched, its samples validated, its requests and answers made, its examples
// checked, and its AsyncAPI document and its bundle written. Compiling it again must have the same
// result.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/bundle/bundle.h"
#include "contract/compare/contract_comparison.h"
#include "contract/events/asyncapi.h"
#include "contract/examples/example_check.h"
#include "contract/examples/mock_response.h"
#include "contract/examples/request_sample.h"
#include "contract/openapi/contract.h"
#include "contract/samples/sample.h"

using namespace penstock;
using contract::Direction;

namespace {

constexpr std::string_view kBorder = "\n===\n";
constexpr size_t kFilesMax = 4;

struct Input {
  std::string file;
  std::string_view text;
  std::string_view other;  // The text of any other file.
};

Input split(std::string_view bytes) {
  Input input{.file = bytes[0] == 'j' ? "t.json" : "t.yaml", .text = bytes.substr(1), .other = {}};
  if (const size_t border = input.text.find(kBorder); border != std::string_view::npos) {
    input.other = input.text.substr(border + kBorder.size());
    input.text = input.text.substr(0, border);
  }
  return input;
}

base::Result<contract::Contract> parse(const Input& input, std::vector<std::string>& files) {
  files = {input.file};
  return contract::Contract::parse(input.text, input.file,
                                   [&](const std::string& name) -> base::Result<std::string> {
                                     if (files.size() == kFilesMax) {
                                       return base::Error{.code = base::ErrorCode::not_found,
                                                          .message = "there are too many files"};
                                     }
                                     files.push_back(name);
                                     return std::string(input.other);
                                   });
}

bool is_placed(std::string_view line, const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (line.starts_with(file + ':')) return true;
  }
  return false;
}

void check_error(std::string_view error, const std::vector<std::string>& files) {
  if (const size_t more = error.find("\nThere are "); more != std::string_view::npos) {
    error = error.substr(0, more);
  }
  if (error.empty()) __builtin_trap();
  while (!error.empty()) {
    const size_t end = std::min(error.find('\n'), error.size());
    if (!is_placed(error.substr(0, end), files)) __builtin_trap();
    error.remove_prefix(std::min(end + 1, error.size()));
  }
}

void sample(const std::vector<contract::MediaType>& content, Direction direction) {
  for (const contract::MediaType& media : content) {
    if (media.schema == nullptr) continue;
    const auto value = contract::sample_of(*media.schema, direction);
    if (value && !contract::is_valid(*media.schema, *value, direction)) __builtin_trap();
  }
}

// The name of a limit is sent between quotes as it is, and tells it from all others.
void check_rates(const contract::Contract& contract) {
  std::set<std::string_view> names;
  for (const contract::RateLimit& rate : contract.rates()) {
    for (const char c : rate.name) {
      if (c < ' ' || c > '~' || c == '"' || c == '\\') __builtin_trap();
    }
    if (rate.name.empty() || !names.insert(rate.name).second) __builtin_trap();
    if (rate.requests < 1 || rate.seconds < 1 || rate.burst < 1) __builtin_trap();
  }
}

void serve(const contract::Contract& contract) {
  check_rates(contract);
  contract::PathValues values;
  constexpr uint64_t kSteps = 50'000'000;
  contract::SampleSource requests(Direction::request, kSteps);
  contract::SampleSource responses(Direction::response, kSteps);
  contract::remark_examples(contract, {.example_steps = kSteps, .sample_steps = kSteps});
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      (void)contract.match(operation.method, contract.base_paths().front() + path.path, values);
      const auto request = contract::request_sample(contract, operation, requests);
      if (request && !request->target.starts_with('/')) __builtin_trap();
      const auto answer = contract::mock_response(operation, {}, responses);
      if (answer && answer->response != operation.response(answer->status)) __builtin_trap();
      if (operation.body) sample(operation.body->content, Direction::request);
      for (const contract::Response& response : operation.responses) {
        sample(response.content, Direction::response);
      }
    }
  }
  (void)contract::asyncapi_of(contract);
  (void)contract::bundled(contract.document(), contract.sources());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Input input = split({reinterpret_cast<const char*>(data), size});
  std::vector<std::string> files;
  const auto contract = parse(input, files);
  if (!contract) check_error(contract.error().message, files);
  std::vector<std::string> files_again;
  const auto again = parse(input, files_again);
  if (contract.has_value() != again.has_value() || files != files_again) __builtin_trap();
  if (!contract && contract.error().message != again.error().message) __builtin_trap();
  if (contract) {
    serve(*contract);
    (void)contract::ContractComparison(*contract, *again).changes();
  }
  return 0;
}
