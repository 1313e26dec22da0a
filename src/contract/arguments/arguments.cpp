#include "contract/arguments/arguments.h"

#include <stdexcept>

#include "contract/arguments/argument_violation.h"
#include "contract/parameters/parameter_writer.h"
#include "contract/parameters/percent.h"

namespace penstock::contract {

void Arguments::reset(const Operation& operation, uint64_t steps_max) {
  operation_ = &operation;
  if (arguments_.size() < operation.parameters.size()) {
    arguments_.resize(operation.parameters.size());
  }
  for (Argument& argument : arguments_) {
    argument.given = argument.broken = false;
    argument.text.clear();
    argument.value.reset();  // This must come before its memory is reset below.
  }
  memory_.reset();
  steps_ = Steps(steps_max);
}

void Arguments::copy(const Arguments& other) {
  reset(*other.operation_);
  for (size_t i = 0; i < operation_->parameters.size(); ++i) {
    const Argument& from = other.arguments_[i];
    Argument& to = arguments_[i];
    to.given = from.given;
    to.broken = from.broken;
    to.text = from.text;
    if (from.value) to.value.emplace(*from.value, memory_.storage());
  }
}

size_t Arguments::index_of(In in, std::string_view name) const {
  const std::vector<Parameter>& parameters = operation_->parameters;
  size_t i = 0;
  while (i < parameters.size() && (parameters[i].in != in || parameters[i].name != name)) ++i;
  return i;
}

void Arguments::add_text(size_t index, std::string_view raw, std::string_view text,
                         Violations& violations) {
  const Parameter& parameter = operation_->parameters[index];
  Argument& argument = arguments_[index];
  if (!is_text(parameter, text, violations)) {
    argument.given = argument.broken = true;
    return;
  }
  const bool is_empty = parameter.allow_empty && text.empty();
  if (parameter.reading == Reading::repeated) {
    if (!argument.value && !is_empty) argument.value.emplace(boost::json::array(memory_.storage()));
    if (argument.value) {
      argument.value->get_array().push_back(
          part_value(text, parameter.shape.element, memory_.storage(), steps_));
    }
  } else if (argument.given) {
    report(violations, parameter.in, parameter.name, "repeated", "must be given once");
  } else if (parameter.reading == Reading::cut && !is_empty) {
    argument.value = value_of(parameter, raw, Direction::request, memory_.storage(), steps_);
    if (!argument.value) {
      argument.given = argument.broken = true;
      return report(violations, parameter.in, parameter.name, "style",
                    "is not written in the style that the contract declares");
    }
  }
  argument.given = true;
  const bool has_prefix = parameter.style == Style::label || parameter.style == Style::matrix;
  argument.text.assign(has_prefix && argument.value ? text_of(parameter, *argument.value) : text);
}

void Arguments::read_path(const PathValues& values, Violations& violations) {
  for (size_t i = 0; i < values.size(); ++i) {
    // The router has found the encoding to be sound.
    static_cast<void>(decode_percent(values[i], false, text_));
    add_text(i, values[i], text_, violations);
  }
  finish(In::path, violations);
}

void Arguments::read_headers(const Header& header, Violations& violations) {
  bool with_cookies = false;
  for (size_t i = 0; i < operation_->parameters.size(); ++i) {
    const Parameter& parameter = operation_->parameters[i];
    if (parameter.in == In::cookie) with_cookies = true;
    if (parameter.in != In::header) continue;
    const size_t lines = header(parameter.name, ",", text_);
    if (lines == 0) continue;
    // Several lines of a header form one list (RFC 9110 section 5.3), so only a list may have them.
    if (lines > 1 && (parameter.shape.kind == Shape::Kind::scalar ||
                      parameter.shape.kind == Shape::Kind::json)) {
      report(violations, In::header, parameter.name, "repeated", "must be given once");
    }
    add_text(i, text_, text_, violations);
  }
  finish(In::header, violations);
  if (!with_cookies) return;
  if (header("cookie", "; ", text_) > 0) read_cookies(text_, violations);
  finish(In::cookie, violations);
}

void Arguments::finish(In in, Violations& violations) {
  for (size_t i = 0; i < operation_->parameters.size(); ++i) {
    const Parameter& parameter = operation_->parameters[i];
    if (parameter.in != in) continue;
    Argument& argument = arguments_[i];
    if (argument.broken) continue;
    if (argument.given) {
      check_value(parameter, argument, violations);
    } else if (parameter.required) {
      report(violations, in, parameter.name, "required", "is missing");
    } else if (parameter.default_value) {
      argument.text = parameter.default_text;
      if (!parameter.plain) argument.value.emplace(*parameter.default_value, memory_.storage());
    }
  }
}

void Arguments::check_value(const Parameter& parameter, Argument& argument,
                            Violations& violations) {
  const std::string_view in = name_of(parameter.in);
  if (!argument.value) {
    if (parameter.allow_empty && argument.text.empty()) return;
    if (parameter.plain) {
      return validate_text(*parameter.schema, argument.text, in, parameter.name, violations,
                           steps_);
    }
    argument.value =
        scalar_value_of(parameter, argument.text, Direction::request, memory_.storage(), steps_);
    if (!argument.value && parameter.shape.kind == Shape::Kind::json) {
      return report(violations, parameter.in, parameter.name, "content", "must be JSON");
    }
    // As a string it breaks the schema, whose violation says what is wrong.
    if (!argument.value) {
      argument.value.emplace(boost::json::string_view(argument.text), memory_.storage());
    }
  } else if (parameter.reading == Reading::repeated && parameter.shape.types != 0 &&
             argument.value->get_array().size() == 1) {
    // The schema allows a scalar, too, and there is only one text.
    auto scalar =
        scalar_value_of(parameter, argument.text, Direction::request, memory_.storage(), steps_);
    if (scalar && is_valid(*parameter.schema, *scalar, Direction::request, steps_)) {
      argument.value = std::move(scalar);
    }
  }
  validate(*parameter.schema, *argument.value, in, parameter.name, Direction::request, violations,
           steps_);
}

const Argument& Arguments::argument(In in, std::string_view name) const {
  const size_t index = index_of(in, name);
  if (index == operation_->parameters.size()) {
    throw std::logic_error("operation " + operation_->id + " does not declare the " +
                           std::string(name_of(in)) + " parameter '" + std::string(name) + "'");
  }
  return arguments_[index];
}

const std::string* Arguments::text(In in, std::string_view name) const {
  const Argument& found = argument(in, name);
  return found.given || !found.text.empty() ? &found.text : nullptr;
}

const boost::json::value* Arguments::value(In in, std::string_view name) const {
  const Argument& found = argument(in, name);
  return found.value ? &*found.value : nullptr;
}

bool Arguments::given(In in, std::string_view name) const {
  return argument(in, name).given;
}

}  // namespace penstock::contract
