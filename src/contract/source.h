#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

// A document while it is being compiled: its tree, and what is wrong with it, each with line and column.
class Source {
 public:
  // Parses YAML or JSON (which is YAML). The error has file, line and column.
  [[nodiscard]] static base::Result<Source> parse(std::string_view text, std::string file);

  [[nodiscard]] const YAML::Node& root() const { return root_; }

  // "FILE:LINE:COLUMN" of a node.
  [[nodiscard]] std::string where(const YAML::Node& at) const;
  // Records "FILE:LINE:COLUMN: sentence".
  void problem(const YAML::Node& at, const std::string& sentence);
  // Every problem at once, one a line; or nothing.
  [[nodiscard]] base::Result<> check() const;

  // The node itself, or what its `$ref` points to within the document. A problem and a null node if it leads
  // nowhere.
  [[nodiscard]] YAML::Node resolve(const YAML::Node& node);
  // A problem for every key that is not named; extensions (`x-…`) are free.
  void only(const YAML::Node& map, std::string_view what, std::initializer_list<std::string_view> keys);
  // The scalar as text; a problem, and "", if it is missing or no scalar.
  [[nodiscard]] std::string text(const YAML::Node& map, const char* key, std::string_view what);

 private:
  std::string file_;
  YAML::Node root_;
  std::vector<std::string> problems_;
};

}  // namespace penstock::contract
