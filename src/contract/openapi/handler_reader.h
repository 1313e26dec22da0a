#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <string_view>

#include "contract/document/document.h"
#include "contract/document/sources.h"
#include "contract/openapi/handler_limits.h"

namespace penstock::contract {

// Reads each `x-penstock-handler` of a contract. Problems are recorded in the Sources. After a
// problem the limits are incomplete.
class HandlerReader {
 public:
  // Both must outlive this object. `out` gets the limits, whose addresses are stable.
  HandlerReader(Sources& sources, std::deque<HandlerLimits>& out) : sources_(sources), out_(out) {}

  // Returns the limits of an object that may have an `x-penstock-handler`, or `otherwise` if it has
  // none. The result for the same node is the same.
  [[nodiscard]] const HandlerLimits* read(const Node& object, const HandlerLimits* otherwise);

 private:
  void read_limits(const Node& node, HandlerLimits& limits);
  // Reads a whole number from 1 to `max`, or returns `otherwise` if there is no such key.
  [[nodiscard]] int64_t read_number(const Node& node, std::string_view key, int64_t max,
                                    int64_t otherwise);

  Sources& sources_;
  std::deque<HandlerLimits>& out_;
  boost::unordered_flat_map<const Node*, const HandlerLimits*> known_;
};

}  // namespace penstock::contract
