#include "http/representation/conditions.h"

#include "base/ascii_case.h"
#include "http/representation/compression.h"
#include "http/representation/entity_tag.h"
#include "http/representation/header_lines.h"

namespace penstock::http {
namespace {

bool only_reads(const RequestMessage& request) {
  return request.verb == Verb::get || request.verb == Verb::head;
}

// A 304 says nothing of a body that it does not have (RFC 9110 section 15.4.5).
bool is_about_the_body(std::string_view name) {
  constexpr std::string_view kPrefix = "content-";
  return base::same_in_any_case(name.substr(0, kPrefix.size()), kPrefix) &&
         !base::same_in_any_case(name, "content-location");
}

// Says whether If-None-Match names the tag. `found` gets it as the client has it.
bool has_version(const RequestMessage& request, std::string_view tag, std::string& scratch,
                 std::string_view& found) {
  if (request.count(Field::if_none_match) == 0) return false;
  const std::string_view list = request.list(Field::if_none_match, scratch);
  const Listed listed = find_tag(list, tag, weakly_equal, found);
  if (listed == Listed::any) found = tag;
  return !tag.empty() && (listed == Listed::some || listed == Listed::any);
}

}  // namespace

bool Conditions::not_modified(std::string_view tag) const {
  if (request_ == nullptr || !only_reads(*request_)) return false;
  std::string scratch;
  std::string_view found;
  return has_version(*request_, tag, scratch, found);
}

bool Conditions::precondition_failed(std::string_view tag) const {
  if (request_ == nullptr) return false;
  std::string scratch;
  std::string_view found;
  if (request_->count(Field::if_match) > 0) {
    const Listed listed =
        find_tag(request_->list(Field::if_match, scratch), tag, strongly_equal, found);
    if (listed == Listed::none || listed == Listed::malformed) return true;
    if (listed == Listed::any && tag.empty()) return true;
  }
  if (only_reads(*request_) || request_->count(Field::if_none_match) == 0) return false;
  const Listed listed =
      find_tag(request_->list(Field::if_none_match, scratch), tag, weakly_equal, found);
  return listed == Listed::some || listed == Listed::malformed ||
         (listed == Listed::any && !tag.empty());
}

bool Conditions::given() const {
  return request_ != nullptr &&
         request_->count(Field::if_match) + request_->count(Field::if_none_match) > 0;
}

void answer_conditionally(const RequestMessage& request, ResponseMessage& response) {
  if (!only_reads(request) || response.status / 100 != 2) return;
  const std::string tag(find_line(response.headers, "etag"));
  std::string scratch;
  std::string_view found;
  if (tag.empty() || !has_version(request, tag, scratch, found)) return;
  const bool varies = is_compressible(response.content_type());
  response.status = 304;
  response.body.clear();
  response.set_content_type({});
  remove_lines(response.headers, is_about_the_body);
  // The client may have the version with a content coding, whose tag is another one.
  replace_line(response.headers, "etag", found == gzip_tag(tag) ? found : tag);
  if (varies) response.add_header("vary", "accept-encoding");
}

}  // namespace penstock::http
