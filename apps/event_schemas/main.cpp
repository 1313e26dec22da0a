// At build time: writes the schemas of a contract's events as C++, for the function.

#include <cstdio>
#include <exception>
#include <fstream>

#include "contract/events/event_schemas_source.h"
#include "contract/openapi/contract_files.h"

namespace {

int run(const std::string& file, const std::string& output) {
  const auto contract = penstock::contract::read_contract(file);
  if (!contract) {
    std::fprintf(stderr, "%s\n", contract.error().message.c_str());
    return 1;
  }
  const auto source = penstock::contract::EventSchemasSource::of(*contract);
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    return 1;
  }
  std::ofstream stream(output, std::ios::binary);
  stream << source->cpp() << std::flush;
  if (stream) return 0;
  std::fprintf(stderr, "%s cannot be written\n", output.c_str());
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "event_schemas CONTRACT OUTPUT.cpp\n");
    return 2;
  }
  try {
    return run(arguments[1], arguments[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "event_schemas: %s\n", error.what());
    return 1;
  }
}
