#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/element_reader.h"

namespace penstock::contract {

// Reads `servers`, whose URLs give the base paths. Problems are recorded in the Sources; more than
// 50 base paths, or a wrong variable, end the reading. An object is used once.
class BasePaths {
 public:
  // Both must outlive this object.
  BasePaths(Sources& sources, ElementReader& elements) : sources_(sources), elements_(elements) {}

  // Returns the paths of the servers' URLs, sorted, each once and without a slash at its end. A
  // variable in a path is replaced by each of its values. There is at least one path, which may be
  // "". After a problem some may be missing.
  [[nodiscard]] std::vector<std::string> of(const Node& servers);

 private:
  void add_server(const Node& server);
  void expand(const Node& server, const std::string& done, std::string_view rest);
  void add(const Node& server, std::string path);
  void problem(const Node& at, const std::string& sentence);

  Sources& sources_;
  ElementReader& elements_;
  std::vector<std::string> paths_;
  bool failed_ = false;
};

}  // namespace penstock::contract
