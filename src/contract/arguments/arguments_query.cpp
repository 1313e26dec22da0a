// Reads what has names of its own in a request: the query and the cookies.
#include <algorithm>

#include "base/utf8.h"
#include "contract/arguments/argument_violation.h"
#include "contract/arguments/arguments.h"
#include "contract/parameters/percent.h"
#include "contract/schema/price.h"

namespace penstock::contract {

namespace {

constexpr size_t kQueryPartsMax = 500;

// Removes the text before the first `separator` from `rest`, with the separator, and returns it.
std::string_view next_part(std::string_view& rest, char separator) {
  const size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

}  // namespace

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
  const Taker taker = is_text_name ? find_taker(In::query, name_) : Taker{parameters.size()};
  const bool is_taken = taker.parameter != parameters.size();
  const bool with_plus = !is_taken || !parameters[taker.parameter].allow_reserved;
  if (!decode_percent(raw_value, with_plus, text_)) return false;
  if (taker.is_inside) {
    add_inside(taker.parameter, text_, violations);
  } else if (is_taken) {
    add_text(taker.parameter, raw_value, text_, violations);
  } else if (!is_text_name) {
    report(violations, In::query, name_, "encoding", "must be UTF-8");
  } else if (operation_->strict && !operation_->security->has_query_key(name_)) {
    report(violations, In::query, name_, "undeclared", "is not a parameter of this operation");
  }
  return true;
}

Arguments::Taker Arguments::find_taker(In in, std::string_view name) {
  const std::vector<Parameter>& parameters = operation_->parameters;
  const auto of_member = [&](size_t parameter) {
    keys_.keys[0] = name;
    keys_.count = 1;
    return Taker{parameter, true};
  };
  size_t takes_any_name = parameters.size();
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    if (parameter.in != in) continue;
    const bool is_own_name = parameter.name == name;
    if (is_own_name && parameter.shape.types != 0) return {i};  // Its text is a scalar.
    if (parameter.reading == Reading::members) {
      if (parameter.shape.has_name(name)) return of_member(i);
      // All other cookies belong to other programs of the site.
      if (parameter.shape.has_other_names() && in == In::query &&
          !operation_->security->has_query_key(name)) {
        takes_any_name = std::min(takes_any_name, i);
      }
    } else if (parameter.reading == Reading::nested) {
      const bool is_list = parameter.shape.kind == Shape::Kind::array;
      if (is_own_name && !is_list) continue;
      if (read_keys(name, parameter.name, keys_)) return {i, true};
    } else if (is_own_name) {
      return {i};
    }
  }
  if (takes_any_name == parameters.size()) return {takes_any_name};
  return of_member(takes_any_name);
}

void Arguments::add_inside(size_t index, std::string_view text, Violations& violations) {
  const Parameter& parameter = operation_->parameters[index];
  Argument& argument = arguments_[index];
  if (!is_text(parameter, text, violations)) {
    argument.given = argument.broken = true;
    return;
  }
  const auto fault = [&](std::string_view keyword, const char* message) {
    report(violations, parameter.in, name_, keyword, message);
  };
  if (argument.given && !argument.value && !argument.broken) {
    return fault("repeated", "must not be given beside a text for the whole parameter");
  }
  if (!argument.value) argument.value.emplace(nullptr, memory_.storage());
  const Added added = add_nested(*argument.value, parameter.shape, {keys_.keys, keys_.count}, text,
                                 memory_.storage(), steps_);
  if (added == Added::undeclared) {
    if (argument.value->is_null()) argument.value.reset();
  } else {
    argument.given = true;
  }
  switch (added) {
    case Added::yes:
      break;
    case Added::repeated:
      return fault("repeated", "must be given once");
    case Added::disordered:
      return fault("style", "must be numbered from 0 on, without gaps and in order");
    case Added::undeclared:
      if (operation_->strict) fault("undeclared", "is not a parameter of this operation");
  }
}

// Reads a Cookie header (RFC 6265 section 4.2.1). Undeclared cookies are ignored, since they belong
// to other programs of the site.
void Arguments::read_cookies(std::string_view header, Violations& violations) {
  while (!header.empty()) {
    std::string_view value = next_part(header, ';');
    while (value.starts_with(' ')) value.remove_prefix(1);
    name_ = next_part(value, '=');
    const Taker taker = find_taker(In::cookie, name_);
    if (taker.parameter == operation_->parameters.size()) continue;
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (!decode_percent(value, false, cookie_)) {
      report(violations, In::cookie, operation_->parameters[taker.parameter].name, "encoding",
             "must be percent-encoded (RFC 3986)");
    } else if (taker.is_inside) {
      add_inside(taker.parameter, cookie_, violations);
    } else {
      add_text(taker.parameter, value, cookie_, violations);
    }
  }
}

}  // namespace penstock::contract
