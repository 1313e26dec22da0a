// This program runs at build time. It writes the schemas of a contract's events as C++, which the
// function is linked with.

#include <string>

#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "contract/events/event_schemas_source.h"
#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

constexpr const char* kName = "event_schemas";

base::Result<std::string> source_of(const std::string& contract_file,
                                    const std::string& name_space) {
  // Whether a pattern costs too much is decided by the API's setting.
  const auto contract =
      contract::read_contract(contract_file, {.patterns = {.steps_per_byte_max = UINT64_MAX}});
  if (!contract) return contract.error();
  const auto source = contract::EventSchemasSource::of(*contract);
  if (!source) return source.error();
  return source->cpp(name_space);
}

int run(int count, char** arguments) {
  if (count != 4) return refuse(kName, "the arguments must be CONTRACT NAMESPACE OUTPUT.cpp");
  const auto source = source_of(arguments[1], arguments[2]);
  if (!source) {
    return complain(kName, "the contract has problems:\n" + source.error().message, kExitFailed);
  }
  const auto written = write_file(arguments[3], *source);
  return written ? 0 : complain(kName, written.error().message, kExitFailed);
}

}  // namespace
}  // namespace penstock::apps

int main(int count, char** arguments) {
  using namespace penstock::apps;
  return run_program(kName, [&] { return run(count, arguments); });
}
