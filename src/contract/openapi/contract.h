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
#include "contract/patterns/pattern.h"

namespace penstock::contract {

class Sources;
struct Node;
struct Schema;

// This room compiles an OpenAPI document into a Contract, once at start. A Contract has a list of
// Paths, and each Path has its Operations. An Operation has everything that requests and answers
// are validated against: Parameters, the media types of bodies, Responses, and the event. A Router
// finds the index of a path. Operations point to Schemas, which the Contract owns in a deque; the
// Schemas borrow from the documents, which its Sources own. Both are behind pointers, so a Contract
// can be moved without moving what it points to.
//
// A ContractCompiler (contract_compiler.h) fills the Contract, and an ElementReader
// (element_reader.h) reads the parts of its operations. Arguments (arguments.h) reads the
// parameters of a request.

// An EventDeclaration is the extension `x-event` of an operation: the event that its handler may
// publish.
struct EventDeclaration {
  std::string type;
  std::string topic;
  // This is a JSON Pointer (RFC 6901) to the key in the event's value. It is empty for events
  // without a key.
  std::string key_pointer;
  bool acknowledged = true;        // True for `delivery: acknowledged`, false for `best_effort`.
  const Schema* schema = nullptr;  // The schema of the value, or null.
};

// A RequestBody is the `requestBody` of an operation, with its media types.
struct RequestBody {
  bool required = false;
  std::vector<MediaType> content;
};

// A Response is one entry of the `responses` of an operation.
struct Response {
  // These bound the statuses: 200 to 299 for "2XX", and 0 to 999 for "default".
  unsigned first = 200;
  unsigned last = 200;
  std::vector<Parameter> headers;
  std::vector<MediaType> content;  // Empty if the response has no body.

  [[nodiscard]] bool is_default() const { return first == 0; }
  [[nodiscard]] bool is_for(unsigned status) const { return status >= first && status <= last; }
};

// An Operation is one method of one path, with everything that the document declares for it.
struct Operation {
  std::string id = {};
  std::string method = {};  // In capitals.
  std::string path = {};    // The template as in the document, without the base path.
  bool deprecated = false;
  bool strict = true;  // Whether undeclared query parameters and bodies are violations.
  // The path parameters come first, in the order of the path.
  std::vector<Parameter> parameters = {};
  std::optional<RequestBody> body = {};
  std::vector<Response> responses = {};
  std::optional<EventDeclaration> event = {};
  std::string where = {};  // FILE:LINE:COLUMN, for messages at start.
  // This says why the operation is checked but not served, such as "its body is XML". A request for
  // it is answered with 501. It is empty for an operation that is served.
  std::string not_served = {};

  // Returns the declared response for the status: by its number, else by its range, else `default`.
  // Returns null if there is none.
  [[nodiscard]] const Response* response(unsigned status) const;
  // Returns whether the document declares the status by its number.
  [[nodiscard]] bool declares(unsigned status) const;
};

// A Path is one entry of `paths`, with its operations.
struct Path {
  std::string path;  // The template as in the document, without the base path.
  std::vector<Operation> operations;
  // This is the value of the Allow header. It includes OPTIONS, and HEAD if there is a GET
  // operation.
  std::string allow;
  // These are the base paths of the path's own `servers`, or else those of the contract.
  std::vector<std::string> base_paths = {};
};

// A Match is what a request matches. What it refers to is owned by the Contract.
struct Match {
  const Path* path = nullptr;            // Null if there is no such path.
  const Operation* operation = nullptr;  // Null if the path has no operation for the method.
  bool head = false;                     // Whether the GET operation answers a HEAD request.
};

// A CostlyPattern is one that an automaton cannot match with one step for each byte of a text.
struct CostlyPattern {
  std::string where;  // The schema's FILE:LINE:COLUMN.
  std::string text;
  uint64_t steps_per_byte;
  // The longest text that the steps of one request are enough for, in bytes. A longer one is
  // refused.
  uint64_t bytes_max;
};

// ContractOptions are the settings with which a document is compiled.
struct ContractOptions {
  PatternLimits patterns = {};  // A pattern beyond one of these limits is a problem.
};

// A Contract is a compiled OpenAPI document with the files that it refers to. It is made once at
// start. Afterwards it is only read, so several threads may use it.
class Contract {
 public:
  Contract(Contract&&) noexcept;
  Contract& operator=(Contract&&) noexcept;
  ~Contract();

  // Compiles the document `text`, in YAML or JSON. `file` is its name in messages, and `loader`
  // reads the files that it refers to. Fails with `invalid` and every problem, one a line, as
  // "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file,
                                                    const Loader& loader,
                                                    const ContractOptions& options = {});
  // Compiles a document that refers to no other file, and fails in the same way.
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file);

  // Finds the operation for a request. `path` is the path of the request target, still
  // percent-encoded and without the query. `values` gets the decoded values of its parameters, in
  // the order of Operation::parameters.
  [[nodiscard]] Match match(std::string_view method, std::string_view path,
                            PathValues& values) const;
  // Returns the path that would match if a slash were added to the end of `path`, or removed from
  // it. Returns null if there is none.
  [[nodiscard]] const Path* with_other_slash(std::string_view path) const;

  // Returns the paths in the order of the document.
  [[nodiscard]] const std::vector<Path>& paths() const { return paths_; }
  // Returns the base paths of the document's `servers`, such as "/v1". There is at least one, which
  // may be "".
  [[nodiscard]] const std::vector<std::string>& base_paths() const { return base_paths_; }
  // Returns the topics that operations publish to, sorted and without duplicates. If
  // `override_topic` is not empty, it replaces them all.
  [[nodiscard]] std::vector<std::string> topics(const std::string& override_topic) const;
  // Returns the patterns that take more than one step for a byte, in the order of their schemas.
  [[nodiscard]] std::vector<CostlyPattern> costly_patterns() const;
  // Returns all schemas of the contract.
  [[nodiscard]] const std::deque<Schema>& schemas() const { return *schemas_; }
  // Returns the root of the document, and the documents of the contract. The contract owns both.
  [[nodiscard]] const Node& document() const { return *document_; }
  [[nodiscard]] Sources& sources() const { return *sources_; }

 private:
  friend class ContractCompiler;

  Contract();

  std::unique_ptr<Sources> sources_;  // Everything else borrows from it.
  std::unique_ptr<std::deque<Schema>> schemas_;
  const Node* document_ = nullptr;
  std::vector<std::string> base_paths_;
  std::vector<Path> paths_;
  Router router_;
};

}  // namespace penstock::contract
