#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "contract/openapi/contract.h"
#include "contract/schema/steps.h"
#include "http/handled_operations.h"
#include "http/server/message.h"
#include "json/arena.h"
#include "json/reader.h"
#include "typed/typed_reader.h"

namespace penstock::http {

// Says how the body of a request is read.
struct BodyType {
  // Points to the entry of the contract that the body's Content-Type matches. It is null if there
  // is no body.
  const contract::MediaType* media = nullptr;
  // Says what kind of body it is. If the contract declares a range ("image/*"), the request's type
  // decides it.
  contract::BodyKind kind = contract::BodyKind::json;
};

// Says why a body cannot be read at all.
struct UnsupportedBody {
  std::string_view detail;  // A sentence for the client, of static storage.
  // Is 501 if the contract declares the body's type, but such bodies are not served yet.
  unsigned status = 415;
  // Is set if the body has a content coding. The answer then says that none is supported.
  bool has_content_coding = false;
};

// Returns what a body must not exceed, in bytes, to be allowed by its schema: four bytes for each
// character of a text's or a body's maxLength. It is UINT64_MAX if the schema has no such limit.
[[nodiscard]] uint64_t bytes_max_of(const BodyType& type);

// Finds the operation's media type that matches the request's Content-Type. An operation without a
// body, and a request without one, give a BodyType whose `media` is null.
[[nodiscard]] std::variant<BodyType, UnsupportedBody> body_type_of(
    const RequestMessage& request, const contract::Operation& operation);

// Does the same for a request that has a body, which need not be there yet. The operation must
// declare a body.
[[nodiscard]] std::variant<BodyType, UnsupportedBody> type_of_body(
    const RequestMessage& request, const contract::Operation& operation);

// Reads bodies and checks them against their schemas, one after the other. It reuses the memory of
// one body for the next, so that steady traffic allocates nothing here.
class BodyReader {
 public:
  // Forgets the last body.
  void reset();
  // Reads `text` and adds what its schema does not allow to `violations`. Returns false if the text
  // is not of its media type at all (JSON that does not parse, text that is not UTF-8); that is a
  // violation, too. Reading takes steps, as validating does: what is left bounds how many values
  // the body may have. If they are not enough, `steps` is exhausted, and what `violations` has does
  // not matter. `type.media` must not be null. If `typed` is not null, its struct gets the body;
  // JSON is then read without a tree if that can be done.
  bool read(const BodyType& type, std::string_view text, contract::Violations& violations,
            contract::Steps& steps, TypedOperation* typed = nullptr);

  // Returns the last body, which is valid until the next reset(). It is null unless the body is
  // JSON, and if it was read without a tree.
  [[nodiscard]] const boost::json::value* json() const { return json_ ? &*json_ : nullptr; }

 private:
  bool read_json(std::string_view text, const contract::Schema* schema,
                 contract::Violations& violations, contract::Steps& steps);

  json::Arena<8192> memory_;
  json::Reader json_reader_;
  typed::Reader typed_reader_;
  std::optional<boost::json::value> json_;
};

}  // namespace penstock::http
