#pragma once

#include <boost/json/fwd.hpp>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/document/loader.h"
#include "contract/schema/dialect.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;
class Sources;

// A JSON Schema document by itself, compiled: for those who want the validator without an API.
class SchemaDocument {
 public:
  SchemaDocument(SchemaDocument&&) noexcept;
  SchemaDocument& operator=(SchemaDocument&&) noexcept;
  ~SchemaDocument();

  // The error lists every problem as "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<SchemaDocument> compile(std::string_view text,
                                                            const std::string& uri,
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
  SchemaDocument();

  std::unique_ptr<Sources> sources_;  // What the schemas borrow from.
  std::unique_ptr<std::deque<Schema>> schemas_;
  const Schema* root_ = nullptr;
};

}  // namespace penstock::contract
