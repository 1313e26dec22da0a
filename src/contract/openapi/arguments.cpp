#include "contract/openapi/arguments.h"

#include <stdexcept>

#include "base/utf8.h"
#include "contract/schema/price.h"

namespace penstock::contract {

namespace {

constexpr size_t kQueryPartsMax = 500;
constexpr size_t kEchoedNameMax = 64;  // The bytes of an undeclared name that a violation repeats.

void report(Violations& violations, In in, std::string_view name, std::string_view keyword,
            std::string message) {
  if (violations.size() >= kViolationsMax) return;
  violations.push_back(
      {name_of(in), std::string(name.substr(0, kEchoedNameMax)), keyword, std::move(message)});
}

bool is_text(const Parameter& parameter, std::string_view text, Violations& violations) {
  if (!base::is_utf8(text)) {
    report(violations, parameter.in, parameter.name, "encoding", "must be UTF-8");
  } else if (text.find('\0') != std::string_view::npos) {
    report(violations, parameter.in, parameter.name, "encoding",
           "must not contain the character NUL");
  } else {
    return true;
  }
  return false;
}

// Removes the text before the first `separator` from `rest`, with the separator, and returns it.
std::string_view next_part(std::string_view& rest, char separator) {
  const size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

bool is_exploded_object(const Parameter& parameter) {
  return parameter.in == In::query && parameter.shape.kind == Shape::Kind::object &&
         parameter.explode && parameter.style == Style::form;
}

// Returns the property that a name belongs to in style deepObject: "from" for "range[from]", if the
// parameter is "range". Returns nothing if the name does not belong to the parameter.
std::optional<std::string_view> deep_name(const Parameter& parameter, std::string_view name) {
  if (parameter.style != Style::deep_object || !name.starts_with(parameter.name)) {
    return std::nullopt;
  }
  name.remove_prefix(parameter.name.size());
  if (name.size() < 2 || name.front() != '[' || name.back() != ']') return std::nullopt;
  name = name.substr(1, name.size() - 2);
  return name.find_first_of("[]") == std::string_view::npos ? std::optional(name) : std::nullopt;
}

}  // namespace

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

size_t Arguments::index_of(In in, std::string_view name) const {
  const std::vector<Parameter>& parameters = operation_->parameters;
  size_t i = 0;
  while (i < parameters.size() && (parameters[i].in != in || parameters[i].name != name)) ++i;
  return i;
}

void Arguments::add_text(size_t index, std::string_view text, Violations& violations) {
  const Parameter& parameter = operation_->parameters[index];
  Argument& argument = arguments_[index];
  if (parameter.shape.kind == Shape::Kind::array && parameter.style == Style::form &&
      parameter.explode) {
    if (!argument.value && !(parameter.allow_empty && text.empty())) {
      argument.value.emplace(boost::json::array(memory_.storage()));
    }
    if (!argument.value) {
      argument.given = true;
      return;
    }
    argument.value->get_array().push_back(
        part_value(text, parameter.shape.element, memory_.storage(), steps_));
  } else if (argument.given) {
    report(violations, parameter.in, parameter.name, "repeated", "must be given once");
  }
  argument.given = true;
  argument.text.assign(text);
}

void Arguments::add_member(size_t index, std::string_view name, std::string_view text,
                           Violations& violations) {
  const Parameter& parameter = operation_->parameters[index];
  Argument& argument = arguments_[index];
  if (!argument.value) argument.value.emplace(boost::json::object(memory_.storage()));
  auto value = part_value(text, parameter.shape.types_of(name), memory_.storage(), steps_);
  if (!argument.value->get_object().emplace(name, std::move(value)).second) {
    report(violations, In::query, name_, "repeated", "must be given once");
  }
  argument.given = true;
}

void Arguments::read_path(const PathValues& values, Violations& violations) {
  for (size_t i = 0; i < values.size(); ++i) add_text(i, values[i], violations);
  finish(In::path, violations);
}

// The query is split here because parse_query() of Boost.URL 1.81 reads beyond the end of the view
// for the last value.
void Arguments::read_query(std::string_view query, Violations& violations) {
  for (size_t count = 0; !query.empty(); ++count) {
    if (count == kQueryPartsMax) {
      report(violations, In::query, "", "undeclared", "the query has too many parameters");
      break;
    }
    std::string_view value = next_part(query, '&');
    if (value.empty()) continue;
    const std::string_view name = next_part(value, '=');
    if (!read_query_part(name, value, violations)) {
      report(violations, In::query, "", "encoding",
             "the query has a '%' that is not followed by two hexadecimal digits");
      return;
    }
  }
  finish(In::query, violations);
}

bool Arguments::read_query_part(std::string_view raw_name, std::string_view raw_value,
                                Violations& violations) {
  const std::vector<Parameter>& parameters = operation_->parameters;
  // If there are not enough steps, the validation of the parameters says so.
  static_cast<void>(steps_.take(price::kMember * parameters.size() + raw_name.size() * 2));
  // In names, and in most values, '+' is a space, as in HTML's application/x-www-form-urlencoded.
  if (!decode_percent(raw_name, true, name_)) return false;
  const bool is_text_name = base::is_utf8(name_);
  const auto [taker, member] = is_text_name ? find_taker(name_) : Taker{parameters.size(), {}};
  const bool with_plus = taker == parameters.size() || !parameters[taker].allow_reserved;
  if (!decode_percent(raw_value, with_plus, text_)) return false;
  if (taker == parameters.size()) {
    if (!is_text_name) {
      report(violations, In::query, name_, "encoding", "must be UTF-8");
    } else if (operation_->strict && !operation_->security->has_query_key(name_)) {
      report(violations, In::query, name_, "undeclared", "is not a parameter of this operation");
    }
  } else if (!is_text(parameters[taker], text_, violations)) {
    arguments_[taker].given = arguments_[taker].broken = true;
  } else if (member.data() != nullptr) {
    add_member(taker, member, text_, violations);
  } else {
    add_text(taker, text_, violations);
  }
  return true;
}

Arguments::Taker Arguments::find_taker(std::string_view name) const {
  const std::vector<Parameter>& parameters = operation_->parameters;
  Taker taker{parameters.size(), {}};
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    if (parameter.in != In::query) continue;
    if (const auto member = deep_name(parameter, name)) return {i, *member};
    if (is_exploded_object(parameter)) {
      if (parameter.shape.has_name(name)) return {i, name};
      const bool takes_any_name = parameter.shape.unnamed.types != 0;
      if (takes_any_name && taker.parameter == parameters.size() &&
          !operation_->security->has_query_key(name)) {
        taker = {i, name};
      }
    } else if (parameter.name == name && parameter.style != Style::deep_object) {
      return {i, {}};
    }
  }
  return taker;
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
    add_text(i, text_, violations);
  }
  finish(In::header, violations);
  if (!with_cookies) return;
  if (header("cookie", "; ", text_) > 0) read_cookies(text_, violations);
  finish(In::cookie, violations);
}

// Reads a Cookie header (RFC 6265 section 4.2.1). Undeclared cookies are ignored, since they belong
// to other programs of the site.
void Arguments::read_cookies(std::string_view header, Violations& violations) {
  while (!header.empty()) {
    std::string_view value = next_part(header, ';');
    while (value.starts_with(' ')) value.remove_prefix(1);
    const size_t index = index_of(In::cookie, next_part(value, '='));
    if (index == operation_->parameters.size()) continue;
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (!decode_percent(value, false, name_)) {
      report(violations, In::cookie, operation_->parameters[index].name, "encoding",
             "must be percent-encoded (RFC 3986)");
      continue;
    }
    add_text(index, name_, violations);
  }
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
    // Texts in the query have been checked before.
    if (parameter.in != In::query && !is_text(parameter, argument.text, violations)) return;
    if (parameter.allow_empty && argument.text.empty()) return;
    if (parameter.plain) {
      return validate_text(*parameter.schema, argument.text, in, parameter.name, violations,
                           steps_);
    }
    argument.value =
        valid_value_of(parameter, argument.text, Direction::request, memory_.storage(), steps_);
    if (!argument.value && parameter.shape.kind == Shape::Kind::scalar &&
        parameter.style != Style::matrix && parameter.style != Style::label) {
      // As a string it breaks the schema, whose violation says what is wrong.
      argument.value.emplace(boost::json::string_view(argument.text), memory_.storage());
    }
    if (!argument.value) {
      const bool is_json = parameter.shape.kind == Shape::Kind::json;
      return report(
          violations, parameter.in, parameter.name, is_json ? "content" : "style",
          is_json ? "must be JSON" : "is not written in the style that the contract declares");
    }
    if (parameter.style == Style::label || parameter.style == Style::matrix) {
      argument.text = text_of(parameter, *argument.value);
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
