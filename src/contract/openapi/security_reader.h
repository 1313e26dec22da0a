#pragma once

#include <string>
#include <vector>

#include "contract/openapi/element_reader.h"
#include "contract/openapi/security.h"

namespace penstock::contract {

// Reads security schemes and requirements, and records what the specification does not allow
// (OpenAPI 3.0.3 sections 4.7.27 to 4.7.30). It is used by one thread.
class SecurityReader {
 public:
  // All must outlive this object, and `schemes` everything that this object returns.
  SecurityReader(Sources& sources, ElementReader& elements, SecuritySchemes& schemes, bool is_3_0)
      : sources_(sources), elements_(elements), schemes_(schemes), is_3_0_(is_3_0) {}

  // Reads the `securitySchemes` of the document, which must be called before requirements are read.
  void read_schemes(const Target& list);
  // Returns the `security` of the object, or `otherwise` if it has none.
  [[nodiscard]] Security read(const Node& object, const Security& otherwise);

 private:
  [[nodiscard]] SecurityScheme read_scheme(const Target& at);
  void read_api_key(const Node& node, SecurityScheme& scheme);
  void read_flows(const Target& at, SecurityScheme& scheme);
  void read_flow(const Member& flow, SecurityScheme& scheme);
  [[nodiscard]] std::string read_url(const Node& object, const std::string& key,
                                     const std::string& what);
  [[nodiscard]] SecurityNeed read_need(const Member& entry);

  Sources& sources_;
  ElementReader& elements_;
  SecuritySchemes& schemes_;
  const bool is_3_0_;
};

}  // namespace penstock::contract
