#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/contract.h"
#include "contract/element_reader.h"

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
  [[nodiscard]] std::vector<std::string> servers(const Node& list);
  void expand(const Node& server, std::string url, std::vector<std::string>& out);
  void path(const Node& name, Target item);
  [[nodiscard]] Operation operation(std::string_view method, const Target& at, const Target& item);
  void parameters(const Target& list, std::vector<Parameter>& out);
  void order_path_parameters(const Node& name, Operation& operation);
  void responses(const Target& at, Operation& operation);
  void check_names(const Node& at, Operation& operation);
  void route(const Node& name, size_t path, const std::vector<std::string>& bases);
  void complete();

  Contract& contract_;
  Target root_;
  Sources& sources_;
  SchemaCompiler schemas_;
  ElementReader elements_;
  bool strict_ = true;
  std::set<std::string> ids_;
};

}  // namespace penstock::contract
