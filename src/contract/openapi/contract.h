#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/document/loader.h"
#include "contract/openapi/router.h"
#include "contract/parameters/media_type.h"
#include "contract/parameters/parameter.h"

namespace penstock::contract {

class Sources;
struct Node;
struct Schema;

// An operation's `x-event`: what it publishes when its handler says so.
struct EventDeclaration {
  std::string type;
  std::string topic;
  std::string key_pointer;         // A JSON Pointer into the event's value; empty: no key.
  bool acknowledged = true;        // delivery: acknowledged | best_effort
  const Schema* schema = nullptr;  // Of the value; may be null.
};

struct RequestBody {
  bool required = false;
  std::vector<MediaType> content;
};

struct Response {
  unsigned first = 200;  // The statuses that it is for, "2XX" being 200 to 299;
  unsigned last = 200;   // `default` is for all.
  std::vector<Parameter> headers;
  std::vector<MediaType> content;  // Empty: there is no body.

  [[nodiscard]] bool is_default() const { return first == 0; }
  [[nodiscard]] bool is_for(unsigned status) const { return status >= first && status <= last; }
};

struct Operation {
  std::string id = {};
  std::string method = {};  // In capitals.
  std::string path = {};    // As in the document: the route's template.
  bool deprecated = false;
  bool strict = true;                      // What is not declared is refused.
  std::vector<Parameter> parameters = {};  // Those in the path first, in the order of the path.
  std::optional<RequestBody> body = {};
  std::vector<Response> responses = {};
  std::optional<EventDeclaration> event = {};
  std::string where = {};  // FILE:LINE:COLUMN, for messages at start.

  // The declared response of that status: by its number, by its range, or `default`. Null: none.
  [[nodiscard]] const Response* response(unsigned status) const;
  [[nodiscard]] bool declares(unsigned status) const;  // By its number.
};

struct Path {
  std::string path;
  std::vector<Operation> operations;
  std::string allow;                         // The value of the Allow header: HEAD where GET is, and OPTIONS.
  std::vector<std::string> base_paths = {};  // The contract's, or its own servers'.
};

struct Match {
  const Path* path = nullptr;            // Null: there is no such path.
  const Operation* operation = nullptr;  // Null: not with this method.
  bool head = false;                     // HEAD, answered by the GET operation.
};

// A compiled OpenAPI document with the files that it refers to. Made once at start, then only read.
class Contract {
 public:
  Contract(Contract&&) noexcept;
  Contract& operator=(Contract&&) noexcept;
  ~Contract();

  // The error lists every problem as "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file,
                                                    const Loader& loader);
  // A document that refers to no other file.
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file);

  // `path` is the raw path of the request target, without the query; `values` gets the decoded
  // values of its parameters, in the order of Operation::parameters.
  [[nodiscard]] Match match(std::string_view method, std::string_view path, PathValues& values) const;
  // Whether the path would match with a slash more (or less) at its end.
  [[nodiscard]] const Path* with_other_slash(std::string_view path) const;

  [[nodiscard]] const std::vector<Path>& paths() const { return paths_; }
  // What all paths start with, by the document's servers: "/v1". At least one, "" if there is
  // nothing.
  [[nodiscard]] const std::vector<std::string>& base_paths() const { return base_paths_; }
  // Every topic that an operation publishes to; `override_topic` takes the place of all of them if
  // not empty.
  [[nodiscard]] std::vector<std::string> topics(const std::string& override_topic) const;
  [[nodiscard]] const Node& document() const { return *document_; }
  [[nodiscard]] Sources& sources() const { return *sources_; }

 private:
  friend class ContractCompiler;

  Contract();

  std::unique_ptr<Sources> sources_;  // What everything else borrows from.
  std::unique_ptr<std::deque<Schema>> schemas_;
  const Node* document_ = nullptr;
  std::vector<std::string> base_paths_;
  std::vector<Path> paths_;
  Router router_;
};

}  // namespace penstock::contract
