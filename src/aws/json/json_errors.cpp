#include "aws/json/json_errors.h"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>

#include "json/parse.h"
#include "json/view.h"

namespace penstock::aws {
namespace {

// A failed condition shows the item: 32 levels in DynamoDB are twice as many in JSON, each with the
// name of its type, and an item may have any number of members.
constexpr json::Limits kItem{.depth_max = 80,
                             .properties_max = json::kLenient.properties_max,
                             .ambiguity = json::kLenient.ambiguity};
constexpr size_t kNameBytesMax = 128;

// Takes the namespace before a name and the URL behind it away:
// "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://…".
std::string plain_name(std::string_view name) {
  if (const size_t hash = name.find('#'); hash != std::string_view::npos) {
    name.remove_prefix(hash + 1);
  }
  name = name.substr(0, std::min(name.find(':'), kNameBytesMax));
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
  return plain ? std::string(name) : std::string();
}

struct Known {
  std::string_view name;
  ErrorKind kind;
};

// From the "standard" retry mode of AWS's SDKs (botocore, retries/standard.py) and the services'
// "Common errors". Without those that more tries would not help: LimitExceededException is also
// that of a quota.
constexpr std::array kKnown{
    Known{"ProvisionedThroughputExceededException", ErrorKind::throttled},
    Known{"ThrottlingException", ErrorKind::throttled},
    Known{"Throttling", ErrorKind::throttled},
    Known{"ThrottledException", ErrorKind::throttled},
    Known{"RequestThrottled", ErrorKind::throttled},
    Known{"RequestThrottledException", ErrorKind::throttled},
    Known{"RequestLimitExceeded", ErrorKind::throttled},
    Known{"TooManyRequestsException", ErrorKind::throttled},
    Known{"KmsThrottled", ErrorKind::throttled},
    Known{"BandwidthLimitExceeded", ErrorKind::throttled},
    Known{"PriorRequestNotComplete", ErrorKind::throttled},
    Known{"SlowDown", ErrorKind::throttled},
    Known{"ExpiredToken", ErrorKind::expired},
    Known{"ExpiredTokenException", ErrorKind::expired},
    Known{"RequestExpired", ErrorKind::clock},
    Known{"RequestTimeTooSkewed", ErrorKind::clock},
    Known{"RequestInTheFuture", ErrorKind::clock},
    Known{"AccessDenied", ErrorKind::refused},
    Known{"AccessDeniedException", ErrorKind::refused},
    Known{"KmsAccessDenied", ErrorKind::refused},
    Known{"IncompleteSignature", ErrorKind::refused},
    Known{"IncompleteSignatureException", ErrorKind::refused},
    Known{"InvalidAccessKeyId", ErrorKind::refused},
    Known{"InvalidClientTokenId", ErrorKind::refused},
    Known{"InvalidSecurity", ErrorKind::refused},
    Known{"InvalidSignatureException", ErrorKind::refused},
    Known{"InvalidToken", ErrorKind::refused},
    Known{"MissingAuthenticationToken", ErrorKind::refused},
    Known{"MissingAuthenticationTokenException", ErrorKind::refused},
    Known{"NotAuthorized", ErrorKind::refused},
    Known{"OptInRequired", ErrorKind::refused},
    Known{"SignatureDoesNotMatch", ErrorKind::refused},
    Known{"UnrecognizedClientException", ErrorKind::refused},
};

}  // namespace

JsonAnswer read_answer(unsigned status, std::string_view error_type, std::string_view body) {
  JsonAnswer answer{.status = status, .body = std::string(body)};
  if (!answer.is_error()) return answer;
  answer.error = plain_name(error_type);
  const auto document = json::parse(body, kItem);
  if (!document) return answer;
  const auto text_of = [&](std::string_view name) {
    return json::text(json::find(*document, name)).value_or("");
  };
  if (answer.error.empty()) answer.error = plain_name(text_of("__type"));
  if (answer.error.empty()) answer.error = plain_name(text_of("code"));
  const std::string_view message = text_of("message");
  answer.message = message.empty() ? text_of("Message") : message;
  return answer;
}

ErrorKind kind_of(const JsonAnswer& answer) {
  const auto* known = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const Known& k) { return k.name == answer.error; });
  if (known != kKnown.end()) {
    // A signature with a wrong time has the same name as a wrong one.
    if (answer.error == "InvalidSignatureException" &&
        (answer.message.find("Signature expired") != std::string::npos ||
         answer.message.find("Signature not yet current") != std::string::npos)) {
      return ErrorKind::clock;
    }
    return known->kind;
  }
  if (answer.status == 429) return ErrorKind::throttled;
  if (answer.status >= 500) return ErrorKind::failed;
  return answer.status == 401 || (answer.status == 403 && answer.error.empty()) ? ErrorKind::refused
                                                                                : ErrorKind::answer;
}

}  // namespace penstock::aws
