#include "aws/services/service_client.h"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <memory>
#include <pugixml.hpp>

#include "aws/credentials/credential_chain.h"
#include "aws/credentials/plain_text.h"
#include "json/parse.h"
#include "json/view.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr size_t kDepthMax = 8;
// Credentials are not used in the last minutes before they expire. AWS's SDKs do the same, because
// a request takes some time.
constexpr std::chrono::minutes kNearEnd{5};

const char* name_of(net::HttpMethod method) {
  switch (method) {
    case net::HttpMethod::get:
      return "GET";
    case net::HttpMethod::put:
      return "PUT";
    case net::HttpMethod::post:
      return "POST";
  }
  return "GET";
}

ServiceError json_error(std::string_view body) {
  const auto document = json::parse(body, {.depth_max = kDepthMax});
  if (!document) return {};
  const auto text_of = [&](std::string_view name) {
    return json::text(json::find(*document, name)).value_or("");
  };
  // The code may have a prefix: "com.amazonaws.sqs#QueueDoesNotExist".
  std::string_view code = text_of("__type");
  if (const size_t hash = code.find('#'); hash != std::string_view::npos) {
    code.remove_prefix(hash + 1);
  }
  const std::string_view message = text_of("message");
  return {.code = std::string(code),
          .message = std::string(message.empty() ? text_of("Message") : message)};
}

ServiceError xml_error(std::string_view body) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return {};
  pugi::xml_node error = document.child("Error");
  if (const pugi::xml_node answer = document.child("ErrorResponse"); answer) {
    error = answer.child("Error") ? answer.child("Error") : answer.child("Errors").child("Error");
  }
  return {.code = error.child_value("Code"),
          .message = error.child_value("Message"),
          .region = error.child_value("Region")};
}

enum class Cause { other, denied, credentials, expired, not_there, other_region, busy };

// Finds the cause of an error by its code, from the services' API references ("Common errors",
// "Error responses"), or by the HTTP status.
Cause cause_of(std::string_view code, unsigned status) {
  struct Known {
    std::string_view code;
    Cause cause;
  };
  static constexpr std::array kKnown{
      Known{"AccessDenied", Cause::denied},
      Known{"AccessDeniedException", Cause::denied},
      Known{"KmsAccessDenied", Cause::denied},
      Known{"InvalidAccessKeyId", Cause::credentials},
      Known{"InvalidClientTokenId", Cause::credentials},
      Known{"UnrecognizedClientException", Cause::credentials},
      Known{"InvalidToken", Cause::credentials},
      Known{"InvalidSecurity", Cause::credentials},
      Known{"SignatureDoesNotMatch", Cause::credentials},
      Known{"InvalidSignatureException", Cause::credentials},
      Known{"ExpiredToken", Cause::expired},
      Known{"ExpiredTokenException", Cause::expired},
      Known{"QueueDoesNotExist", Cause::not_there},
      Known{"AWS.SimpleQueueService.NonExistentQueue", Cause::not_there},
      Known{"ResourceNotFoundException", Cause::not_there},
      Known{"NoSuchBucket", Cause::not_there},
      Known{"NoSuchKey", Cause::not_there},
      Known{"PermanentRedirect", Cause::other_region},
      Known{"TemporaryRedirect", Cause::other_region},
      Known{"AuthorizationHeaderMalformed", Cause::other_region},
      Known{"IllegalLocationConstraintException", Cause::other_region},
      Known{"RequestThrottled", Cause::busy},
      Known{"Throttling", Cause::busy},
      Known{"ThrottlingException", Cause::busy},
      Known{"KmsThrottled", Cause::busy},
      Known{"SlowDown", Cause::busy},
      Known{"RequestTimeout", Cause::busy},
  };
  const auto* known =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.code == code; });
  if (known != kKnown.end()) return known->cause;
  if (status >= 300 && status < 400) return Cause::other_region;
  return status == 403 ? Cause::denied : Cause::other;
}

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

CredentialSource credential_chain_of(const base::Environment& environment) {
  auto chain =
      std::make_shared<CredentialChain>(Surroundings{.environment = environment, .region = {}});
  return [chain](std::stop_token stop) { return chain->fetch(std::move(stop)); };
}

std::optional<Arn> Arn::parse(std::string_view text) {
  std::array<std::string_view, 5> parts;
  for (std::string_view& part : parts) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
    if (!is_word(part)) return std::nullopt;
  }
  if (parts[0] != "arn" || !parts[1].starts_with("aws") || text.empty()) return std::nullopt;
  return Arn{.partition = parts[1],
             .service = parts[2],
             .region = parts[3],
             .account = parts[4],
             .resource = text};
}

ServiceError parse_service_error(std::string_view body) {
  const std::string_view text = trimmed(body);
  if (text.starts_with('{')) return json_error(text);
  if (text.starts_with('<')) return xml_error(text);
  return {};
}

Result<ServiceClient> ServiceClient::at(std::string_view name, const std::string& region,
                                        CredentialSource credentials,
                                        const base::Environment& environment, Patience patience) {
  auto endpoint = service_endpoint({.environment = environment, .region = {}}, name, region);
  if (!endpoint) return endpoint.error();
  // The path is encoded before it is signed. One of plain characters does not change then.
  if (uri_encode(endpoint->url.target, true) != endpoint->url.target) {
    return Error{.code = ErrorCode::invalid,
                 .message = "the endpoint " + endpoint->url.text() +
                            " has a query, or a path with characters that must be encoded"};
  }
  return ServiceClient(std::string(name), std::move(*endpoint), std::move(credentials), patience);
}

Result<> ServiceClient::refresh(std::stop_token stop) {
  const auto left = [this] {
    return credentials_ && credentials_->expiration
               ? *credentials_->expiration - std::chrono::system_clock::now()
               : std::chrono::system_clock::duration::zero();
  };
  if (left() > kNearEnd) return {};
  auto fetched = source_(std::move(stop));
  if (fetched) {
    credentials_ = std::move(*fetched);
    return {};
  }
  // The source may be away for a while. What has not expired yet is still good.
  if (left() > std::chrono::system_clock::duration::zero()) return {};
  // That there are no credentials says nothing about the resource.
  Error error = fetched.error();
  if (error.code == ErrorCode::not_found) error.code = ErrorCode::refused;
  return error;
}

net::HttpRequest ServiceClient::signed_request(const Call& call) const {
  std::string base = endpoint_.url.target;
  if (base.ends_with('/')) base.pop_back();
  SignedRequest request{.method = name_of(call.method),
                        .path = base + call.path,
                        .query = call.query,
                        .headers = call.headers,
                        .body = call.body};
  request.headers.emplace_back("Host", endpoint_.url.authority());
  if (name_ == "s3") request.headers.emplace_back("x-amz-content-sha256", sha256_hex(call.body));
  sign(request, *credentials_,
       {.region = endpoint_.region, .service = name_, .time = std::chrono::system_clock::now()});
  // The client adds this header itself.
  std::erase_if(request.headers, [](const auto& header) { return header.first == "Host"; });
  return {.method = call.method,
          .target = std::string(uri_encode(request.path, true)) +
                    (call.query.empty() ? "" : "?" + std::string(query_text(call.query))),
          .headers = std::move(request.headers),
          .body = call.body};
}

Result<std::string> ServiceClient::call(const Call& call, std::stop_token stop) {
  const auto about = [&](Error error) {
    error.message = call.action + " on " + call.resource + ": " + error.message;
    return error;
  };
  if (auto ready = refresh(stop); !ready) return about(ready.error());
  const Patience patience{.timeout = patience_.timeout + call.more_time,
                          .attempts = patience_.attempts};
  const auto answer = fetch(endpoint_.url, signed_request(call), secrets_of(*credentials_),
                            patience, stop, call.answer_bytes_max);
  if (!answer) {
    Error error = answer.error();
    if (error.code == ErrorCode::too_large) {
      error.message += " (more than " + std::to_string(call.answer_bytes_max) + " bytes)";
    }
    return about(std::move(error));
  }
  if (answer->status < 200 || answer->status >= 300) return about(failure(call, *answer));
  return std::string(answer->body);
}

Error ServiceClient::failure(const Call& call, const Answer& answer) {
  const ServiceError said = parse_service_error(answer.body);
  const Cause cause = cause_of(said.code, answer.status);
  std::string text = said.code;
  if (!said.message.empty()) text += (text.empty() ? "" : ": ") + said.message;
  Error error = refusal(endpoint_.url, answer, text);
  const std::string who =
      "the credentials of " + credentials_->source + " (" + credentials_->access_key_id + ")";
  switch (cause) {
    case Cause::denied:
      error.message += "; allow " + call.action + " on it to " + who;
      break;
    case Cause::credentials:
      error.message += "; check " + who;
      break;
    case Cause::expired:
      error.message += "; renew " + who;
      error.code = ErrorCode::unavailable;
      break;
    case Cause::not_there:
      error.message += "; create it, or correct its name, account or region";
      error.code = ErrorCode::not_found;
      break;
    case Cause::other_region:
      error.message +=
          "; it may be in " +
          (said.region.empty() ? "another region" : answer.secrets.shown(said.region)) +
          " rather than " + endpoint_.region + ": set AWS_REGION";
      break;
    case Cause::busy:
      error.message += "; try again later";
      error.code = ErrorCode::unavailable;
      break;
    case Cause::other:
      break;
  }
  // The source may have newer credentials by now.
  if (cause == Cause::credentials || cause == Cause::expired) credentials_.reset();
  return error;
}

}  // namespace penstock::aws
