#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/schema.h"

namespace penstock::contract {

// A declared query parameter.
struct Parameter {
  std::string name;
  bool required = false;
  std::shared_ptr<const Schema> schema;
};

// An operation's `x-event`: what it publishes when its handler says so.
struct EventDeclaration {
  std::string type;
  std::string topic;
  std::string key_pointer;               // A JSON Pointer into the event's value; empty: no key.
  bool acknowledged = true;              // delivery: acknowledged | best_effort
  std::shared_ptr<const Schema> schema;  // Of the value; may be null.
};

struct Response {
  unsigned status = 0;
  std::shared_ptr<const Schema> schema;  // Of the JSON body; null: the body is empty.
};

struct Operation {
  std::string id;
  std::string method;  // In capitals.
  std::string path;    // As in the document: the route's template.
  std::vector<Parameter> query;
  std::vector<Response> responses;
  std::optional<EventDeclaration> event;
  std::string where;  // FILE:LINE, for messages at start.

  // The declared response of that status, or null.
  [[nodiscard]] const Response* response(unsigned status) const;
};

struct Path {
  std::string path;
  std::vector<Operation> operations;
  std::string allow;  // The value of the Allow header, HEAD included where GET is.
};

struct Match {
  const Path* path = nullptr;            // Null: there is no such path.
  const Operation* operation = nullptr;  // Null: not with this method.
  bool head = false;                     // HEAD, answered by the GET operation.
};

// A compiled OpenAPI document. Made once at start, then only read.
class Contract {
 public:
  Contract(Contract&&) = default;
  Contract& operator=(Contract&&) = default;

  // The error lists every problem as "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file);

  // `path` is the raw path of the request target, without the query.
  [[nodiscard]] Match match(std::string_view method, std::string_view path) const;
  // The path that a request with a trailing slash too many (or too few) meant, or null.
  [[nodiscard]] const Path* with_other_slash(std::string_view path) const;

  [[nodiscard]] const std::vector<Path>& paths() const { return paths_; }
  // Every topic that an operation publishes to; `override_topic` takes the place of all of them if not empty.
  [[nodiscard]] std::vector<std::string> topics(const std::string& override_topic) const;

 private:
  Contract() = default;

  [[nodiscard]] const Path* find(std::string_view path) const;

  std::vector<Path> paths_;
  boost::unordered_flat_map<std::string_view, size_t> index_;  // Views into paths_, which does not change.
};

}  // namespace penstock::contract
