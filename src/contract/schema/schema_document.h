#pragma once

#include <boost/json/fwd.hpp>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/document/loader.h"
#include "contract/schema/dialect.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;
class Sources;

// A SchemaDocument is a compiled JSON Schema document. It offers the validator without an API. It
// owns its schemas and the documents that they borrow from. Once compiled it is only read, so
// several threads may use it.
class SchemaDocument {
 public:
  SchemaDocument(SchemaDocument&&) noexcept;
  SchemaDocument& operator=(SchemaDocument&&) noexcept;
  ~SchemaDocument();

  // Compiles the document `text`, which is YAML or JSON. `uri` is its name in messages, and the
  // base of its relative references; `loader` reads the other documents that it refers to. Fails
  // with every problem, one a line, as "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<SchemaDocument> compile(std::string_view text,
                                                            const std::string& uri,
                                                            const SchemaOptions& options,
                                                            const Loader& loader);

  // Returns the schema of the whole document, which lives as long as this object.
  [[nodiscard]] const Schema& root() const { return *root_; }
  // Returns whether the value is valid in either direction. It stops at the first violation.
  [[nodiscard]] bool is_valid(const boost::json::value& value) const {
    return contract::is_valid(*root_, value);
  }
  // Adds the violations of the value to `violations`, up to kViolationsMax.
  void validate(const boost::json::value& value, Violations& violations) const {
    Steps steps;
    contract::validate(*root_, value, "body", "", Direction::neither, violations, steps);
  }

 private:
  SchemaDocument();

  std::unique_ptr<Sources> sources_;  // The documents, from which the schemas borrow.
  std::unique_ptr<std::deque<Schema>> schemas_;
  const Schema* root_ = nullptr;
};

}  // namespace penstock::contract
