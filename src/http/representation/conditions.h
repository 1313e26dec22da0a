#pragma once

#include <string_view>

#include "http/server/message.h"

namespace penstock::http {

// Says on which version of a resource a client wants its request to be carried out: If-Match and
// If-None-Match (RFC 9110 section 13). It views the request. A handler asks with the tag of the
// version that there is (entity_tag.h), which is empty if there is no such resource:
//
//   if (request.conditions().precondition_failed(tag)) return ...;  // 412
class Conditions {
 public:
  // There are no conditions.
  Conditions() = default;
  explicit Conditions(const RequestMessage& request) : request_(&request) {}

  // Says whether the client has this version already, so that 304 is the answer to its GET or HEAD.
  // A handler need not ask: an answer with an ETag becomes 304 by itself. A handler that asks
  // first saves that work.
  [[nodiscard]] bool not_modified(std::string_view tag) const;
  // Says whether the request must not be carried out, so that 412 is the answer: If-Match does not
  // name this version, or If-None-Match does, for any method but GET and HEAD. A header that cannot
  // be read counts as failed.
  [[nodiscard]] bool precondition_failed(std::string_view tag) const;
  // Says whether the client has named any version. An API that wants that can answer 428.
  [[nodiscard]] bool given() const;

 private:
  const RequestMessage* request_ = nullptr;
};

// Makes a 304 of a successful response to GET or HEAD that has an ETag which If-None-Match names.
// It keeps the headers that tell a cache about the version, and has no body.
void answer_conditionally(const RequestMessage& request, ResponseMessage& response);

}  // namespace penstock::http
