#include "contract/openapi/contract_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "contract/document/document.h"

namespace penstock::contract {
namespace {

base::Error not_found(std::string sentence) {
  return base::Error{.code = base::ErrorCode::not_found, .message = std::move(sentence)};
}

base::Result<std::string> read_file(const std::string& path) {
  if (path.find("://") != std::string::npos || path.starts_with("urn:")) {
    return not_found("only files on this machine are read");
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return not_found("there is no such file");
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kDocumentBytesMax) {
    return not_found("it has more than " + std::to_string(kDocumentBytesMax) + " bytes");
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text(static_cast<size_t>(size), '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(size))) {
    return not_found("it cannot be read");
  }
  return text;
}

}  // namespace

base::Result<Contract> parse_contract(std::span<const ContractFile> files,
                                      const ContractOptions& options) {
  return Contract::parse(
      files.front().text, std::string(files.front().name),
      [files](const std::string& name) -> base::Result<std::string> {
        const auto found = std::find_if(files.begin(), files.end(), [&](const ContractFile& file) {
          return file.name == name;
        });
        if (found == files.end()) {
          return not_found("it is not a file of this contract");
        }
        return std::string(found->text);
      },
      options);
}

base::Result<Compiled> compile_file(const std::string& path, const ContractOptions& options) {
  const auto text = read_file(path);
  if (!text) return not_found(path + ": " + text.error().message);
  return Contract::compile(*text, path, read_file, options);
}

base::Result<Contract> read_contract(const std::string& path, const ContractOptions& options) {
  const auto text = read_file(path);
  if (!text) return not_found(path + ": " + text.error().message);
  return Contract::parse(*text, path, read_file, options);
}

}  // namespace penstock::contract
