#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/contract.h"
#include "contract/openapi/element_reader.h"

namespace penstock::contract {

// Compiles an OpenAPI document into a Contract, in three steps. First it reads the paths and the
// components, with the schemas that they use. Then it finishes the schemas. Last it completes what
// depends on them: how parameters are written as text. Problems are recorded in the contract's
// Sources.
class ContractCompiler {
 public:
  ContractCompiler(Contract& contract, const Target& root, const SchemaOptions& options,
                   bool separators_encoded)
      : separators_encoded_(separators_encoded),
        contract_(contract),
        root_(root),
        sources_(*contract.sources_),
        schemas_(sources_, options, *contract.schemas_),
        elements_(sources_, schemas_) {}

  // Fills the contract. The contract is complete only if its Sources have no problem afterwards.
  void compile();

 private:
  void read_root();
  void refuse_security(const Node& object);
  void read_components();
  void read_path(const Node& name, Target item);
  void add_routes(const Node& name, size_t path);
  void complete();
  void complete(Operation& operation);
  [[nodiscard]] std::string shared_name(const Operation& operation) const;
  void close_objects(Operation& operation);
  void separate_neighbours(const Path& path);

  // These are defined in contract_operations.cpp.
  [[nodiscard]] Operation read_operation(std::string_view method, const Target& at,
                                         const Target& item);
  [[nodiscard]] std::vector<Parameter> read_parameters(const Target& list);
  void order_path_parameters(const Node& name, Operation& operation);
  void refuse_repeated_headers(const Node& at, const Operation& operation);
  void read_responses(const Target& at, Operation& operation);
  void refuse_other_event_schema(const Node& at, const EventDeclaration& event);
  void refuse_colliding_topic(const Node& event);

  const bool separators_encoded_;
  Contract& contract_;
  Target root_;
  Sources& sources_;
  SchemaCompiler schemas_;
  ElementReader elements_;
  bool strict_ = true;
  std::set<std::string> ids_;
  std::map<std::string, const Node*> events_;  // The schema of each event type.
  std::map<std::string, const Node*> topics_;  // Where each topic is named first.
  // This has all components, which are checked even if no operation refers to them.
  Operation unreferenced_{.body = RequestBody()};
};

}  // namespace penstock::contract
