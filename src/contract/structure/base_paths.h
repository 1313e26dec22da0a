#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/structure/object_checker.h"

namespace penstock::contract {

// Reads each `servers` of a contract, whose URLs give the base paths. Problems are recorded in the
// Sources; more than 50 base paths, or a wrong variable, end the reading of a list. All lists
// together may have 100,000 URLs, with the values of variables.
class BasePaths {
 public:
  // The base paths of one list. Operations share it.
  using List = std::shared_ptr<const std::vector<std::string>>;

  // Both must outlive this object.
  BasePaths(Sources& sources, ObjectChecker& objects) : sources_(sources), objects_(objects) {}

  // Returns the paths of the servers' URLs, sorted, each once, percent-encoded and without a slash
  // at its end. A variable is replaced by each of its values. There is at least one path, which may
  // be "". After a problem some may be missing. The result for the same node is the same list.
  [[nodiscard]] List of(const Node& servers);

 private:
  void add_server(const Node& server);
  void check_variables(const Node& server);
  [[nodiscard]] std::vector<std::string> expanded(const Node& server, std::string_view url);
  [[nodiscard]] std::vector<std::string> values_of(const Node& server, const std::string& name,
                                                   bool is_in_host);
  void refuse_long(const Node& at, std::string_view url);
  void add_path_of(const Node& at, const std::string& url);
  void problem(const Node& at, std::string_view kind, const std::string& sentence);

  Sources& sources_;
  ObjectChecker& objects_;
  boost::unordered_flat_map<const Node*, List> known_;
  size_t urls_ = 0;  // Of all lists.
  // These are about the list that is read.
  std::vector<std::string> paths_;
  bool failed_ = false;
};

}  // namespace penstock::contract
