#include "apps/shared/secured_requests.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/ascii_case.h"

namespace penstock::apps {
namespace {

// All requests together are made within a fraction of a second, or not at all.
constexpr uint64_t kStepsMax = 40'000'000;
constexpr size_t kBodyBytesMax = 300;
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kContentType = "Content-Type";

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return encoded;
}

// Is a way to use a scheme: the fewer others, the better.
struct Way {
  const contract::Operation* operation = nullptr;
  const contract::SecurityRequirement* requirement = nullptr;

  [[nodiscard]] auto cost() const {
    return std::tuple(requirement->size(), operation->body.has_value(), operation->method != "GET");
  }
};

std::vector<Way> ways_of(const contract::Contract& contract, const std::string& scheme) {
  std::vector<Way> ways;
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (!operation.not_served.empty()) continue;
      for (const auto& requirement : operation.security->requirements) {
        const bool has_scheme =
            std::any_of(requirement.begin(), requirement.end(),
                        [&](const contract::SecurityNeed& need) { return need.name == scheme; });
        if (has_scheme) ways.push_back({.operation = &operation, .requirement = &requirement});
      }
    }
  }
  std::stable_sort(ways.begin(), ways.end(),
                   [](const Way& a, const Way& b) { return a.cost() < b.cost(); });
  return ways;
}

}  // namespace

void add_credentials(contract::RequestSample& request, const auth::CredentialParts& parts) {
  for (const auto& [name, value] : parts.query) {
    request.target += request.target.find('?') == std::string::npos ? '?' : '&';
    request.target += percent_encoded(name) + "=" + percent_encoded(value);
  }
  for (const auto& [name, value] : parts.headers) {
    const auto same = std::find_if(request.headers.begin(), request.headers.end(),
                                   [&, &wanted = name](const auto& header) {
                                     return base::same_in_any_case(header.first, wanted);
                                   });
    if (same == request.headers.end()) {
      request.headers.emplace_back(name, value);
    } else if (base::same_in_any_case(name, "cookie")) {
      same->second += "; " + value;
    } else {
      same->second = value;
    }
  }
}

std::vector<SecuredRequest> secured_requests(const contract::Contract& contract,
                                             const auth::TestCredentials& credentials) {
  contract::SampleSource samples(contract::Direction::request, kStepsMax);
  std::vector<SecuredRequest> requests;
  for (const auth::TestCredential& credential : credentials.all()) {
    for (const Way& way : ways_of(contract, credential.scheme)) {
      const auth::CredentialParts parts =
          credentials.parts_for({.requirements = {*way.requirement}});
      if (parts.headers.empty() && parts.query.empty()) continue;
      auto request = contract::request_sample(contract, *way.operation, samples);
      if (!request || !fits_a_line(*request)) continue;
      add_credentials(*request, parts);
      requests.push_back({credential.scheme, std::move(*request)});
      break;
    }
  }
  return requests;
}

bool fits_a_line(const contract::RequestSample& request) {
  std::string all = request.target + request.body.value_or("");
  bool is_json = true;
  for (const auto& [name, value] : request.headers) {
    all += name + value;
    if (base::same_in_any_case(name, kContentType)) is_json = value == kJson;
  }
  return is_json && request.body.value_or("").size() <= kBodyBytesMax &&
         all.find('\'') == std::string::npos;
}

std::string curl_of(const contract::RequestSample& request, const std::string& url) {
  std::string command = "curl ";
  // POST is the method of --json.
  if (request.method != (request.body ? "POST" : "GET")) command += "-X " + request.method + " ";
  for (const auto& [name, value] : request.headers) {
    if (base::same_in_any_case(name, kContentType)) continue;
    command += "-H '" + name + ": " + value + "' ";
  }
  if (request.body) command += "--json '" + *request.body + "' ";
  return command + "'" + url + request.target + "'";
}

std::string sentence_of(const auth::MissingCredential& missing) {
  return missing.scheme + ": no token could be made: " + missing.reason;
}

}  // namespace penstock::apps
