#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "contract/cors/cors_policy.h"
#include "contract/document/document.h"
#include "contract/document/sources.h"

namespace penstock::contract {

// Reads each `x-cors` of a contract. Problems are recorded in the Sources. After a problem the
// policy is incomplete.
class CorsReader {
 public:
  // Both must outlive this object. `out` gets the policies, whose addresses are stable.
  CorsReader(Sources& sources, std::deque<CorsPolicy>& out) : sources_(sources), out_(out) {}

  // Returns the policy of an object that may have an `x-cors`, or `otherwise` if it has none. The
  // result for the same node is the same policy.
  [[nodiscard]] const CorsPolicy* read(const Node& object, const CorsPolicy* otherwise);

 private:
  void read_policy(const Node& node, CorsPolicy& policy);
  void refuse_other_keys(const Node& node);
  void read_origins(const Node& node, CorsPolicy& policy);
  void read_origin(const Node& node, CorsPolicy& policy);
  [[nodiscard]] std::vector<std::string> read_headers(const Node& node, std::string_view key);
  void read_max_age(const Node& node, CorsPolicy& policy);
  // Returns the list with this key if it is one of at most kEntriesMax texts. Otherwise records a
  // problem and returns null; without the key it returns null, too.
  [[nodiscard]] const Node* texts(const Node& node, std::string_view key);

  Sources& sources_;
  std::deque<CorsPolicy>& out_;
  boost::unordered_flat_map<const Node*, const CorsPolicy*> known_;
};

}  // namespace penstock::contract
