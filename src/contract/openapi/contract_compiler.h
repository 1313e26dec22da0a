#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/contract.h"
#include "contract/openapi/element_reader.h"
#include "contract/openapi/security_reader.h"

namespace penstock::contract {

// Compiles an OpenAPI document into a Contract, in three steps. First it reads the paths and the
// components, with the schemas that they use. Then it finishes the schemas. Last it completes what
// depends on them: how parameters are written as text. Problems are recorded in the contract's
// Sources.
class ContractCompiler {
 public:
  ContractCompiler(Contract& contract, const Target& root, const SchemaOptions& options)
      : contract_(contract),
        root_(root),
        sources_(*contract.sources_),
        schemas_(sources_, options, *contract.schemas_),
        elements_(sources_, schemas_),
        security_reader_(sources_, elements_, *contract.security_,
                         options.dialect == Dialect::openapi_3_0) {}

  // Fills the contract. The contract is complete only if its Sources have no problem afterwards.
  void compile();

 private:
  void read_root();
  void read_components();
  void read_path(const Node& name, Target item);
  void add_routes(const Node& name, size_t path);
  void complete();
  void complete(Operation& operation);
  void refuse_shared_names(const Parameter& object, const Operation& operation);

  // These are defined in contract_operations.cpp.
  [[nodiscard]] Operation read_operation(std::string_view method, const Target& at,
                                         const Target& item);
  [[nodiscard]] std::vector<Parameter> read_parameters(const Target& list);
  void order_path_parameters(const Node& name, Operation& operation);
  void refuse_repeated_headers(const Node& at, const Operation& operation);
  void read_responses(const Target& at, Operation& operation);
  void refuse_other_event_schema(const Node& at, const EventDeclaration& event);
  void refuse_colliding_topic(const Node& event);

  Contract& contract_;
  Target root_;
  Sources& sources_;
  SchemaCompiler schemas_;
  ElementReader elements_;
  SecurityReader security_reader_;
  const Security* security_ = nullptr;  // That of the document, for operations without their own.
  bool strict_ = true;
  std::set<std::string> ids_;
  std::map<std::string, const Node*> events_;  // The schema of each event type.
  std::map<std::string, const Node*> topics_;  // Where each topic is named first.
  // This has all components, which are checked even if no operation refers to them.
  Operation unreferenced_{.body = RequestBody()};
};

}  // namespace penstock::contract
