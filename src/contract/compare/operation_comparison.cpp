// Compares an operation of two contracts: its parameters, bodies and responses.
#include <algorithm>

#include "contract/compare/contract_comparison.h"
#include "contract/document/document.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Effect = Change::Effect;

std::string status_of(const Response& response) {
  if (response.is_default()) return "default";
  if (response.first == response.last) return std::to_string(response.first);
  return std::to_string(response.first / 100) + "XX";
}

std::string name_of(const Parameter& parameter) {
  return std::string(name_of(parameter.in)) + " parameter '" + parameter.name + "'";
}

bool same_parameter(const Parameter& a, const Parameter& b) {
  if (a.in != b.in) return false;
  return a.in == In::header ? equal_ignoring_case(a.name, b.name) : a.name == b.name;
}

const MediaType* same_type(const std::vector<MediaType>& content, const MediaType& wanted) {
  if (!wanted.is_range()) {
    const auto type = parse_content_type(wanted.header);
    return type ? find_media_type(content, *type) : nullptr;
  }
  const auto found = std::find_if(content.begin(), content.end(), [&](const MediaType& media) {
    return media.type == wanted.type || media.type == "*/*";
  });
  return found == content.end() ? nullptr : &*found;
}

// Returns whether every text that the old parameter takes is taken as a text by the new one.
bool takes_all_texts(const Parameter& before, const Parameter& after) {
  const Schema& schema = *after.schema;
  return before.shape.kind == Shape::Kind::scalar && after.shape.kind == Shape::Kind::scalar &&
         (schema.types & type::string) != 0 && !schema.enumeration && !schema.constant &&
         !schema.string && !schema.composition;
}

}  // namespace

void ContractComparison::compare_operation(const Subject& subject, const Operation& before,
                                           const Operation& after) {
  if (before.id != after.id) {
    add(Effect::does_not_break, "operation-id", subject,
        "its name was " + before.id + ", and is " + after.id +
            "; clients do not see it, but its handler must be renamed");
  }
  if (before.not_served.empty() != after.not_served.empty()) {
    const bool breaks = !after.not_served.empty();
    add(breaks ? Effect::breaks : Effect::does_not_break, "operation-served", subject,
        breaks ? "it is no longer served: " + after.not_served : "it is served now");
  }
  if (!before.strict && after.strict) {
    add(Effect::breaks, "strict", subject,
        "undeclared query parameters and bodies were ignored, and are refused now");
  }
  if (!before.deprecated && after.deprecated) {
    add(Effect::does_not_break, "deprecated", subject, "it is deprecated now");
  }
  compare_security(subject, *before.security, *after.security);
  compare_cors(subject, before, after);
  compare_rates(subject, before, after);
  compare_handlers(subject, before, after);
  compare_idempotency(subject, before, after);
  compare_parameters(subject, before, after);
  compare_bodies(subject, before, after);
  compare_responses(subject, before, after);
}

void ContractComparison::compare_parameters(const Subject& subject, const Operation& before,
                                            const Operation& after) {
  // Those of the path come first, in the order of the template. Their names do not matter.
  size_t of_path = 0;
  for (const Parameter& old_one : before.parameters) {
    const Parameter* new_one = nullptr;
    if (old_one.in == In::path) {
      if (of_path < after.parameters.size()) new_one = &after.parameters[of_path];
      ++of_path;
      if (new_one != nullptr && new_one->in != In::path) new_one = nullptr;
    } else {
      const auto found =
          std::find_if(after.parameters.begin(), after.parameters.end(),
                       [&](const Parameter& one) { return same_parameter(one, old_one); });
      if (found != after.parameters.end()) new_one = &*found;
    }
    Subject of_parameter = subject.part(name_of(old_one));
    of_parameter.old_place = place_of(*old_one.node);
    if (new_one == nullptr) {
      const bool refused = old_one.in == In::query && after.strict;
      add(refused ? Effect::breaks : Effect::does_not_break, "parameter-removed", of_parameter,
          refused ? "it was removed, so that a request with it is refused"
                  : "it was removed, and is ignored");
      continue;
    }
    of_parameter.new_place = place_of(*new_one->node);
    compare_parameter(of_parameter, old_one, *new_one);
  }
  for (const Parameter& parameter : after.parameters) {
    const bool known =
        parameter.in == In::path ||
        std::any_of(before.parameters.begin(), before.parameters.end(),
                    [&](const Parameter& one) { return same_parameter(one, parameter); });
    if (known) continue;
    Subject of_parameter = subject.part(name_of(parameter));
    of_parameter.new_place = place_of(*parameter.node);
    add_new_parameter(of_parameter, parameter, before.strict);
  }
}

void ContractComparison::add_new_parameter(const Subject& subject, const Parameter& parameter,
                                           bool was_strict) {
  if (parameter.required && !parameter.default_value) {
    return add(Effect::breaks, "parameter-required", subject, "it is new, and required");
  }
  const bool refused_before = parameter.in == In::query && was_strict;
  add(refused_before ? Effect::does_not_break : Effect::may_break, "parameter-added", subject,
      refused_before ? "it is new, and optional"
                     : "it is new, and optional; a client that already sends it, with another "
                       "value, is refused");
}

void ContractComparison::compare_parameter(const Subject& subject, const Parameter& before,
                                           const Parameter& after) {
  if (!before.required && after.required) {
    add(Effect::breaks, "parameter-required", subject, "it was optional, and is required");
  } else if (before.required && !after.required) {
    add(Effect::does_not_break, "parameter-optional", subject, "it was required, and is optional");
  }
  const bool both_scalars =
      before.shape.kind == Shape::Kind::scalar && after.shape.kind == Shape::Kind::scalar;
  const bool styled = before.style != after.style || before.explode != after.explode;
  if (before.shape.kind != after.shape.kind || (styled && !both_scalars) ||
      (both_scalars && before.style != after.style)) {
    add(Effect::breaks, "parameter-style", subject, "it is written as another text now");
  }
  if (before.allow_empty && !after.allow_empty) {
    add(Effect::breaks, "parameter-empty", subject, "allowEmptyValue was true, and is false");
  }
  if (before.allow_reserved != after.allow_reserved) {
    add(Effect::may_break, "parameter-reserved", subject,
        "allowReserved has changed, so that '+' is read otherwise");
  }
  if (before.default_text != after.default_text) {
    const auto shown = [](const Parameter& one) {
      return one.default_value ? "'" + one.default_text + "'" : "none";
    };
    add(Effect::may_break, "parameter-default", subject,
        "its default was " + shown(before) + ", and is " + shown(after));
  }
  if (!takes_all_texts(before, after)) {
    compare_schemas(subject, Writer::client, before.schema, after.schema);
  }
}

void ContractComparison::compare_bodies(const Subject& subject, const Operation& before,
                                        const Operation& after) {
  const Subject of_body = subject.part("body");
  if (!before.body && !after.body) return;
  if (!before.body) {
    return add(after.body->required ? Effect::breaks : Effect::does_not_break,
               after.body->required ? "body-required" : "body-added", of_body,
               after.body->required ? "it is new, and required" : "it is new, and optional");
  }
  if (!after.body) {
    return add(after.strict ? Effect::breaks : Effect::does_not_break, "body-removed", of_body,
               after.strict ? "it was removed, so that a request with one is refused"
                            : "it was removed, and is ignored");
  }
  if (!before.body->required && after.body->required) {
    add(Effect::breaks, "body-required", of_body, "it was optional, and is required");
  } else if (before.body->required && !after.body->required) {
    add(Effect::does_not_break, "body-optional", of_body, "it was required, and is optional");
  }
  for (const MediaType& media : before.body->content) {
    const MediaType* other = same_type(after.body->content, media);
    if (other == nullptr) {
      add(Effect::breaks, "media-type-removed", of_body,
          "the media type " + media.type + " was removed");
      continue;
    }
    compare_schemas(of_body, Writer::client, media.schema, other->schema);
  }
  for (const MediaType& media : after.body->content) {
    if (same_type(before.body->content, media) != nullptr) continue;
    add(Effect::does_not_break, "media-type-added", of_body,
        "the media type " + media.type + " is new");
  }
}

void ContractComparison::compare_responses(const Subject& subject, const Operation& before,
                                           const Operation& after) {
  for (const Response& response : before.responses) {
    const Subject of_status = subject.part("answer " + status_of(response));
    // The new response must be for all statuses of the old one.
    const Response* other = after.response(response.is_default() ? 0 : response.first);
    if (other != nullptr && !other->is_for(response.last)) other = nullptr;
    if (other != nullptr) {
      compare_response(of_status, response, *other);
      continue;
    }
    const bool success = response.first >= 200 && response.last < 300;
    add(success ? Effect::breaks : Effect::may_break, "status-removed", of_status,
        success ? "it was removed, so that clients get another one"
                : "it was removed; a client that expects it may get another one");
  }
  for (const Response& response : after.responses) {
    const bool known =
        std::any_of(before.responses.begin(), before.responses.end(), [&](const Response& other) {
          return other.is_for(response.first) && other.is_for(response.last);
        });
    if (known) continue;
    const bool success = response.first >= 200 && response.last < 400;
    add(success ? Effect::may_break : Effect::does_not_break, "status-added",
        subject.part("answer " + status_of(response)),
        success ? "it is new; clients may not expect it" : "it is new");
  }
}

void ContractComparison::compare_response(const Subject& subject, const Response& before,
                                          const Response& after) {
  compare_headers(subject, before, after);
  if (!before.content.empty() && after.content.empty()) {
    return add(Effect::breaks, "body-removed", subject, "its body was removed");
  }
  for (const MediaType& media : before.content) {
    const MediaType* other = same_type(after.content, media);
    if (other == nullptr) {
      add(Effect::breaks, "media-type-removed", subject,
          "the media type " + media.type + " was removed");
      continue;
    }
    compare_schemas(subject, Writer::service, media.schema, other->schema);
  }
  for (const MediaType& media : after.content) {
    if (same_type(before.content, media) != nullptr) continue;
    add(Effect::does_not_break, "media-type-added", subject,
        "the media type " + media.type + " is new");
  }
}

void ContractComparison::compare_headers(const Subject& subject, const Response& before,
                                         const Response& after) {
  for (const Parameter& header : before.headers) {
    const auto found = std::find_if(
        after.headers.begin(), after.headers.end(),
        [&](const Parameter& other) { return equal_ignoring_case(other.name, header.name); });
    Subject of_header = subject.part("header " + header.name);
    of_header.old_place = place_of(*header.node);
    if (found == after.headers.end()) {
      add(header.required ? Effect::breaks : Effect::may_break, "header-removed", of_header,
          header.required ? "it was removed" : "it was removed, but clients could not rely on it");
      continue;
    }
    of_header.new_place = place_of(*found->node);
    if (header.required && !found->required) {
      add(Effect::breaks, "header-optional", of_header, "it was required, and is optional");
    }
    compare_schemas(of_header, Writer::service, header.schema, found->schema);
  }
}

}  // namespace penstock::contract
