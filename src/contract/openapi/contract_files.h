#pragma once

#include <span>
#include <string>
#include <string_view>

#include "contract/openapi/contract.h"

namespace penstock::contract {

// A ContractFile is a file of a contract in memory. Its name is relative to the folder of the
// contract's first file. The text is YAML or JSON, or packed (contract/document/packed_document.h).
struct ContractFile {
  std::string_view name;
  std::string_view text;
};

// Compiles the first file, which may refer to the others. There must be at least one. Fails as
// Contract::parse() does.
[[nodiscard]] base::Result<Contract> parse_contract(std::span<const ContractFile> files,
                                                    const ContractOptions& options = {});

// Reads and compiles a file, and returns all its problems with what could be compiled. Fails with
// `not_found` if the file cannot be read. It reads as read_contract() does.
[[nodiscard]] base::Result<Compiled> compile_file(const std::string& path,
                                                  const ContractOptions& options = {});

// Reads and compiles a file. The files that it refers to are read from the disk, never from the
// network. Fails with `not_found` if the file cannot be read, or else as Contract::parse() does. It
// blocks while it reads.
[[nodiscard]] base::Result<Contract> read_contract(const std::string& path,
                                                   const ContractOptions& options = {});

}  // namespace penstock::contract
