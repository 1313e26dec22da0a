// Validates a value with a schema. is_valid() and validate() must agree.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.h"
#include "contract/samples/sample.h"
#include "contract/schema/schema_document.h"
#include "contract/schema/steps.h"
#include "json/reader.h"

using namespace penstock;
using contract::Direction;

namespace {

constexpr std::string_view kBorder = "\n===\n";

void hold(const contract::Schema& schema, const boost::json::value& value, Direction direction) {
  contract::Violations violations;
  contract::Steps steps;
  contract::validate(schema, value, "body", "", direction, violations, steps);
  if (violations.empty() != contract::is_valid(schema, value, direction)) __builtin_trap();
  if (violations.size() > contract::kViolationsMax) __builtin_trap();
  for (const contract::Violation& violation : violations) {
    if (violation.message.empty() || !base::is_utf8(violation.message) ||
        !base::is_utf8(violation.where)) {
      __builtin_trap();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t border = text.find(kBorder);
  const std::string_view instance =
      border == std::string_view::npos ? "{}" : text.substr(border + kBorder.size());
  text = text.substr(0, border);
  // The first byte is a digit, which keeps the corpus readable.
  const unsigned choice = data[0];
  const contract::SchemaOptions options{.dialect = (choice & 1) != 0
                                                       ? contract::Dialect::openapi_3_0
                                                       : contract::Dialect::draft_2020_12,
                                        .formats_asserted = (choice & 2) == 0};
  const auto loader = [](const std::string&) -> base::Result<std::string> {
    return base::Error{.code = base::ErrorCode::not_found, .message = "there is no other file"};
  };
  const auto schema = contract::SchemaDocument::compile(text, "t.yaml", options, loader);
  if (!schema) {
    if (!schema.error().message.starts_with("t.yaml:")) __builtin_trap();
    return 0;
  }
  if (const auto value = json::Reader().read(instance, {})) {
    for (const Direction direction :
         {Direction::neither, Direction::request, Direction::response}) {
      hold(schema->root(), *value, direction);
    }
  }
  const auto sample = contract::sample_of(schema->root(), Direction::response);
  if (sample && !contract::is_valid(schema->root(), *sample, Direction::response)) __builtin_trap();
  return 0;
}
