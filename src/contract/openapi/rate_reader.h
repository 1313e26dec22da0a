#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "contract/document/document.h"
#include "contract/document/sources.h"
#include "contract/openapi/rate_limit.h"

namespace penstock::contract {

// Reads each `x-penstock-rate` of a contract. Problems are recorded in the Sources. After a problem
// the limit is incomplete.
class RateReader {
 public:
  // A contract may have so many limits, because a server keeps the counts of each of them.
  static constexpr size_t kLimitsMax = 1000;
  static constexpr int64_t kCountMax = 1'000'000'000;
  static constexpr int64_t kSecondsMax = 31 * 86'400;  // The longest month.
  // The name of a limit is a header's value, so a longer one is cut.
  static constexpr size_t kNameBytesMax = 100;

  // Both must outlive this object. `out` gets the limits, whose addresses are stable.
  RateReader(Sources& sources, std::deque<RateLimit>& out) : sources_(sources), out_(out) {}

  // Returns the limit of an object that may have an `x-penstock-rate`, or `otherwise` if it has
  // none. The result for the same node is the same limit. A new one gets its name from `name`: what
  // a header's text cannot have is replaced, and a number is added to a name that is taken.
  [[nodiscard]] const RateLimit* read(const Node& object, const RateLimit* otherwise,
                                      std::string_view name);

 private:
  void read_limit(const Node& node, RateLimit& limit);
  // Reads a whole number from 1 to `max`. Without the key `out` stays as it is.
  void read_number(const Node& node, std::string_view key, int64_t max, int64_t& out);
  void read_by(const Node& node, RateLimit& limit);
  [[nodiscard]] std::string free_name(std::string_view wanted);

  Sources& sources_;
  std::deque<RateLimit>& out_;
  boost::unordered_flat_map<const Node*, const RateLimit*> known_;
  boost::unordered_flat_set<std::string> names_;
  boost::unordered_flat_map<std::string, size_t> next_;  // The next number of a name that is taken.
};

}  // namespace penstock::contract
