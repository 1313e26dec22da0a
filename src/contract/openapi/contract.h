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

// This room makes an OpenAPI document into a Contract, which is made once at start and then only
// read. A Contract has a list of Paths, each of which has its Operations, and an Operation has all
// that requests and answers are held against: Parameters, the media types of bodies, Responses, the
// event. A Router finds the index of a path. Operations point to Schemas, which a list of the
// contract owns, and these borrow from the documents, which its Sources own; so a Contract may
// move, and what it points to stays where it is.
//
// Made by: contract_compiler.h, from element_reader.h's parts. Used by: arguments.h, for requests.

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

  // Returns the declared response of that status: by its number, by its range, or `default`. Null
  // if there is none.
  [[nodiscard]] const Response* response(unsigned status) const;
  // Whether the status is declared by its number.
  [[nodiscard]] bool declares(unsigned status) const;
};

struct Path {
  std::string path;
  std::vector<Operation> operations;
  std::string allow;  // The value of the Allow header; with HEAD where GET is, and OPTIONS.
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

  // Compiles a document; `loader` gives the files that it refers to. The error is `invalid`, and
  // lists every problem as "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file,
                                                    const Loader& loader);
  // Compiles a document that refers to no other file.
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file);

  // Finds the operation of a request. `path` is the raw path of the request target, without the
  // query; `values` gets the decoded values of its parameters, in the order of
  // Operation::parameters.
  [[nodiscard]] Match match(std::string_view method, std::string_view path,
                            PathValues& values) const;
  // Returns the path that would match with a slash more (or less) at its end; null if there is
  // none.
  [[nodiscard]] const Path* with_other_slash(std::string_view path) const;

  [[nodiscard]] const std::vector<Path>& paths() const { return paths_; }
  // Returns what all paths start with, by the document's servers: "/v1". There is at least one, ""
  // if there is nothing.
  [[nodiscard]] const std::vector<std::string>& base_paths() const { return base_paths_; }
  // Returns every topic that an operation publishes to; `override_topic` takes the place of all of
  // them if it is not empty.
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
