#include "aws/services/secrets_manager.h"

#include <algorithm>
#include <boost/json/value.hpp>

#include "json/object_writer.h"
#include "json/parse.h"
#include "json/view.h"
#include "json/wiping_resource.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr size_t kDepthMax = 8;
constexpr std::string_view kAction = "secretsmanager:GetSecretValue";
// A character may have six bytes in JSON, as \u00e9. The rest of the answer is small.
constexpr uint64_t kAnswerBytesMax = kDocumentBytesMax + 6 * StoredSecret::kBytesMax;

// Says whether this can be the name of a secret (API reference, CreateSecret).
bool is_secret_name(std::string_view name) {
  return !name.empty() && name.size() <= 519 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/_+=.@-").find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<> StoredSecret::check(std::string_view arn) {
  static constexpr std::string_view kKind = "secret:";
  const auto parsed = Arn::parse(arn);
  if (parsed && parsed->service == "secretsmanager" && !parsed->region.empty() &&
      !parsed->account.empty() && parsed->resource.starts_with(kKind) &&
      is_secret_name(parsed->resource.substr(kKind.size()))) {
    return {};
  }
  return Error{.code = ErrorCode::invalid,
               .message = "'" + std::string(arn.substr(0, base::kForeignTextBytesMax)) +
                          "' is not the ARN of a secret: write "
                          "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"};
}

Result<StoredSecret> StoredSecret::at(std::string_view arn, CredentialSource credentials,
                                      const base::Environment& environment, Patience patience) {
  if (auto good = check(arn); !good) return good.error();
  auto service = ServiceClient::at("secretsmanager", std::string(Arn::parse(arn)->region),
                                   std::move(credentials), environment, patience);
  if (!service) return service.error();
  return StoredSecret(std::string(arn), std::move(*service));
}

Result<base::WipedText> StoredSecret::value(std::stop_token stop) {
  std::string request;
  json::ObjectWriter members(request);
  members.member("SecretId", arn_);
  members.end();
  auto answer = service_.call({.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                                           {"X-Amz-Target", "secretsmanager.GetSecretValue"}},
                               .body = request,
                               .action = std::string(kAction),
                               .resource = arn_,
                               .answer_bytes_max = kAnswerBytesMax},
                              std::move(stop));
  if (!answer) {
    // The secret may be readable, but not the key that it is encrypted with.
    Error error = answer.error();
    if (error.message.find("KMS") != std::string::npos ||
        error.message.find("DecryptionFailure") != std::string::npos) {
      error.message += "; allow kms:Decrypt on the secret's key, too";
    }
    return error;
  }
  const auto wrong = [&](const std::string& why) {
    return Error{.code = ErrorCode::invalid,
                 .message = std::string(kAction) + " on " + arn_ + ": " + why};
  };
  const auto wiping = boost::json::make_shared_resource<json::WipingResource>();
  Result<base::WipedText> value = wrong("the answer is not a JSON object with a SecretString");
  if (const auto document = json::parse(*answer, {.depth_max = kDepthMax}, wiping)) {
    if (const auto text = json::text(json::find(*document, "SecretString"))) {
      value = base::WipedText(*text);
    } else if (json::find(*document, "SecretBinary") != nullptr) {
      value = wrong("the value is binary, but a text is needed: store it with --secret-string");
    }
  }
  base::wipe(answer->data(), answer->size());
  return value;
}

}  // namespace penstock::aws
