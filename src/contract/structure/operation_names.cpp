#include "contract/structure/operation_names.h"

#include <algorithm>

#include "contract/document/sources.h"

namespace penstock::contract {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char capital(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string small_letters(std::string_view method) {
  std::string out(method);
  for (char& c : out) c = small(c);
  return out;
}

}  // namespace

std::string short_name(std::string_view method, std::string_view path) {
  std::string name = small_letters(method);
  if (path == "/") return name + "Root";
  const size_t empty = name.size();
  bool starts_word = true;
  for (const char c : path) {
    if (c == '{') name += "By";
    if (!is_alphanumeric(c)) {
      starts_word = true;
    } else {
      name += starts_word ? capital(c) : c;
      starts_word = false;
    }
  }
  return name.size() == empty ? "" : name;
}

std::string full_name(std::string_view method, std::string_view path) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name = small_letters(method);
  for (const char c : path) {
    if (is_alphanumeric(c)) {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name += {'_', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return name;
}

void OperationNames::declare(const Node& operation, const Node& id) {
  const auto [known, is_new] = declared_.emplace(id.text, &operation);
  if (is_new || known->second == &operation) return;
  sources_.problem(id, "operation-id-twice",
                   "operationId '" + id.text + "' is used twice, first by the operation at " +
                       known->second->where() + "; it must be unique (OpenAPI, Operation Object)");
}

void OperationNames::want(const Node& operation, std::string_view method, std::string_view path,
                          std::string& name) {
  wanted_.push_back({&operation, std::string(method), std::string(path), &name});
}

void OperationNames::finish() {
  std::map<std::string, size_t> uses;
  for (const Wanted& wanted : wanted_) ++uses[short_name(wanted.method, wanted.path)];
  for (const Wanted& wanted : wanted_) {
    // If two operations would have the same name, both get another one. So the order of the
    // document does not decide which handler is whose.
    const std::string name = short_name(wanted.method, wanted.path);
    *wanted.name = name.empty() || uses[name] > 1 ? full_name(wanted.method, wanted.path) : name;
    if (const auto known = declared_.find(*wanted.name); known != declared_.end()) {
      sources_.problem(*wanted.operation, "operation-id-clash",
                       "without an operationId this operation is called '" + *wanted.name +
                           "', which is the operationId of another one at " +
                           known->second->where() + "; give it an operationId");
    }
  }
  wanted_.clear();
}

}  // namespace penstock::contract
