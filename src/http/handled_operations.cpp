#include "http/handled_operations.h"

#include <algorithm>
#include <boost/core/demangle.hpp>
#include <string>
#include <typeindex>

#include "contract/schema/location.h"
#include "contract/schema/schema.h"
#include "http/guard/admitted.h"
#include "typed/from_value.h"

namespace penstock::http {

using contract::BodyKind;
using contract::Direction;
using contract::MediaType;
using contract::Parameter;
using contract::Violations;

namespace {

// Adds lines to `problems`, each behind `prefix`.
void add_lines(const std::string& prefix, const std::string& lines, std::string& problems) {
  for (std::string_view left = lines; !left.empty();) {
    const size_t end = std::min(left.find('\n'), left.size());
    problems += prefix;
    (problems += left.substr(0, end)) += '\n';
    left.remove_prefix(std::min(end + 1, left.size()));
  }
}

// Returns a plan, or adds what does not fit to `problems`. Each line begins with `what`.
std::optional<typed::Plan> match(typed::Planner& planner, const std::string& what,
                                 const contract::Schema* schema, const typed::Type& type,
                                 Direction direction, bool may_be_absent, std::string& problems) {
  auto plan = planner.make(schema, type, direction, may_be_absent);
  if (plan) return std::move(*plan);
  add_lines(what + ": ", plan.error().message, problems);
  return std::nullopt;
}

std::string text_of(const AnswerBody& answer) {
  if (answer.first == 0) return "default";
  return answer.first == answer.last ? std::to_string(answer.first)
                                     : std::to_string(answer.first / 100) + "XX";
}

// Says why a handler cannot get its resources.
std::string wrong_resources(const contract::Operation& operation, std::type_index used,
                            std::type_index made) {
  const auto name = [](std::type_index type) { return boost::core::demangle(type.name()); };
  return operation.where + ": the handler of operation '" + operation.id + "' uses " + name(used) +
         ", but handlers(Operations{...}, make) " +
         (made == typeid(void) ? "is given no function that makes it"
                               : "is given a function that makes " + name(made)) +
         "\n";
}

// Nearly every request is one that no Guard has looked at.
const auth::Caller* sender_of(const RequestMessage& message) {
  return message.attachment() != nullptr ? &caller_of(message) : nullptr;
}

}  // namespace

TypedOperation::TypedOperation(const contract::Operation& operation, const RequestTable& table)
    : operation_(operation),
      table_(table),
      place_(std::make_unique<std::max_align_t[]>(table.type.size / sizeof(std::max_align_t) + 1)) {
}

base::Result<std::unique_ptr<TypedOperation>> TypedOperation::make(
    const contract::Operation& operation, const RequestTable& table, typed::Planner& planner) {
  std::unique_ptr<TypedOperation> made(new TypedOperation(operation, table));
  std::string problems;
  made->match_parameters(planner, problems);
  made->match_body(planner, problems);
  made->match_answers(planner, problems);
  made->match_events(planner, problems);
  if (problems.empty()) return made;
  return base::Error{.code = base::ErrorCode::invalid, .message = std::move(problems)};
}

void TypedOperation::match_parameters(typed::Planner& planner, std::string& problems) {
  for (const ParameterMember& wanted : table_.parameters) {
    const contract::In in = wanted.in;
    const typed::Member& member = wanted.member;
    const std::string what =
        std::string(name_of(in)) + " parameter '" + std::string(member.name) + "'";
    const auto& declared = operation_.parameters;
    const auto found =
        std::find_if(declared.begin(), declared.end(), [&](const Parameter& parameter) {
          return parameter.in == in && parameter.name == member.name;
        });
    parameters_.push_back(static_cast<size_t>(found - declared.begin()));
    if (found == declared.end()) {
      problems += what + " is not in the contract\n";
      continue;
    }
    if (!found->required && !found->default_value && !member.may_be_absent) {
      problems += what + " may be absent in the contract, and not in the program\n";
    }
    match(planner, what, found->schema, member.type(), Direction::request, member.may_be_absent,
          problems);
  }
  for (const Parameter& parameter : operation_.parameters) {
    const auto is_same = [&](const ParameterMember& one) {
      return one.in == parameter.in && one.member.name == parameter.name;
    };
    if (std::none_of(table_.parameters.begin(), table_.parameters.end(), is_same)) {
      problems += std::string(name_of(parameter.in)) + " parameter '" + parameter.name +
                  "' is in the contract, and not in the program\n";
    }
  }
}

void TypedOperation::match_body(typed::Planner& planner, std::string& problems) {
  const bool is_declared = operation_.body.has_value();
  if (is_declared != (table_.body.form != BodyMember::Form::none)) {
    problems += is_declared ? "the body is in the contract, and not in the program\n"
                            : "the body is in the program, and not in the contract\n";
  }
  if (!is_declared || table_.body.form == BodyMember::Form::none) return;
  const typed::Member& member = table_.body.member;
  if (!operation_.body->required && !member.may_be_absent) {
    problems += "the body may be absent in the contract, and not in the program\n";
  }
  if (table_.body.form == BodyMember::Form::bytes) return;
  for (const MediaType& media : operation_.body->content) {
    if (!media.served) continue;
    if (media.kind != BodyKind::json) {
      problems += "the body can be " + media.type + ", which is not JSON\n";
      continue;
    }
    auto plan = match(planner, "the body", media.schema, member.type(), Direction::request,
                      member.may_be_absent, problems);
    if (plan) bodies_.emplace_back(&media, std::move(*plan));
  }
}

void TypedOperation::match_answers(typed::Planner& planner, std::string& problems) const {
  for (const AnswerBody& answer : table_.answers) {
    const std::string what = "the answer " + text_of(answer);
    const auto found =
        std::find_if(operation_.responses.begin(), operation_.responses.end(),
                     [&](const contract::Response& response) {
                       return response.first == answer.first && response.last == answer.last;
                     });
    if (found == operation_.responses.end()) {
      problems += what + " is not in the contract\n";
      continue;
    }
    for (const MediaType& media : found->content) {
      if (!media.served || media.kind != BodyKind::json) continue;
      match(planner, what, media.schema, answer.type(), Direction::response, false, problems);
    }
  }
}

void TypedOperation::match_events(typed::Planner& planner, std::string& problems) const {
  if (table_.event != nullptr) {
    if (operation_.events.empty()) {
      problems += "the event is not in the contract\n";
    } else {
      match(planner, "the event", operation_.events.front().schema, table_.event(),
            Direction::neither, false, problems);
    }
  }
  for (const NamedEvent& event : table_.events) {
    const contract::EventDeclaration* const declared = operation_.event(event.name);
    if (declared == nullptr) {
      problems += "the event " + std::string(event.name) + " is not in the contract\n";
    } else {
      match(planner, "the event " + std::string(event.name), declared->schema, event.type(),
            Direction::neither, false, problems);
    }
  }
}

void TypedOperation::begin(const RequestMessage& message) {
  clear();
  table_.type.construct(place_.get());
  is_made_ = true;
  table_.received(place_.get()) = {
      .at = message.received_at, .conditions = Conditions(message), .sender = sender_of(message)};
}

void TypedOperation::clear() {
  if (is_made_) table_.type.destroy(place_.get());
  is_made_ = false;
}

void TypedOperation::take_parameters(contract::Arguments& arguments, Violations& violations) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto& [in, member] = table_.parameters[i];
    const Parameter& parameter = operation_.parameters[parameters_[i]];
    const contract::Argument& argument = arguments.at(parameters_[i]);
    if (!argument.given && !parameter.default_value) continue;
    const contract::Location location{nullptr, parameter.name};
    void* const place = member.of(place_.get());
    if (argument.value) {
      typed::from_value(member.type(), *argument.value, place, member.may_be_absent, name_of(in),
                        location, violations, arguments.steps());
    } else if (parameter.plain) {
      typed::from_text(member.type(), argument.text, place, member.may_be_absent, name_of(in),
                       location, violations);
    }
    // Otherwise its text is empty and stands for no value.
  }
}

bool TypedOperation::read_body(typed::Reader& reader, const MediaType& media, std::string_view text,
                               contract::Steps& steps) {
  for (const auto& [declared, plan] : bodies_) {
    if (declared != &media) continue;
    if (reader.read(plan, text, body_place(), steps)) return true;
    // A part of the body may be there already.
    const typed::Type& type = table_.body.member.type();
    type.destroy(body_place());
    type.construct(body_place());
  }
  return false;
}

void TypedOperation::take_body(const boost::json::value& body, Violations& violations,
                               contract::Steps& steps) {
  if (table_.body.form != BodyMember::Form::json) return;
  const typed::Member& member = table_.body.member;
  typed::from_value(member.type(), body, body_place(), member.may_be_absent, "body",
                    contract::Location{}, violations, steps);
}

void TypedOperation::take_body_text(std::string_view text) {
  if (table_.body.form != BodyMember::Form::bytes) return;
  const typed::Member& member = table_.body.member;
  Violations none;
  typed::from_text(member.type(), text, body_place(), member.may_be_absent, "body",
                   contract::Location{}, none);
}

HandledOperations handled_operations(const contract::Contract& contract, const Handlers& handlers,
                                     std::string& problems, const resources::Resources* made_ones) {
  HandledOperations handled;
  typed::Planner planner;
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      const auto found = std::find_if(handlers.begin(), handlers.end(), [&](const auto& handler) {
        return handler.first == operation.id;
      });
      if (found == handlers.end()) continue;
      HandledOperation made{.handler = found->second};
      if (const RequestTable* table = found->second.table()) {
        auto typed = TypedOperation::make(operation, *table, planner);
        if (!typed) {
          problems += operation.where + ": operation '" + operation.id +
                      "' does not fit this program, which was built from another contract: build "
                      "it again\n";
          add_lines("  " + std::string(table->name) + ": ", typed.error().message, problems);
          continue;
        }
        made.typed = std::move(*typed);
      }
      if (made_ones != nullptr && made.handler.resources_type() != typeid(void)) {
        if (made_ones->type() != made.handler.resources_type()) {
          problems += wrong_resources(operation, made.handler.resources_type(), made_ones->type());
          continue;
        }
        made.resources = made_ones->get();
      }
      handled.emplace(&operation, std::move(made));
    }
  }
  return handled;
}

}  // namespace penstock::http
