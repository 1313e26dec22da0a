#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contract/cors/cors_reader.h"
#include "contract/openapi/contract.h"
#include "contract/openapi/element_reader.h"
#include "contract/openapi/handler_reader.h"
#include "contract/openapi/idempotency_reader.h"
#include "contract/openapi/rate_reader.h"
#include "contract/openapi/security_reader.h"
#include "contract/structure/base_paths.h"
#include "contract/structure/object_checker.h"
#include "contract/structure/operation_names.h"

namespace penstock::contract {

// Compiles an OpenAPI document into a Contract, in three steps. First it reads the paths, webhooks,
// callbacks and components, with the schemas that they use. Then it finishes the schemas. Last it
// completes what depends on them: how parameters are written as text. Problems are recorded in the
// contract's Sources.
class ContractCompiler {
 public:
  ContractCompiler(Contract& contract, const Target& root, const SchemaOptions& options,
                   bool separators_encoded)
      : separators_encoded_(separators_encoded),
        contract_(contract),
        root_(root),
        sources_(*contract.sources_),
        objects_(sources_, options.dialect == Dialect::openapi_3_0),
        base_paths_(sources_, objects_),
        names_(sources_),
        schemas_(sources_, options, *contract.schemas_),
        elements_(sources_, schemas_, objects_),
        security_reader_(sources_, schemas_, elements_, *contract.security_,
                         options.dialect == Dialect::openapi_3_0),
        cors_reader_(sources_, *contract.cors_policies_),
        rate_reader_(sources_, *contract.rates_),
        handler_reader_(sources_, *contract.handler_limits_),
        idempotency_reader_(sources_, *contract.idempotency_rules_) {}

  // Fills the contract. The contract is complete only if its Sources have no problem afterwards.
  void compile();

 private:
  // A Path Item Object, and those that its `$ref`s lead to. They are all parts of one path item.
  using PathItem = std::vector<Target>;

  void read_root();
  void read_components();
  void refuse_links_to_nothing();
  void complete();
  void complete(Path& path);
  void complete(Operation& operation);
  [[nodiscard]] std::string shared_name(const Operation& operation) const;
  void close_objects(Operation& operation);
  void separate_neighbours(const Path& path);

  // These are defined in contract_paths.cpp.
  void read_paths();
  void read_path(const Node& name, const Target& at);
  void read_webhooks();
  void read_callbacks();
  void read_outgoing(Outgoing::Kind kind, const std::string& name, const std::string& expression,
                     const Target& at);
  void read_unreferenced_path_item(const Target& at);
  [[nodiscard]] PathItem resolve_path_item(Target at);
  void refuse_conflicts(const PathItem& item);
  [[nodiscard]] Target member(const PathItem& item, std::string_view key) const;
  void read_operations(const PathItem& item, Path& path);
  [[nodiscard]] BasePaths::List base_paths_of(const Target& servers,
                                              const BasePaths::List& otherwise);
  [[nodiscard]] bool check_path(const Node& name);
  void add_routes(const Node& name, size_t path);
  void name_operations();

  // These are defined in contract_operations.cpp.
  [[nodiscard]] Operation read_operation(std::string_view method, const Target& at,
                                         const Target& shared_parameters);
  [[nodiscard]] std::vector<Parameter> read_parameters(const Target& list);
  void order_path_parameters(const Node& name, Operation& operation);
  void refuse_repeated_headers(const Node& at, const Operation& operation);
  void queue_callbacks(const Target& list);
  void read_responses(const Target& at, Operation& operation);
  void add_response(const Node& status, Response response, Operation& operation);
  void read_events(const Target& at, Operation& operation);
  void refuse_other_event_schema(const Node& at, const EventDeclaration& event);
  void refuse_colliding_topic(const Node& event);

  struct Callback {
    std::string name;
    Target at;
  };

  const bool separators_encoded_;
  Contract& contract_;
  Target root_;
  Sources& sources_;
  ObjectChecker objects_;
  BasePaths base_paths_;
  OperationNames names_;
  SchemaCompiler schemas_;
  ElementReader elements_;
  SecurityReader security_reader_;
  CorsReader cors_reader_;
  RateReader rate_reader_;
  HandlerReader handler_reader_;
  IdempotencyReader idempotency_reader_;
  const Security* security_ = nullptr;  // That of the document, for operations without their own.
  const RateLimit* rate_ = nullptr;     // That of the document.
  const HandlerLimits* handler_ = nullptr;  // So are these.
  const IdempotencyRule* idempotency_ = nullptr;
  bool strict_ = true;
  size_t templates_ = 0;                       // Those that the router has.
  std::map<std::string, const Node*> events_;  // The schema of each event type.
  std::map<std::string, const Node*> topics_;  // Where each topic is named first.
  // Callbacks can lead to one another, so they wait here instead of being read in each other.
  std::deque<Callback> callbacks_;
  boost::unordered_flat_set<const Node*> read_;  // The path items and callbacks that were read.
  // These have what is checked, but belongs to no operation: components that none refers to, and
  // what handlers never send.
  Operation unreferenced_{.body = RequestBody()};
  std::vector<Path> unreferenced_paths_;
};

}  // namespace penstock::contract
