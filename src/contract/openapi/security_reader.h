#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

#include "contract/openapi/element_reader.h"
#include "contract/openapi/security.h"

namespace penstock::contract {

// Reads security schemes and requirements, and records what the specification does not allow
// (OpenAPI 3.0.3 sections 4.7.27 to 4.7.30). It is used by one thread.
class SecurityReader {
 public:
  // All needs and scopes together may be so many: with aliases, each operation of a small document
  // can have the same long list.
  static constexpr size_t kEntriesMax = 200'000;

  // All must outlive this object, and `out` everything that this object returns.
  SecurityReader(Sources& sources, SchemaCompiler& schemas, ElementReader& elements,
                 SecurityDeclarations& out, bool is_3_0)
      : sources_(sources), schemas_(schemas), elements_(elements), out_(out), is_3_0_(is_3_0) {}

  // Reads the `securitySchemes` of the document, which must be called before requirements are read.
  void read_schemes(const Target& list);
  // Returns the `security` of the document, which has no requirements if nothing is said there. It
  // must be called before the next two.
  [[nodiscard]] const Security* read_document(const Node& root);
  // Returns the `security` of the object, or `otherwise` if it has none.
  [[nodiscard]] const Security* read(const Node& object, const Security* otherwise);
  // Records a remark if the operation changes something, and nothing says who may call it. An empty
  // `security` says that: anybody.
  void remark_unsecured_write(const Operation& operation);

 private:
  [[nodiscard]] SecurityScheme read_scheme(const Target& at);
  void read_api_key(const Node& node, SecurityScheme& scheme);
  void read_claims(const Target& at, SecurityScheme& scheme);
  void read_flows(const Target& at, SecurityScheme& scheme);
  void read_flow(const Member& flow, SecurityScheme& scheme);
  [[nodiscard]] std::string read_url(const Node& object, const std::string& key,
                                     const std::string& what);
  void read_requirements(const Node& list, Security& security);
  [[nodiscard]] SecurityNeed read_need(const Member& entry);
  // Returns whether one more need or scope may be kept, and otherwise records a problem.
  [[nodiscard]] bool take(const Node& at);

  Sources& sources_;
  SchemaCompiler& schemas_;
  ElementReader& elements_;
  SecurityDeclarations& out_;
  const bool is_3_0_;
  size_t left_ = kEntriesMax;
  const Security* unsaid_ = nullptr;  // That of operations about which nothing is said.
  boost::unordered_flat_map<const Node*, const Security*> known_;  // By the node of the list.
};

}  // namespace penstock::contract
