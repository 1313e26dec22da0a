#pragma once

#include <span>
#include <string>
#include <string_view>

#include "contract/openapi/contract.h"

namespace penstock::contract {

// A file of a contract by its name, relative to the folder of the first one.
struct ContractFile {
  std::string_view name;
  std::string_view text;
};

// Compiles the first file; the others are those that it may refer to. There must be at least one.
// The error is that of Contract::parse().
[[nodiscard]] base::Result<Contract> parse_contract(std::span<const ContractFile> files);

// Reads and compiles a file; what it refers to is read from the disk, never from the network. The
// error is `not_found` if the file cannot be read, else that of Contract::parse().
[[nodiscard]] base::Result<Contract> read_contract(const std::string& path);

}  // namespace penstock::contract
