#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/cors/cors_policy.h"
#include "contract/document/loader.h"
#include "contract/document/problems.h"
#include "contract/openapi/handler_limits.h"
#include "contract/openapi/idempotency_rule.h"
#include "contract/openapi/rate_limit.h"
#include "contract/openapi/security.h"
#include "contract/parameters/media_type.h"
#include "contract/parameters/parameter.h"
#include "contract/patterns/pattern.h"
#include "contract/routing/router.h"

namespace penstock::contract {

class Sources;
struct Node;
struct Schema;
struct Target;

// This room compiles an OpenAPI document into a Contract, once at start. A Contract has a list of
// Paths, and each Path has its Operations. An Operation has everything that requests and answers
// are validated against: Parameters, the media types of bodies, Responses, and the event. A Router
// finds the index of a path. Operations point to Schemas, which the Contract owns in a deque; the
// Schemas borrow from the documents, which its Sources own. These are behind pointers, so a
// Contract can be moved without moving what it points to.
//
// A ContractCompiler (contract_compiler.h) fills the Contract, and an ElementReader
// (element_reader.h) reads the parts of its operations.

// An EventDeclaration is the extension `x-event` of an operation, or one of those in its
// `x-events`: an event that its handler may publish.
struct EventDeclaration {
  std::string type = {};
  std::string topic = {};
  // This is a JSON Pointer (RFC 6901) to the key in the event's value. It is empty for events
  // without a key.
  std::string key_pointer = {};
  bool acknowledged = true;        // True for `delivery: acknowledged`, false for `best_effort`.
  const Schema* schema = nullptr;  // The schema of the value, or null.
  // Says whether the record has the headers of CloudEvents' extension "Auth Context", which say who
  // has sent the request: `ce_authtype` and `ce_authid`.
  bool auth_context = false;
  const Node* node = nullptr;  // Its place in the document.
};

// An operation may declare so many events, and a handler may publish so many for one request.
inline constexpr size_t kDeclaredEventsMax = 16;
inline constexpr size_t kPublishedEventsMax = 16;

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
  // This is the name under which its handler is listed: its `operationId`, or else one that is made
  // from its method and path. It is empty for an operation of an Outgoing without `operationId`.
  std::string id = {};
  std::string method = {};  // In capitals.
  std::string path = {};    // The template as in the document, without the base path.
  bool deprecated = false;
  bool strict = true;  // Whether undeclared query parameters and bodies are violations.
  // The path parameters come first, in the order of the path.
  std::vector<Parameter> parameters = {};
  std::optional<RequestBody> body = {};
  std::vector<Response> responses = {};
  // This has one event for an `x-event`, and those of an `x-events`. Their types differ.
  std::vector<EventDeclaration> events = {};
  // Whether they stand in an `x-events`, so that the handler may publish several for one request.
  bool several_events = false;
  // Whether the events of one request are stored together or not at all (`atomic: true`).
  bool atomic = false;
  // These are those of its own `servers`, or else of its path's, or else of the contract's.
  std::shared_ptr<const std::vector<std::string>> base_paths = {};
  // This is what the operation requires of its clients: its own `security`, or the document's.
  const Security* security = nullptr;  // Never null in a compiled contract.
  // This says how often each client may call: its own `x-penstock-rate`, its path's or the
  // document's. It is null without one.
  const RateLimit* rate = nullptr;
  // This limits its handler, if that waits for others: its own `x-penstock-handler`, its path's or
  // the document's. It is null without one.
  const HandlerLimits* handler = nullptr;
  // This says whether a request may, or must, have an `Idempotency-Key`: its own
  // `x-penstock-idempotency`, its path's or the document's. It is null without one.
  const IdempotencyRule* idempotency = nullptr;
  // This says which pages of other origins may call it: its own `x-cors`, its path's or the
  // document's. It is null if no page may.
  const CorsPolicy* cors = nullptr;
  std::string where = {};      // FILE:LINE:COLUMN, for messages at start.
  const Node* node = nullptr;  // Its place in the document.
  // This says why the operation is checked but not served, as a sentence. A request for it is
  // answered with 501. It is empty for an operation that is served.
  std::string not_served = {};

  // Returns the declared response for the status: by its number, else by its range, else `default`.
  // Returns null if there is none.
  [[nodiscard]] const Response* response(unsigned status) const;
  // Returns whether the document declares the status by its number.
  [[nodiscard]] bool declares(unsigned status) const;
  // Returns the declaration of the events of this type, or null if there is none.
  [[nodiscard]] const EventDeclaration* event(std::string_view type) const;
};

// A Path is one entry of `paths`, with its operations.
struct Path {
  std::string path;  // The template as in the document, without the base path.
  std::vector<Operation> operations;
  const CorsPolicy* cors = nullptr;  // Its own `x-cors`, or the document's, or null.
};

// A Route is what the router finds: a path with those of its operations that one of their base
// paths serves. Operations with other `servers` have another route.
struct Route {
  size_t path = 0;                 // Its index in the contract's paths.
  std::vector<size_t> operations;  // Their indexes in the path.
  // This is the value of the Allow header. It includes OPTIONS, and HEAD if there is a GET
  // operation.
  std::string allow;
};

// An Outgoing is a callback or a webhook: operations of others, to which the service may send
// requests. They are checked and compiled, but nothing sends or serves them.
struct Outgoing {
  enum class Kind : uint8_t { callback, webhook };

  Kind kind = Kind::callback;
  std::string name;
  Path path;  // Its text is the runtime expression of a callback's URL, and empty for a webhook.
};

// A Match is what a request matches. What it refers to is owned by the Contract.
struct Match {
  const Path* path = nullptr;            // Null if there is no such path.
  const Operation* operation = nullptr;  // Null if the path has no operation for the method.
  bool head = false;                     // Whether the GET operation answers a HEAD request.
  std::string_view allow = {};           // The value of the Allow header for this path.
};

// ContractOptions are the settings with which a document is compiled.
struct ContractOptions {
  PatternLimits patterns = {};  // A pattern beyond one of these limits is a problem.
  // Whether an encoded separator, such as "%2C", separates the elements of a list, too.
  bool separators_encoded = false;
};

struct Compiled;

// A Contract is a compiled OpenAPI document with the files that it refers to. It is made once at
// start. Afterwards it is only read, so several threads may use it.
class Contract {
 public:
  Contract(Contract&&) noexcept;
  Contract& operator=(Contract&&) noexcept;
  ~Contract();

  // Compiles the document `text`, in YAML or JSON, and returns all problems with what could be
  // compiled. `file` is its name in messages, and `loader` reads the files that it refers to.
  [[nodiscard]] static Compiled compile(std::string_view text, const std::string& file,
                                        const Loader& loader, const ContractOptions& options = {});
  // Does the same, but fails with `invalid` if a problem refuses the document. The message has the
  // first problems of each kind, one a line, as "FILE:LINE:COLUMN: sentence".
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file,
                                                    const Loader& loader,
                                                    const ContractOptions& options = {});
  // Compiles a document that refers to no other file, and fails in the same way.
  [[nodiscard]] static base::Result<Contract> parse(std::string_view text, const std::string& file);

  // Finds the operation for a request. `path` is the path of the request target, still
  // percent-encoded and without the query. `values` gets the values of its parameters, which are
  // views into it, in the order of Operation::parameters.
  [[nodiscard]] Match match(std::string_view method, std::string_view path,
                            PathValues& values) const;
  // Returns the path that would match if a slash were added to the end of `path`, or removed from
  // it. Returns null if there is none.
  [[nodiscard]] const Path* with_other_slash(std::string_view path) const;

  // Returns the paths in the order of the document.
  [[nodiscard]] const std::vector<Path>& paths() const { return paths_; }
  // Returns the callbacks and the webhooks. A callback that several operations refer to is one.
  [[nodiscard]] const std::vector<Outgoing>& outgoing() const { return outgoing_; }
  // Returns the base paths of the document's `servers`, such as "/v1". There is at least one, which
  // may be "".
  [[nodiscard]] const std::vector<std::string>& base_paths() const { return *base_paths_; }
  // Returns the topics that operations publish to, sorted and without duplicates; with
  // `only_atomic` those to which one publishes several events together or not at all. If
  // `override_topic` is not empty, it replaces them all.
  [[nodiscard]] std::vector<std::string> topics(const std::string& override_topic,
                                                bool only_atomic = false) const;
  // Returns how many places have remarks of each kind: what has no effect, is not served, or is
  // costly.
  [[nodiscard]] std::map<std::string, size_t> remarks() const;
  // Returns all schemas of the contract.
  [[nodiscard]] const std::deque<Schema>& schemas() const { return *schemas_; }
  // Returns the security schemes of the document by their names.
  [[nodiscard]] const SecuritySchemes& security_schemes() const { return security_->schemes; }
  // Returns the `x-cors` of the document, or null.
  [[nodiscard]] const CorsPolicy* cors() const { return cors_; }
  // Returns each `x-penstock-rate` of the document. Their addresses are those that operations have.
  [[nodiscard]] const std::deque<RateLimit>& rates() const { return *rates_; }
  // Returns the root of the document, and the documents of the contract. The contract owns both.
  [[nodiscard]] const Node& document() const { return *document_; }
  [[nodiscard]] Sources& sources() const { return *sources_; }

 private:
  friend class ContractCompiler;

  Contract();

  void compile_root(const Target& root, const ContractOptions& options);
  void remark_costly_patterns();

  std::unique_ptr<Sources> sources_;  // Everything else borrows from it.
  std::unique_ptr<std::deque<Schema>> schemas_;
  std::unique_ptr<SecurityDeclarations> security_;
  std::unique_ptr<std::deque<CorsPolicy>> cors_policies_;
  const CorsPolicy* cors_ = nullptr;
  std::unique_ptr<std::deque<RateLimit>> rates_;
  std::unique_ptr<std::deque<HandlerLimits>> handler_limits_;
  std::unique_ptr<std::deque<IdempotencyRule>> idempotency_rules_;
  const Node* document_ = nullptr;
  std::shared_ptr<const std::vector<std::string>> base_paths_;
  std::vector<Path> paths_;
  std::vector<Outgoing> outgoing_;
  std::vector<Route> routes_;
  Router router_;  // It finds an index into `routes_`.
};

// A Compiled is what has become of a document: a Contract, unless a problem refuses the document,
// and all its problems, with the remarks.
struct Compiled {
  std::optional<Contract> contract = {};
  std::vector<Problem> problems = {};  // Sorted by location.
  bool readable = true;                // Whether the document itself is YAML or JSON.
  size_t paths = 0;
  size_t served = 0;                              // The number of operations that are served.
  std::map<std::string, size_t> not_served = {};  // The other operations, by the reason.
  // This counts the operations that pages of other origins may call, by what their `x-cors` allows:
  // its origins, with ", with credentials" behind them.
  std::map<std::string, size_t> cross_origin = {};
  size_t secured = 0;  // The number of operations that nobody may call without authentication.
  size_t limited = 0;  // The number of operations that have an `x-penstock-rate`.
};

}  // namespace penstock::contract
