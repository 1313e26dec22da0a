#include "auth/schemes/token_principal.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <vector>

#include "base/printable_text.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"
#include "contract/schema/violation.h"
#include "json/view.h"

namespace penstock::auth {
namespace {

// A token has 16 KiB, so these bounds are for what is kept of it.
constexpr size_t kScopesMax = 1000;
constexpr size_t kSubjectBytesMax = 1024;
constexpr size_t kNameMax = 100;  // Bytes of a claim's place in the log.

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

void add_words(std::string_view text, std::vector<std::string>& scopes) {
  while (!text.empty()) {
    const size_t space = text.find(' ');
    if (space != 0) scopes.emplace_back(text.substr(0, space));
    text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
  }
}

// Returns whether the claim is what scopes can be. A claim that is not there has none.
bool add_scopes(const boost::json::value* claim, std::vector<std::string>& scopes) {
  if (claim == nullptr || claim->is_null()) return true;
  if (const auto text = json::text(claim)) {
    add_words(*text, scopes);
    return scopes.size() <= kScopesMax;
  }
  const boost::json::array* list = claim->if_array();
  if (list == nullptr || list->size() > kScopesMax) return false;
  for (const boost::json::value& element : *list) {
    // A role may have spaces: it is one element.
    const auto text = json::text(&element);
    if (!text || text->empty()) return false;
    scopes.emplace_back(*text);
  }
  return true;
}

std::string unescaped(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool is_escape = token[i] == '~' && i + 1 < token.size();
    if (is_escape && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '0' ? '~' : '/';
    } else {
      out += token[i];
    }
  }
  return out;
}

// Says for the log how the claims break the schema.
std::string fault_of(const contract::Schema& schema, boost::json::value& claims) {
  contract::Violations violations;
  contract::Steps steps;
  contract::validate(schema, claims, "body", "", contract::Direction::neither, violations, steps);
  if (violations.empty()) return "";
  std::string text = "the token's claims break the contract:";
  for (const contract::Violation& violation : violations) {
    // The names of claims are the issuer's, and may be anything.
    text += ' ' + (violation.where.empty() ? "they" : base::printable(violation.where, kNameMax)) +
            ' ' + violation.message + ';';
  }
  text.pop_back();
  return text;
}

size_t memory_of(const boost::json::value& value);

// A member takes what its value takes, its name, and the table by which it is found.
size_t memory_of(const boost::json::object& object) {
  size_t bytes = 0;
  for (const auto& member : object) {
    bytes += sizeof(member) + sizeof(uint32_t) + member.key().size() + memory_of(member.value());
  }
  return bytes;
}

// The parser has limited how deep values are nested.
size_t memory_of(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return text->size();
  if (const auto* object = value.if_object()) return memory_of(*object);
  size_t bytes = 0;
  if (const auto* array = value.if_array()) {
    for (const boost::json::value& one : *array) bytes += sizeof(one) + memory_of(one);
  }
  return bytes;
}

}  // namespace

const boost::json::value* find_claim(const boost::json::object& claims, std::string_view name) {
  if (!name.starts_with('/')) return claims.if_contains(name);
  const boost::json::object* object = &claims;
  const boost::json::value* value = nullptr;
  while (!name.empty()) {
    name.remove_prefix(1);
    const size_t slash = name.find('/');
    value = object == nullptr ? nullptr : object->if_contains(unescaped(name.substr(0, slash)));
    if (value == nullptr) return nullptr;
    object = value->if_object();
    name = slash == std::string_view::npos ? std::string_view() : name.substr(slash);
  }
  return value;
}

base::Result<std::shared_ptr<Principal>> principal_of(boost::json::object claims,
                                                      std::string_view scheme_name,
                                                      const BearerSettings& settings,
                                                      const contract::SecurityScheme& scheme) {
  auto principal = std::make_shared<Principal>();
  principal->scheme = scheme_name;
  const auto subject = json::text(find_claim(claims, settings.subject_claim));
  if (!subject || subject->empty() || subject->size() > kSubjectBytesMax) {
    return invalid("the token has no subject: its claim " + settings.subject_claim +
                   " is not a text of 1 to 1024 bytes");
  }
  principal->subject = *subject;
  std::vector<std::string>& scopes = principal->scopes;
  if (settings.scopes_claim.empty()) {
    for (const char* name : {"scope", "scp"}) {
      if (!add_scopes(claims.if_contains(name), scopes)) {
        return invalid("the token's claim " + std::string(name) + " has no list of scopes");
      }
    }
  } else if (!add_scopes(find_claim(claims, settings.scopes_claim), scopes)) {
    return invalid("the token's claim " + settings.scopes_claim + " has no list of scopes");
  }
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  if (scheme.claims != nullptr) {
    boost::json::value value(std::move(claims));
    if (std::string fault = fault_of(*scheme.claims, value); !fault.empty()) {
      return invalid(std::move(fault));
    }
    claims = std::move(value.get_object());
  }
  principal->claims = std::move(claims);
  return principal;
}

size_t memory_of(const Principal& principal) {
  size_t bytes = sizeof(Principal) + principal.subject.size();
  for (const std::string& scope : principal.scopes) bytes += sizeof(scope) + scope.size();
  return bytes + memory_of(principal.claims);
}

}  // namespace penstock::auth
