#include "contract/cors/cors_reader.h"

#include <algorithm>
#include <array>

#include "contract/parameters/media_type.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

// A list of x-cors may have so many entries, because each request's origin is compared with them.
constexpr size_t kEntriesMax = 100;
// This is the longest time that any browser keeps (Firefox; Chromium keeps 7200).
constexpr int64_t kMaxAgeMax = 86'400;
constexpr size_t kPortDigitsMax = 5;

constexpr std::array<std::string_view, 5> kKeys{"origins", "headers", "exposedHeaders",
                                                "credentials", "maxAge"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_lower_letter(char c) {
  return c >= 'a' && c <= 'z';
}

bool has_only(std::string_view text, bool (*is_allowed)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_allowed);
}

// These are the parts of "https://example.com:8443". The port is empty if there is none.
struct OriginParts {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;
};

// Returns what is wrong with an origin of the document, or "". A browser writes an origin in one
// way only (HTML, "serialization of an origin"), and it is compared byte for byte.
std::string fault_of(std::string_view text, OriginParts& parts) {
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos) {
    return "needs a scheme, as in 'https://shop.example'";
  }
  parts.scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 3);
  if (rest.find_first_of("/?#@") != std::string_view::npos) {
    return "must end after its host or port: browsers send no path, and no slash at the end";
  }
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return "must be in small letters, as browsers send it";
  }
  const auto of_scheme = [](char c) {
    return is_lower_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  if (!has_only(parts.scheme, of_scheme) || !is_lower_letter(parts.scheme.front())) {
    return "has no valid scheme before '://'";
  }
  const bool is_ipv6 = rest.starts_with('[');
  const size_t end = is_ipv6 ? rest.find(']') : rest.find(':');
  if (is_ipv6 && end == std::string_view::npos) return "has a '[' without a ']'";
  parts.host = rest.substr(0, is_ipv6 ? end + 1 : end);
  rest.remove_prefix(std::min(parts.host.size(), rest.size()));
  if (!rest.empty()) {
    parts.port = rest.substr(1);
    if (rest.front() != ':' || !has_only(parts.port, is_digit) ||
        parts.port.size() > kPortDigitsMax || parts.port.front() == '0') {
      return "has no valid port after its host";
    }
  }
  if ((parts.scheme == "https" && parts.port == "443") ||
      (parts.scheme == "http" && parts.port == "80")) {
    return "must not have the default port, which browsers leave out";
  }
  return "";
}

// Returns what is wrong with the host of an origin, or "".
std::string fault_of_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto of_address = [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
    };
    return has_only(host.substr(1, host.size() - 2), of_address) ? "" : "has no valid address";
  }
  const auto of_name = [](char c) {
    return is_lower_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
  };
  if (host.find('*') != std::string_view::npos) {
    return "may have a '*' only as the whole first part of its host, as in "
           "'https://*.shop.example'";
  }
  if (!has_only(host, of_name) || host.starts_with('.') ||
      host.find("..") != std::string_view::npos) {
    return "has no valid host; write a name beyond ASCII in its form that begins with 'xn--'";
  }
  return "";
}

}  // namespace

const CorsPolicy* CorsReader::read(const Node& object, const CorsPolicy* otherwise) {
  const Node* node = object.find("x-cors");
  if (node == nullptr) return otherwise;
  const auto [known, is_new] = known_.emplace(node, nullptr);
  if (is_new) {
    CorsPolicy& policy = out_.emplace_back();
    known->second = &policy;
    read_policy(*node, policy);
  }
  return known->second;
}

void CorsReader::read_policy(const Node& node, CorsPolicy& policy) {
  if (!node.is(Kind::object)) {
    return sources_.problem(node, "wrong-type",
                            "x-cors must be an object, such as {origins: ['https://shop.example']}"
                            "; 'origins: []' allows no page of another origin");
  }
  refuse_other_keys(node);
  read_origins(node, policy);
  policy.headers = read_headers(node, "headers");
  policy.exposed_headers = read_headers(node, "exposedHeaders");
  if (const Node* flag = node.find("credentials")) {
    if (!flag->is(Kind::boolean)) {
      sources_.problem(*flag, "wrong-type", "x-cors: credentials must be true or false");
    }
    policy.credentials = flag->is(Kind::boolean) && flag->boolean;
    if (policy.credentials && policy.any_origin) {
      sources_.problem(*flag, "cors-credentials",
                       "x-cors: every page on the web could use its visitors' logins; with "
                       "'credentials: true' list the origins instead of '*' (Fetch, CORS protocol "
                       "and credentials)");
    }
  }
  read_max_age(node, policy);
}

void CorsReader::refuse_other_keys(const Node& node) {
  for (const Member& member : node.members) {
    if (std::find(kKeys.begin(), kKeys.end(), member.key->text) != kKeys.end()) continue;
    sources_.problem(*member.key, "unknown-field",
                     "x-cors: '" + member.key->text +
                         "' is not supported; there are origins, headers, exposedHeaders, "
                         "credentials and maxAge, and the methods are those of the contract");
  }
}

const Node* CorsReader::texts(const Node& node, std::string_view key) {
  const Node* list = node.find(key);
  if (list == nullptr) return nullptr;
  const std::string name(key);
  const bool are_texts =
      list->is(Kind::array) && std::all_of(list->elements.begin(), list->elements.end(),
                                           [](const Node* one) { return one->is(Kind::string); });
  if (!are_texts) {
    sources_.problem(*list, "wrong-type", "x-cors: " + name + " must be a list of texts");
    return nullptr;
  }
  if (list->elements.size() > kEntriesMax) {
    sources_.problem(*list, "too-many-parts",
                     "x-cors: " + name + " may have at most " + std::to_string(kEntriesMax) +
                         " entries; 'https://*.shop.example' stands for all subdomains");
    return nullptr;
  }
  return list;
}

void CorsReader::read_origins(const Node& node, CorsPolicy& policy) {
  if (node.find("origins") == nullptr) {
    return sources_.problem(node, "missing-field",
                            "x-cors needs 'origins', a list such as ['https://shop.example'], or "
                            "['*'] for all pages");
  }
  const Node* list = texts(node, "origins");
  if (list == nullptr) return;
  for (const Node* one : list->elements) {
    if (one->text != "*") {
      read_origin(*one, policy);
    } else if (list->elements.size() > 1) {
      sources_.problem(*one, "cors-origin",
                       "x-cors: '*' allows every origin, so the others have no effect; remove one "
                       "or the other");
    } else {
      policy.any_origin = true;
    }
  }
}

void CorsReader::read_origin(const Node& node, CorsPolicy& policy) {
  std::string fault;
  OriginParts parts;
  if (node.text == "null") {
    fault = "is what every sandboxed page and every local file sends, so it would allow them all";
  } else {
    fault = fault_of(node.text, parts);
  }
  const bool is_wildcard = parts.host.starts_with("*.");
  if (fault.empty()) fault = fault_of_host(is_wildcard ? parts.host.substr(2) : parts.host);
  if (fault.empty() && is_wildcard && parts.host.find('.', 2) == std::string_view::npos) {
    fault = "would allow a whole top-level domain; write at least two parts after '*.'";
  }
  if (!fault.empty()) {
    return sources_.problem(node, "cors-origin", "x-cors: the origin '" + node.text + "' " + fault);
  }
  if (!is_wildcard) {
    policy.origins.push_back(node.text);
    return;
  }
  const size_t star = node.text.find('*');
  policy.subdomains.push_back(
      {.scheme = node.text.substr(0, star), .host = node.text.substr(star + 1)});
}

std::vector<std::string> CorsReader::read_headers(const Node& node, std::string_view key) {
  std::vector<std::string> names;
  const Node* list = texts(node, key);
  if (list == nullptr) return names;
  for (const Node* one : list->elements) {
    if (one->text == "*" || !is_token(one->text)) {
      sources_.problem(*one, "cors-header",
                       "x-cors: " + std::string(key) + " has '" + one->text +
                           "', which is not the name of a header; name each header");
    } else {
      names.push_back(one->text);
    }
  }
  return names;
}

void CorsReader::read_max_age(const Node& node, CorsPolicy& policy) {
  const Node* age = node.find("maxAge");
  if (age == nullptr) return;
  const bool is_whole = age->is(Kind::number) && age->number.is_int64();
  if (!is_whole || age->number.get_int64() < 0 || age->number.get_int64() > kMaxAgeMax) {
    return sources_.problem(
        *age, "cors-max-age",
        "x-cors: maxAge must be a whole number of seconds from 0 to " + std::to_string(kMaxAgeMax));
  }
  policy.max_age_s = static_cast<uint32_t>(age->number.get_int64());
}

}  // namespace penstock::contract
