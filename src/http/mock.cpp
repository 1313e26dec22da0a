#include "http/mock.h"

#include "base/number_text.h"
#include "contract/document/document.h"
#include "contract/openapi/response_status.h"
#include "contract/parameters/parameter_writer.h"
#include "contract/samples/sample.h"
#include "contract/schema/schema.h"
#include "http/access_log.h"
#include "http/answer_writer.h"
#include "http/server/problem.h"
#include "json/writer.h"

namespace penstock::http {

using base::Error;
using base::ErrorCode;
using contract::BodyKind;
using contract::MediaType;

namespace {

struct Preference {
  unsigned code = 0;  // 0 if the client has no preference.
  std::string_view example;
};

std::string_view unquoted(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

// Reads a Prefer header (RFC 7240 section 2). Unknown preferences are ignored.
Preference preference_of(std::string_view header) {
  Preference preference;
  while (!header.empty()) {
    const size_t end = header.find_first_of(",;");
    const std::string_view part = unquoted(header.substr(0, end));
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = unquoted(part.substr(0, equals));
    const std::string_view text = unquoted(part.substr(equals + 1));
    if (name == "example") preference.example = text;
    if (name == "code") preference.code = base::whole_number<unsigned>(text).value_or(0);
  }
  return preference;
}

// Returns the status of a success that is served: the lowest one that is declared, or else the
// first status of a range or of `default`.
unsigned success_of(const contract::Operation& operation) {
  unsigned status = 0;
  for (const contract::Response& response : operation.responses) {
    if (response.first / 100 == 2 && (status == 0 || response.first < status) &&
        !contract::has_only_not_served(response.content)) {
      status = response.first;
    }
  }
  if (status != 0) return status;
  if (operation.response(200) != nullptr) return 200;
  return operation.responses.empty() ? 200 : operation.responses.front().first;
}

// Returns how a body of this type is written. In a range ("*/*"), JSON is preferred to text, and
// text to bytes.
BodyKind kind_of(const MediaType& media) {
  if (!media.is_range() || media.kind == BodyKind::json) return media.kind;
  const auto takes = [&media](std::string_view type) {
    return contract::quality(media.type, type) > 0;
  };
  if (takes(kJson)) return BodyKind::json;
  return takes("text/plain") ? BodyKind::text : BodyKind::bytes;
}

const MediaType* preferred(const std::vector<MediaType>& content, std::string_view accept) {
  const MediaType* best = nullptr;
  std::pair<contract::Acceptance, bool> best_rank;
  for (const MediaType& media : content) {
    if (!media.served) continue;
    const BodyKind kind = kind_of(media);
    const std::string_view type = !media.is_range() || media.kind == BodyKind::json
                                      ? std::string_view(media.type)
                                  : kind == BodyKind::json ? kJson
                                  : kind == BodyKind::text ? "text/plain"
                                                           : std::string_view(media.type);
    // A type that has an entry of its own does not match a range.
    if (media.is_range() && type.find('*') == std::string_view::npos &&
        contract::find_media_type(content, {type, {}}) != &media) {
      continue;
    }
    // What the schema describes is preferred to what it does not.
    const std::pair rank{contract::acceptance(accept, type, media.parameters),
                         media.check_of(kind) != contract::BodyCheck::none};
    if (best == nullptr || rank > best_rank) {
      best_rank = rank;
      best = &media;
    }
  }
  return best;
}

Answer with_body(unsigned status, const MediaType& media, const value& body) {
  const BodyKind kind = kind_of(media);
  std::string type = media.is_range() ? "" : media.header;
  if (media.is_range() && media.kind == BodyKind::json) {
    // This names a type of the range "type/*+json", in the tree of names that are not registered
    // (RFC 6838 section 3.4).
    type = media.type;
    type.replace(type.find('*'), 1, "x.mock");
  }
  if (kind == BodyKind::json) return Answer(status, body).as(type);
  return Answer(status, kind,
                body.is_string() ? std::string(body.get_string()) : json::to_text(body))
      .as(type);
}

}  // namespace

async::Awaitable<Reply> Mock::handle(const RequestMessage& request) {
  auto validated = validator_.validate(request);
  if (auto* reply = std::get_if<Reply>(&validated)) co_return std::move(*reply);
  co_return answer(request, std::get<ValidRequest>(validated));
}

Reply Mock::answer(const RequestMessage& request, const ValidRequest& valid) {
  const auto refusal = [&valid](unsigned status, std::string reason) {
    return Reply{.response = problem_response({.status = status, .detail = reason}),
                 .route = valid.route,
                 .problem = std::move(reason)};
  };
  const base::Result<Answer> answer = answer_of(request, *valid.operation);
  if (!answer) {
    const ErrorCode code = answer.error().code;
    const unsigned status = code == ErrorCode::invalid       ? 400
                            : code == ErrorCode::unavailable ? 501
                                                             : 500;
    return refusal(status, base::describe(answer.error()));
  }
  auto response = write_answer(*valid.operation, *answer, request);
  if (!response) {
    return refusal(
        500, sentence_of("The document's example does not match its schema:", response.error()));
  }
  return Reply{.response = std::move(*response), .route = valid.route};
}

base::Result<Answer> Mock::answer_of(const RequestMessage& request,
                                     const contract::Operation& operation) {
  const Preference preference = preference_of(request.header("prefer"));
  const unsigned status = preference.code != 0 ? preference.code : success_of(operation);
  const contract::Response* response = operation.response(status);
  if (response == nullptr || status < 200 || status > 599) {
    return Error{.code = ErrorCode::invalid,
                 .message = "Prefer asks for status " + std::to_string(status) +
                            ", but the operation declares no response with it."};
  }
  Answer answer(status);
  const MediaType* media = contract::has_no_content(status)
                               ? nullptr
                               : preferred(response->content, request.header(Field::accept));
  if (media == nullptr && !response->content.empty() && !contract::has_no_content(status)) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "The contract declares this response only as " +
                            response->content.front().type + ", which is not served yet."};
  }
  if (media != nullptr) {
    const auto body = value_of(media->examples, media->schema, preference.example);
    if (!body) return body.error();
    answer = with_body(status, *media, *body);
  }
  if (media != nullptr && media->is_range() && kind_of(*media) == BodyKind::bytes) {
    return Error{.code = ErrorCode::not_found,
                 .message = "The contract declares this response as " + media->type +
                            ". The mock needs a media type, such as image/png, and an example."};
  }
  for (const contract::Parameter& header : response->headers) {
    if (is_own_header(header.name)) continue;
    const auto text = value_of(header.examples, header.schema, {});
    if (text) {
      static_cast<void>(std::move(answer).header(header.name, contract::text_of(header, *text)));
    } else if (header.required) {
      return Error{.code = ErrorCode::not_found,
                   .message = "The mock has no value for the header " + header.name,
                   .detail = base::describe(text.error())};
    }
  }
  return answer;
}

base::Result<value> Mock::value_of(const contract::Examples& examples,
                                   const contract::Schema* schema, std::string_view wanted) {
  for (const auto& [name, node] : examples) {
    if (!wanted.empty() && name != wanted) continue;
    if (auto example = contract::to_json(*node)) return std::move(*example);
    return Error{.code = ErrorCode::too_large,
                 .message = "The example at " + node->where() + " is too large."};
  }
  if (!wanted.empty()) {
    return Error{.code = ErrorCode::invalid,
                 .message = "Prefer asks for the example '" + std::string(wanted) +
                            "', but the response has no example of that name."};
  }
  if (schema == nullptr) return value(nullptr);
  const auto [known, is_new] = samples_.emplace(schema, std::nullopt);
  if (is_new) known->second = contract::sample_of(*schema, contract::Direction::response);
  if (!known->second) {
    return Error{.code = ErrorCode::not_found,
                 .message = "No value could be made from the schema at " + schema->node->where() +
                            ". Give the response an example."};
  }
  return *known->second;
}

void Mock::completed(const RequestMessage& request, const Reply& reply,
                     std::chrono::steady_clock::duration /*duration*/, size_t /*bytes_sent*/) {
  const unsigned status = reply.response.status;
  log::Line line(log_, is_own_fault(status) ? log::Level::error : log::Level::info, "request",
                 request.received_at);
  line.field("method", request.method())
      .field("target", request.target())
      .field("route", reply.route)
      .field("status", status);
  if (reply.problem) line.field("reason", *reply.problem);
}

}  // namespace penstock::http
