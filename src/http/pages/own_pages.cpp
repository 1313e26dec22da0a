#include "http/pages/own_pages.h"

#include "contract/bundle/bundle.h"
#include "contract/document/sources.h"
#include "http/pages/contract_page.h"
#include "http/pages/renderer.h"
#include "http/representation/accept_encoding.h"
#include "http/representation/compression.h"
#include "http/representation/conditions.h"
#include "http/representation/entity_tag.h"
#include "http/representation/header_lines.h"
#include "http/server/problem.h"

namespace penstock::http {
namespace {

constexpr unsigned kOk = 200;
constexpr std::string_view kAllow = "GET, HEAD, OPTIONS";
constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";
// A browser asks each time whether its copy is still the right one, and gets 304.
constexpr std::string_view kCaching =
    "cache-control: no-cache\r\nx-content-type-options: nosniff\r\n";

std::string tag_line(std::string_view content) {
  return "etag: " + content_tag(content) + "\r\n";
}

}  // namespace

base::Result<> OwnPages::add_contract(const contract::Contract& contract) {
  auto document = contract::bundled(contract.document(), contract.sources());
  if (!document) return document.error();
  const auto shared = [](std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  };
  const Page of_document{.content_type = kJson,
                         .body = shared(std::move(*document)),
                         .headers = std::string(kCaching)};
  const Page of_page{.content_type = kHtml,
                     .body = shared(contract_page(contract)),
                     .headers = std::string(kCaching).append(kPageHeaders)};
  const Page of_renderer{.content_type = kScript,
                         .gzipped_body = renderer_gzipped(),
                         .headers = std::string(kCaching)};
  const auto add_below = [&](const std::string& base) {
    add(base + std::string(kDocumentPath), of_document);
    add(base + std::string(kPagePath), of_page);
    add(base + std::string(kRendererPath), of_renderer);
  };
  add_below("");
  for (const std::string& base : contract.base_paths()) {
    if (!base.empty()) add_below(base);
  }
  return {};
}

void OwnPages::add_page(const std::string& path, std::string_view content_type,
                        std::string_view content, std::string_view headers) {
  add(path, {.content_type = content_type,
             .body = std::make_shared<const std::string>(content),
             .headers = std::string(headers)});
}

void OwnPages::add_gzipped_page(const std::string& path, std::string_view content_type,
                                std::string_view gzipped, std::string_view headers) {
  add(path,
      {.content_type = content_type, .gzipped_body = gzipped, .headers = std::string(headers)});
}

void OwnPages::add(const std::string& path, const Page& page) {
  Page& added = pages_[path] = page;
  added.headers += tag_line(page.body == nullptr ? page.gzipped_body : *page.body);
}

ResponseMessage OwnPages::response_of(const Page& page, const RequestMessage& request) {
  ResponseMessage response;
  response.headers = page.headers;
  response.set_content_type(page.content_type);
  answer_conditionally(request, response);
  if (response.status != kOk) return response;
  if (page.body != nullptr) {
    response.body = *page.body;
    return response;
  }
  std::string scratch;
  response.add_header("vary", "accept-encoding");
  if (prefers_gzip(request.list(Field::accept_encoding, scratch))) {
    response.body = page.gzipped_body;
    response.add_header("content-encoding", "gzip");
    replace_line(response.headers, "etag", gzip_tag(find_line(response.headers, "etag")));
  } else {
    response.body = gunzip(page.gzipped_body, kRendererBytesMax).value_or("");
  }
  return response;
}

std::optional<Reply> OwnPages::answer(const RequestMessage& request, std::string_view path) const {
  const auto found = pages_.find(path);
  if (found == pages_.end()) return std::nullopt;
  Reply reply{.route = found->first};
  if (request.verb == Verb::get || request.verb == Verb::head) {
    reply.response = response_of(found->second, request);
    return reply;
  }
  if (request.verb == Verb::options) {
    reply.response.status = 204;
  } else {
    reply.response = problem_response({.status = 405});
  }
  reply.response.add_header("allow", kAllow);
  return reply;
}

std::vector<std::string_view> OwnPages::hidden_by(const contract::Contract& contract) const {
  std::vector<std::string_view> hidden;
  contract::PathValues values;
  for (const auto& [path, page] : pages_) {
    if (contract.match("GET", path, values).path != nullptr) hidden.push_back(path);
  }
  return hidden;
}

}  // namespace penstock::http
