#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/contract.h"
#include "contract/openapi/element_reader.h"

namespace penstock::contract {

// Compiles an OpenAPI document into a Contract. Problems go to the contract's sources.
class ContractCompiler {
 public:
  ContractCompiler(Contract& contract, const Target& root, const SchemaOptions& options)
      : contract_(contract),
        root_(root),
        sources_(*contract.sources_),
        schemas_(sources_, options, *contract.schemas_),
        elements_(sources_, schemas_) {}

  void compile();

 private:
  void head();
  void refuse_security(const Node& object);
  void components();
  void path(const Node& name, Target item);
  [[nodiscard]] Operation operation(std::string_view method, const Target& at, const Target& item);
  void parameters(const Target& list, std::vector<Parameter>& out);
  void order_path_parameters(const Node& name, Operation& operation);
  void responses(const Target& at, Operation& operation);
  void check_names(const Node& at, const Operation& operation);
  void refuse_shared_names(const Parameter& object, const Operation& operation);
  void route(const Node& name, size_t path);
  void refuse_other_schema(const Node& at, const EventDeclaration& event);
  void complete();
  void complete(Operation& operation);

  Contract& contract_;
  Target root_;
  Sources& sources_;
  SchemaCompiler schemas_;
  ElementReader elements_;
  bool strict_ = true;
  std::set<std::string> ids_;
  std::map<std::string, const Node*> events_;  // Their schemas by type.
  Operation spare_{.body = RequestBody()};     // Of components that nothing refers to.
};

}  // namespace penstock::contract
