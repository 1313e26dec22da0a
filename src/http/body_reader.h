#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>
#include <variant>

#include "contract/openapi/contract.h"
#include "http/server/message.h"
#include "json/arena.h"
#include "json/reader.h"

namespace penstock::http {

// How the body of a request is read.
struct BodyType {
  const contract::MediaType* media =
      nullptr;  // The declared one that the body is of; null: there is no body.
  contract::BodyKind kind = contract::BodyKind::json;  // Of a range it shows only with the request.
};

// Why a body cannot be read at all: 415.
struct UnsupportedBody {
  std::string_view detail;          // A sentence for the client, of static storage.
  bool has_content_coding = false;  // The answer then says which codings are taken: none.
};

// The media type that the request says its body to be of, of those that the operation takes.
[[nodiscard]] std::variant<BodyType, UnsupportedBody> body_type_of(
    const RequestMessage& request, const contract::Operation& operation);

// Reads bodies and holds them against their schemas, one after the other. What it keeps of one it
// uses for the next, so that steady traffic allocates nothing here.
class BodyReader {
 public:
  // Forgets the last body.
  void reset();
  // Reads `text`, adding to `violations` whatever its schema does not allow. False: it is not even
  // of its media type; that is a violation, too.
  bool read(const BodyType& type, std::string_view text, contract::Violations& violations);

  // The last body, good until the next reset(); null unless it is JSON.
  [[nodiscard]] const boost::json::value* json() const { return json_ ? &*json_ : nullptr; }

 private:
  bool read_json(std::string_view text, const contract::Schema* schema,
                 contract::Violations& violations);

  json::Arena<8192> memory_;
  json::Reader json_reader_;
  std::optional<boost::json::value> json_;
};

}  // namespace penstock::http
