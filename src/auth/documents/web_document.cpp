#include "auth/documents/web_document.h"

#include <boost/asio/ip/address.hpp>

#include "auth/documents/document_keeper.h"
#include "auth/documents/refresh_time.h"
#include "base/ascii_case.h"
#include "net/http_client.h"
#include "net/tls.h"

namespace penstock::auth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kEtagBytesMax = 256;

Error refused(std::string why) {
  return {.code = ErrorCode::refused, .message = std::move(why)};
}

bool is_loopback(const std::string& host) {
  if (base::same_in_any_case(host, "localhost")) return true;
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(host, no_address);
  return !no_address && address.is_loopback();
}

bool is_redirection(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// A tag that is too long, or could end its header, is not repeated.
std::string usable_etag(std::string_view tag) {
  for (const char c : tag) {
    if (c <= 0x20 || c == 0x7f) return {};
  }
  return tag.size() <= kEtagBytesMax ? std::string(tag) : "";
}

}  // namespace

Result<aws::Url> document_url(std::string_view text) {
  auto url = aws::Url::parse(text);
  if (!url) return url.error();
  if (!url->tls && !is_loopback(url->host)) {
    return Error{.code = ErrorCode::invalid,
                 .message = "is not an https URL; http is for this machine alone"};
  }
  return url;
}

Result<aws::Url> redirected(const aws::Url& from, std::string_view location) {
  location = location.substr(0, location.find('#'));
  std::string whole(location);
  if (location.starts_with("//")) {
    whole.insert(0, from.tls ? "https:" : "http:");
  } else if (location.starts_with('/')) {
    whole.insert(0, from.text());
  }
  auto url = document_url(whole);
  if (!url) return refused("redirects to a place that " + url.error().message);
  if (from.tls && !url->tls) return refused("redirects from https to http");
  return url;
}

Result<DocumentSource::Found> WebDocument::get(const std::stop_token& stop) {
  const auto deadline = steady_clock::now() + times_.answer_timeout;
  aws::Url url = url_;
  for (int redirects = 0;; ++redirects) {
    net::ClientLimits limits;
    limits.connect_timeout = times_.connect_timeout;
    limits.body_bytes_max = DocumentKeeper::kBytesMax;
    net::HttpClient client(url.host, url.port, limits, url.tls ? net::kTls : net::kPlain);
    net::HttpRequest request{.target = url.target};
    request.headers = {{"Accept", "application/json, */*;q=0.5"}, {"User-Agent", "penstock"}};
    if (!etag_.empty()) request.headers.emplace_back("If-None-Match", base::WipedText(etag_));
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    auto response = client.request(request, std::max(left, milliseconds(1)), stop);
    const auto about = [&](Error error) {
      error.message = url.text() + (response ? " " : ": ") + error.message;
      return error;
    };
    if (!response) return about(response.error());
    if (is_redirection(response->status)) {
      if (redirects == kRedirectsMax) {
        return about(refused("is redirection number " + std::to_string(redirects + 1)));
      }
      auto next = redirected(url, response->header("location"));
      if (!next) return about(next.error());
      url = std::move(*next);
      continue;
    }
    const milliseconds next = time_to_refresh(response->headers, std::chrono::system_clock::now());
    if (response->status == 304 && !etag_.empty()) return DocumentSource::Found{.next = next};
    if (response->status != 200) {
      const bool later = response->status >= 500 || response->status == 429;
      return about({.code = later ? ErrorCode::unavailable : ErrorCode::refused,
                    .message = "answered " + std::to_string(response->status)});
    }
    const std::string_view coding = response->header("content-encoding");
    if (!coding.empty() && !base::same_in_any_case(coding, "identity")) {
      return about(refused("answered with a compressed document, which was not asked for"));
    }
    etag_ = usable_etag(response->header("etag"));
    return DocumentSource::Found{.text = std::move(response->body), .next = next};
  }
}

std::string WebDocument::shown() const {
  return url_.text() + url_.target.substr(0, url_.target.find('?'));
}

}  // namespace penstock::auth
