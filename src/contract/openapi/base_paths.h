#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/element_reader.h"

namespace penstock::contract {

// Reads `servers`: what the paths start with.
class BasePaths {
 public:
  BasePaths(Sources& sources, ElementReader& elements) : sources_(sources), elements_(elements) {}

  // At least one; "" where there is nothing before the paths. No slash at the end.
  [[nodiscard]] std::vector<std::string> of(const Node& servers);

 private:
  [[nodiscard]] bool expand(const Node& server, const std::string& done, std::string_view rest,
                            std::vector<std::string>& out);

  Sources& sources_;
  ElementReader& elements_;
};

}  // namespace penstock::contract
