#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/schema/schema_compiler.h"

namespace penstock::contract {

// A JSON Schema document by itself, compiled: for those who want the validator without an API.
class SchemaDocument {
 public:
  // The error lists every problem as "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<SchemaDocument> compile(std::string_view text, const std::string& uri,
                                                            const SchemaOptions& options,
                                                            const Loader& loader);

  [[nodiscard]] const Schema& root() const { return *root_; }
  [[nodiscard]] bool is_valid(const boost::json::value& value) const {
    return contract::is_valid(*root_, value);
  }
  void validate(const boost::json::value& value, Violations& violations) const {
    contract::validate(*root_, value, "body", "", Direction::neither, violations);
  }

 private:
  std::unique_ptr<Sources> sources_;
  std::unique_ptr<std::deque<Schema>> schemas_ = std::make_unique<std::deque<Schema>>();
  const Schema* root_ = nullptr;
};

}  // namespace penstock::contract
