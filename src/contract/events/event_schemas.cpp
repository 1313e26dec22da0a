#include "contract/events/event_schemas.h"

#include <algorithm>

#include "contract/document/sources.h"
#include "contract/schema/schema.h"
#include "contract/schema/schema_compiler.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"
#include "json/reader.h"

namespace penstock::contract {

std::string event_sentence(const Violations& violations) {
  std::string text = "the value breaks its event's schema: ";
  for (const Violation& violation : violations) {
    if (&violation != &violations.front()) text += "; ";
    text += (violation.where.empty() ? "it" : violation.where) + ' ' + violation.message;
  }
  return text;
}

EventSchemas::EventSchemas()
    : schemas_(std::make_unique<std::deque<Schema>>()), reader_(std::make_unique<json::Reader>()) {}
EventSchemas::EventSchemas(EventSchemas&&) noexcept = default;
EventSchemas& EventSchemas::operator=(EventSchemas&&) noexcept = default;
EventSchemas::~EventSchemas() = default;

base::Result<EventSchemas> EventSchemas::compile(const EventSchemasText& text) {
  const auto load = [&](const std::string& name) -> base::Result<std::string> {
    const auto found = std::find_if(text.documents.begin(), text.documents.end(),
                                    [&](const auto& document) { return document.name == name; });
    if (found == text.documents.end()) {
      return base::Error{.code = base::ErrorCode::not_found,
                         .message = "it is not embedded in this program"};
    }
    return std::string(found->json);
  };
  EventSchemas result;
  if (text.schemas.empty()) return result;
  result.sources_ = std::make_unique<Sources>(load, Document::parse_json);
  Sources& sources = *result.sources_;
  const Target root =
      sources.add_root(text.documents.front().json, std::string(text.documents.front().name));
  if (root.node != nullptr) {
    const bool is_3_0 = text.dialect == Dialect::openapi_3_0;
    sources.scan(root, is_3_0 ? Embedding::openapi_3_0 : Embedding::openapi_3_1);
    SchemaOptions options;
    options.dialect = text.dialect;
    // The setting for the contract has judged the patterns before.
    options.patterns.steps_per_byte_max = UINT64_MAX;
    SchemaCompiler compiler(sources, options, *result.schemas_);
    for (const auto& [type, reference] : text.schemas) {
      const Schema* schema = nullptr;
      if (!reference.empty()) {
        const Target target = sources.resolve(*root.node, reference, *root.resource);
        if (target.node != nullptr) schema = compiler.compile(*target.node, *target.resource);
      }
      result.event_schemas_.push_back({std::string(type), schema});
    }
    compiler.finish();
  }
  if (auto sound = sources.check(); !sound) return sound.error();
  return result;
}

const EventSchemas::EventSchema* EventSchemas::find(std::string_view type) const {
  for (const EventSchema& event : event_schemas_) {
    if (event.type == type) return &event;
  }
  return nullptr;
}

base::Result<boost::json::value> EventSchemas::read(std::string_view type, std::string_view text) {
  auto value = reader_->read(text, {});
  if (!value) {
    return base::Error{base::ErrorCode::invalid, "the value is not JSON: at byte " +
                                                     std::to_string(value.error().offset) + " it " +
                                                     std::string(value.error().reason)};
  }
  const EventSchema* event = find(type);
  if (event == nullptr || event->schema == nullptr) return std::move(*value);
  Violations violations;
  Steps steps(UINT64_MAX);
  validate(*event->schema, *value, "body", "", Direction::neither, violations, steps);
  if (violations.empty()) return std::move(*value);
  return base::Error{base::ErrorCode::invalid, event_sentence(violations)};
}

}  // namespace penstock::contract
