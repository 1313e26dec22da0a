#include "aws/services/s3.h"

#include <algorithm>
#include <charconv>
#include <pugixml.hpp>

#include "base/number_text.h"
#include "base/utf8.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr size_t kPageMax = 1000;  // The limit of S3 (API reference, ListObjectsV2).
constexpr size_t kPagesMax = 100;  // Pages may have fewer keys than asked for.
// A page has at most 1000 keys of 1 KiB, in which each byte may be written as %XX, and a few lines
// for each key.
constexpr uint64_t kPageBytesMax = 4 * 1024 * 1024;

Error invalid(std::string message) {
  return {.code = ErrorCode::invalid, .message = std::move(message)};
}

Error about(std::string_view action, const std::string& arn, Error error) {
  error.message = "s3:" + std::string(action) + " on " + arn + ": " + error.message;
  return error;
}

// Says whether this can be the name of a bucket (AWS, "General purpose bucket naming rules"). It
// becomes part of a host name.
bool is_bucket_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= 3 && name.size() <= 63 && plain(name.front()) && plain(name.back()) &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

Result<> check_key(std::string_view key) {
  if (key.empty() || key.size() > S3Bucket::kKeyBytesMax || !base::is_utf8(key)) {
    return invalid("the key is not UTF-8 of 1 to 1024 bytes");
  }
  return {};
}

// Decodes a text as in HTML forms: "+" is a space and %XX is a byte. Returns nothing if two digits
// do not follow a %.
std::optional<std::string> url_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

}  // namespace

Result<S3Page> parse_s3_page(std::string_view text) {
  pugi::xml_document document;
  // Blanks are kept, because they may be a key, if the endpoint does not encode keys.
  if (!document.load_buffer(text.data(), text.size(),
                            pugi::parse_default | pugi::parse_ws_pcdata_single)) {
    return invalid("the answer is not XML");
  }
  const pugi::xml_node answer = document.child("ListBucketResult");
  if (!answer) return invalid("the answer has no ListBucketResult");
  const bool encoded = std::string_view(answer.child_value("EncodingType")) == "url";
  S3Page page;
  for (const pugi::xml_node entry : answer.children("Contents")) {
    const std::string_view key = entry.child_value("Key");
    const std::string_view size = entry.child_value("Size");
    const auto plain = encoded ? url_decoded(key) : std::string(key);
    if (!plain || !check_key(*plain)) return invalid("the answer has a wrong Key");
    const auto bytes = base::whole_number<decltype(S3Object::size)>(size);
    if (!bytes) return invalid("the answer has a wrong Size");
    page.objects.push_back({.key = *plain, .size = *bytes});
  }
  if (std::string_view(answer.child_value("IsTruncated")) == "true") {
    page.next = answer.child_value("NextContinuationToken");
    if (page.next.empty()) {
      return invalid("the answer is truncated, but has no NextContinuationToken");
    }
  }
  return page;
}

Result<> S3Bucket::check(std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "s3" || !parsed->region.empty() || !parsed->account.empty() ||
      !is_bucket_name(parsed->resource)) {
    return invalid("'" + std::string(arn) +
                   "' is not the ARN of a bucket: write arn:aws:s3:::NAME");
  }
  return {};
}

Result<S3Bucket> S3Bucket::at(std::string_view arn, CredentialSource credentials,
                              const base::Environment& environment, Patience patience) {
  if (auto good = check(arn); !good) return good.error();
  const std::string region = region_of({.environment = environment, .region = {}});
  auto service = ServiceClient::at("s3", region, std::move(credentials), environment, patience);
  if (!service) return service.error();
  const std::string name(Arn::parse(arn)->resource);
  // AWS wants each bucket to be addressed by its own host. Its certificate does not match a name
  // with dots (AWS, "Virtual hosting of general purpose buckets"), and an emulator may not have
  // such hosts.
  const bool own_host = !service->endpoint().is_own && name.find('.') == std::string::npos;
  if (own_host) service->set_host(name + "." + service->endpoint().url.host);
  return S3Bucket(std::string(arn), own_host ? "" : "/" + name, std::move(*service));
}

Result<> S3Bucket::put(const std::string& key, std::string_view body,
                       const std::string& content_type, std::stop_token stop) {
  if (auto good = check_key(key); !good) return about("PutObject", arn_, good.error());
  if (body.size() > kObjectBytesMax) {
    return about("PutObject", arn_,
                 {.code = ErrorCode::too_large,
                  .message = "the object has " + std::to_string(body.size()) +
                             " bytes, but at most 16 MiB are allowed"});
  }
  const auto answer = service_.call({.method = net::HttpMethod::put,
                                     .path = path_ + "/" + key,
                                     .headers = {{"Content-Type", base::WipedText(content_type)}},
                                     .body = body,
                                     .action = "s3:PutObject",
                                     .resource = arn_ + "/" + key},
                                    std::move(stop));
  if (!answer) return answer.error();
  return {};
}

Result<std::string> S3Bucket::get(const std::string& key, std::stop_token stop) {
  if (auto good = check_key(key); !good) return about("GetObject", arn_, good.error());
  auto answer = service_.call({.method = net::HttpMethod::get,
                               .path = path_ + "/" + key,
                               .action = "s3:GetObject",
                               .resource = arn_ + "/" + key,
                               .answer_bytes_max = kObjectBytesMax},
                              std::move(stop));
  if (answer || answer.error().message.find("AccessDenied") == std::string::npos) return answer;
  Error error = answer.error();  // The hint is from the API reference, GetObject, "Permissions".
  error.message += "; without the permission s3:ListBucket, S3 denies access to a missing key, too";
  return error;
}

Result<S3Listing> S3Bucket::list(const std::string& prefix, std::stop_token stop, size_t max,
                                 const std::string& after) {
  max = std::clamp<size_t>(max, 1, kListMax);
  S3Listing listing;
  std::string next;
  for (size_t pages = 0; pages < kPagesMax && listing.objects.size() < max; ++pages) {
    const size_t wanted = std::min(kPageMax, max - listing.objects.size());
    Parameters query{{"list-type", "2"}, {"encoding-type", "url"}};
    query.emplace_back("max-keys", std::to_string(wanted));
    if (!prefix.empty()) query.emplace_back("prefix", prefix);
    if (!next.empty()) {
      query.emplace_back("continuation-token", next);
    } else if (!after.empty()) {
      query.emplace_back("start-after", after);
    }
    const auto answer = service_.call({.method = net::HttpMethod::get,
                                       .path = path_.empty() ? "/" : path_,
                                       .query = std::move(query),
                                       .action = "s3:ListBucket",
                                       .resource = arn_,
                                       .answer_bytes_max = kPageBytesMax},
                                      stop);
    if (!answer) return answer.error();
    auto page = parse_s3_page(*answer);
    if (!page) return about("ListBucket", arn_, page.error());
    std::move(page->objects.begin(), page->objects.end(), std::back_inserter(listing.objects));
    next = std::move(page->next);
    listing.complete = next.empty();
    if (next.empty()) break;
  }
  if (listing.objects.size() > max) {
    listing.objects.resize(max);
    listing.complete = false;
  }
  return listing;
}

}  // namespace penstock::aws
