// Prints the operations of an OpenAPI document, or all its problems: `operations FILE` runs it.
#include <cstdio>

#include "contract/openapi/contract_files.h"

int main(int count, char** arguments) {
  const auto contract = penstock::contract::read_contract(count > 1 ? arguments[1] : "");
  if (!contract) return std::puts(contract.error().message.c_str()), 1;
  for (const auto& path : contract->paths()) {
    for (const auto& operation : path.operations) {
      std::printf("%s %s: %s\n", operation.method.c_str(), path.path.c_str(), operation.id.c_str());
    }
  }
}
