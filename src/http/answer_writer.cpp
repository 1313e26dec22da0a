#include "http/answer_writer.h"

#include <algorithm>

#include "base/json_text.h"
#include "contract/json_writer.h"

namespace penstock::http {

using contract::BodyKind;
using contract::MediaType;
using contract::Violations;

namespace {

// What the connection writes itself.
constexpr std::string_view kOwnHeaders[] = {"content-length", "content-type", "connection",
                                            "date",           "server",       "transfer-encoding"};

// The declared type that fits the answer and that the client likes best; the first of those it likes alike.
// Problems have a type of their own (RFC 9457 section 3).
const MediaType* choose(const contract::Response& declared, const Answer& answer, std::string_view accept) {
  const MediaType* best = nullptr;
  int best_rank = -1;
  for (const MediaType& media : declared.content) {
    if (!answer.type().empty()) {
      if (media.type == answer.type() ||
          (media.is_range() && contract::quality(media.type, answer.type()) > 0))
        return &media;
      continue;
    }
    const bool fits = media.kind == answer.kind() || media.type == "*/*";
    if (!fits) continue;
    const int rank = contract::quality(accept, media.type) * 2 +
                     (answer.status() >= 400 && media.type == kProblemJson ? 1 : 0);
    if (rank > best_rank) {
      best_rank = rank;
      best = &media;
    }
  }
  return best;
}

std::string_view type_of_range(BodyKind kind) {
  switch (kind) {
    case BodyKind::json:
      return kJson;
    case BodyKind::text:
      return "text/plain; charset=utf-8";
    case BodyKind::bytes:
      break;
  }
  return "application/octet-stream";
}

bool is_header_text(std::string_view text) {  // RFC 9110 section 5.5: no line ends, above all.
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

void check_raw(const MediaType& media, const std::string& body, Violations& violations) {
  if (media.kind == BodyKind::text && !base::is_utf8(body)) {
    violations.push_back({"body", "", "encoding", "is not UTF-8"});
  } else if (media.kind == BodyKind::text && media.schema != nullptr) {
    contract::validate(*media.schema, value(body), "body", "", contract::Direction::response, violations);
  } else if (media.kind == BodyKind::bytes && media.schema != nullptr && media.schema->string) {
    const contract::StringRules& rules = *media.schema->string;
    if (body.size() > rules.max_length.value_or(SIZE_MAX) || body.size() < rules.min_length.value_or(0))
      violations.push_back({"body", "", "maxLength", "has more or fewer bytes than the contract allows"});
  }
}

void write_headers(Exchange& exchange, const contract::Response& declared, const Answer& answer,
                   Violations& violations) {
  for (const auto& [name, text] : answer.headers()) {
    const bool own =
        std::any_of(std::begin(kOwnHeaders), std::end(kOwnHeaders),
                    [&](std::string_view reserved) { return contract::equal_ignoring_case(reserved, name); });
    if (own || !is_header_text(text) || !is_header_text(name)) {
      violations.push_back({"header", name, "content", "is no header that a handler can set to that"});
      continue;
    }
    exchange.response.add_header(name, text);
  }
  for (const contract::Parameter& header : declared.headers) {
    const auto given = std::find_if(answer.headers().begin(), answer.headers().end(), [&](const auto& one) {
      return contract::equal_ignoring_case(one.first, header.name);
    });
    if (given == answer.headers().end()) {
      if (header.required) violations.push_back({"header", header.name, "required", "is missing"});
    } else if (header.plain) {
      contract::validate_text(*header.schema, given->second, "header", header.name, violations);
    } else if (const auto read = contract::value_of(header, given->second, {})) {
      contract::validate(*header.schema, *read, "header", header.name, contract::Direction::response,
                         violations);
    } else {
      violations.push_back({"header", header.name, "type", "is not of its type"});
    }
  }
}

}  // namespace

void write_answer(Exchange& exchange, const contract::Operation& operation, const Answer& answer,
                  Violations& violations) {
  const contract::Response* declared = operation.response(answer.status());
  ResponseMessage& response = exchange.response;
  response.status = answer.status();
  if (declared == nullptr) {
    violations.push_back({"body", "", "responses", "has a status that the operation does not declare"});
    return;
  }
  if (!answer.headers().empty() || !declared->headers.empty())
    write_headers(exchange, *declared, answer, violations);
  if (!answer.has_body()) {
    if (!declared->content.empty())
      violations.push_back({"body", "", "content", "has no body, and the contract declares one"});
    return;
  }
  if (declared->content.empty()) {
    violations.push_back({"body", "", "content", "has a body, and the contract declares none"});
    return;
  }
  const MediaType* media = choose(*declared, answer, exchange.request.header(Field::accept));
  if (media == nullptr) {
    violations.push_back({"body", "", "content", "is of a media type that the contract does not declare"});
    return;
  }
  response.content_type = media->is_range() ? type_of_range(answer.kind()) : std::string_view(media->header);
  if (answer.raw()) {
    check_raw(*media, *answer.raw(), violations);
    response.body = *answer.raw();
    return;
  }
  if (media->schema != nullptr) {
    contract::validate(*media->schema, *answer.body(), "body", "", contract::Direction::response, violations);
  }
  if (violations.empty()) contract::append_json(response.body, *answer.body());
}

}  // namespace penstock::http
