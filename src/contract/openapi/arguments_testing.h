#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/openapi/arguments.h"
#include "json/writer.h"

namespace penstock::contract {

// A Request has a contract with one operation, whose parameters are given as YAML, and reads
// requests for it.
class Request {
 public:
  explicit Request(const std::string& parameters, const std::string& path = "/a",
                   bool strict = true)
      : contract_(parse(parameters, path, strict)) {}

  // Reads a request. Returns the violations as "IN NAME:KEYWORD …", or the values as "NAME=JSON …"
  // if there are no violations.
  std::string read(std::string_view target,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    PathValues values;
    const size_t mark = target.find('?');
    const Match match = contract_.match("GET", target.substr(0, mark), values);
    if (match.operation == nullptr) return "no such path";
    const Operation& operation = *match.operation;
    arguments_.reset(operation);
    Violations violations;
    arguments_.read_path(values, violations);
    arguments_.read_query(mark == std::string_view::npos ? "" : target.substr(mark + 1),
                          violations);
    arguments_.read_headers(
        [&](std::string_view name, std::string_view separator, std::string& out) {
          size_t lines = 0;
          out.clear();
          for (const auto& [key, value] : headers) {
            if (!equal_ignoring_case(key, name)) continue;
            if (lines++ > 0) out += separator;
            out += value;
          }
          return lines;
        },
        violations);
    std::string text;
    for (const Violation& violation : violations) {
      text += text.empty() ? "" : " ";
      text +=
          std::string(violation.in) + ' ' + violation.where + ':' + std::string(violation.keyword);
    }
    if (!violations.empty()) return text;
    for (const Parameter& parameter : operation.parameters) {
      const std::string* as_text = arguments_.text(parameter.in, parameter.name);
      const boost::json::value* value = arguments_.value(parameter.in, parameter.name);
      if (as_text == nullptr && value == nullptr) continue;
      text += (text.empty() ? "" : " ") + parameter.name + '=' +
              (value != nullptr ? json::to_text(*value) : *as_text);
    }
    return text;
  }

  [[nodiscard]] const Arguments& arguments() const { return arguments_; }

 private:
  static Contract parse(const std::string& parameters, const std::string& path, bool strict) {
    const std::string document =
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nx-penstock-strict: " +
        std::string(strict ? "true" : "false") + "\npaths: {'" + path +
        "': {get: {operationId: o, responses: {'200': {description: d}}, parameters: [" +
        parameters + "]}}}";
    auto contract = Contract::parse(document, "t.yaml");
    if (!contract) throw std::runtime_error(contract.error().message);
    return std::move(*contract);
  }

  Contract contract_;
  Arguments arguments_;
};

}  // namespace penstock::contract
