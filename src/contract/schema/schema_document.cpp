#include "contract/schema/schema_document.h"

#include "contract/document/sources.h"
#include "contract/schema/schema.h"
#include "contract/schema/schema_compiler.h"

namespace penstock::contract {

SchemaDocument::SchemaDocument() : schemas_(std::make_unique<std::deque<Schema>>()) {}
SchemaDocument::SchemaDocument(SchemaDocument&&) noexcept = default;
SchemaDocument& SchemaDocument::operator=(SchemaDocument&&) noexcept = default;
SchemaDocument::~SchemaDocument() = default;

base::Result<SchemaDocument> SchemaDocument::compile(std::string_view text, const std::string& uri,
                                                     const SchemaOptions& options,
                                                     const Loader& loader) {
  SchemaDocument document;
  document.sources_ = std::make_unique<Sources>(loader);
  Sources& sources = *document.sources_;
  const Target root = sources.add_root(text, uri);
  if (root.node != nullptr) {
    sources.scan(
        root, options.dialect == Dialect::openapi_3_0 ? Embedding::openapi_3_0 : Embedding::none);
    SchemaCompiler compiler(sources, options, *document.schemas_);
    document.root_ = compiler.compile(*root.node, *root.resource);
    compiler.finish();
  }
  if (auto sound = sources.check(); !sound) return sound.error();
  return document;
}

}  // namespace penstock::contract
