// Reads the bodies of requests and responses: `content` with its media types.
#include <algorithm>

#include "contract/openapi/element_reader.h"
#include "contract/schema/schema.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Encodings are only for the properties of forms (OpenAPI 3.0.3 section 4.7.14).
bool takes_encoding(std::string_view type) {
  return type == "application/x-www-form-urlencoded" || type.starts_with("multipart/");
}

// Says whether the range may include JSON, so that its schema may be meant for that.
bool may_be_json(const MediaType& range) {
  static constexpr std::string_view kNever[] = {"image/", "audio/", "video/", "font/"};
  return std::none_of(std::begin(kNever), std::end(kNever),
                      [&](std::string_view group) { return range.type.starts_with(group); });
}

bool are_same(const MediaType& one, const MediaType& other) {
  return one.type == other.type && one.parameters == other.parameters;
}

}  // namespace

bool ElementReader::read_media_type_name(const Node& key, MediaType& media) {
  const auto type = parse_content_type(key.text);
  if (!type) {
    sources_.problem(key, "media-type",
                     "'" + key.text +
                         "' is not a media type; write it as 'type/subtype', such as "
                         "application/json (OpenAPI 3.0.3 section 4.7.13, RFC 9110 section 8.3.1)");
    return false;
  }
  media.type = in_lower_case(type->type);
  media.parameters = parameters_of(*type);
  std::sort(media.parameters.begin(), media.parameters.end());
  media.kind = kind_of(media.type);
  media.header = key.text;
  if (media.kind == BodyKind::text && type->charset.empty()) media.header += "; charset=utf-8";
  if (!is_type_or_range(media.type)) {
    sources_.problem(key, "media-type",
                     "'" + media.type +
                         "' is not a range of media types; write 'type/*', 'type/*+suffix' or "
                         "'*/*'");
  }
  std::string why;
  if (is_not_served(media.type)) {
    why = "bodies of type " + media.type + " are not served yet";
  } else if (media.kind != BodyKind::bytes && !is_utf8_charset(type->charset)) {
    why = "bodies in the charset " + std::string(type->charset) + " are not served, only in UTF-8";
  }
  media.served = why.empty();
  if (!media.served) {
    sources_.remark(key, "not-served",
                    why + ": they are checked here, and a request that needs one gets 501");
  }
  return true;
}

std::vector<MediaType> ElementReader::read_content(const Target& at) {
  std::vector<MediaType> all;
  if (!at.node->is(Kind::object)) {
    sources_.problem(*at.node, "wrong-type", "content must be an object of media types");
    return all;
  }
  if (!take(*at.node)) return all;
  for (const Member& entry : at.node->members) {
    MediaType media;
    if (!read_media_type_name(*entry.key, media)) continue;
    if (std::any_of(all.begin(), all.end(),
                    [&](const MediaType& other) { return are_same(other, media); })) {
      sources_.problem(*entry.key, "media-type-twice",
                       "the media type is declared twice; remove one of the two");
    }
    const Target described = resolve({entry.value, at.resource});
    if (described.node == nullptr) continue;
    refuse_other_keys(*described.node, media.type, {"schema", "example", "examples", "encoding"});
    media.examples = read_examples(described);
    if (const Target schema = member(described, "schema"); schema.node != nullptr) {
      media.schema = schemas_.compile(*schema.node, *schema.resource);
    }
    read_encodings(described, media);
    all.push_back(std::move(media));
  }
  return all;
}

// Forms are not served yet, so that the encodings of their properties are only checked.
void ElementReader::read_encodings(const Target& at, const MediaType& media) {
  const Target list = member(at, "encoding");
  if (list.node == nullptr) return;
  if (!list.node->is(Kind::object)) {
    return sources_.problem(*list.node, "wrong-type",
                            "encoding must be an object with an entry for each property");
  }
  if (!takes_encoding(media.type) && !media.is_range()) {
    sources_.remark(*list.node, "encoding-without-effect",
                    "encoding has no effect on " + media.type +
                        ": it is for forms and multipart (OpenAPI 3.0.3 section 4.7.14); "
                        "remove it");
  }
  for (const Member& entry : list.node->members) {
    const Node& encoding = *entry.value;
    if (!encoding.is(Kind::object)) {
      sources_.problem(encoding, "wrong-type", "the encoding of a property must be an object");
      continue;
    }
    refuse_other_keys(encoding, "encoding",
                      {"contentType", "headers", "style", "explode", "allowReserved"});
    static_cast<void>(flag(encoding, "explode", false));
    static_cast<void>(flag(encoding, "allowReserved", false));
    const Node* style = encoding.find("style");
    static constexpr std::string_view kStyles[] = {"form", "spaceDelimited", "pipeDelimited",
                                                   "deepObject"};
    if (style != nullptr &&
        std::find(std::begin(kStyles), std::end(kStyles), style->text) == std::end(kStyles)) {
      sources_.problem(*style, "encoding-invalid",
                       "style must be form, spaceDelimited, pipeDelimited or deepObject, as for a "
                       "parameter in the query (OpenAPI 3.0.3 section 4.7.15)");
    }
    if (const Node* type = encoding.find("contentType"); type != nullptr) {
      read_encoding_types(*type);
    }
    const Target headers =
        member({entry.value, &sources_.resource_of(encoding, *list.resource)}, "headers");
    if (headers.node != nullptr) {
      for (const Member& header : headers.node->members) {
        static_cast<void>(read_header(header.key->text, {header.value, headers.resource}));
      }
    }
  }
}

// A `contentType` is a list of media types and ranges, separated by commas.
void ElementReader::read_encoding_types(const Node& node) {
  std::string_view rest = node.text;
  bool good = node.is(Kind::string);
  while (good && !rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const auto type = parse_content_type(rest.substr(0, comma));
    good = type && is_type_or_range(type->type);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (!good) {
    sources_.problem(node, "encoding-invalid",
                     "contentType must be media types with commas between them, such as "
                     "'image/png, image/*' (OpenAPI 3.0.3 section 4.7.15)");
  }
}

void ElementReader::complete(MediaType& media) {
  for (const BodyKind kind : {BodyKind::json, BodyKind::text, BodyKind::bytes}) {
    BodyCheck& check = media.checks[static_cast<size_t>(kind)];
    check = body_check(kind, media.schema);
    const bool may_be_meant_for_json = media.is_range() && may_be_json(media);
    if (check == BodyCheck::none && may_be_meant_for_json) check = BodyCheck::unfit;
  }
  if (media.check_of(BodyKind::bytes) == BodyCheck::size) {
    media.sizes = size_rules(media.schema).value_or(SizeRules{});
  }
  if (!media.served || media.schema == nullptr || media.check_of(media.kind) != BodyCheck::none) {
    return;
  }
  const bool is_text = media.kind == BodyKind::text;
  sources_.remark(*media.schema->node, "schema-without-effect",
                  "a body of type " + media.type + " is " + (is_text ? "one text" : "bytes") +
                      ", which this schema does not describe: it is served, but not held against "
                      "the schema; 'type: string' describes it");
}

RequestBody ElementReader::read_body(const Target& at) {
  RequestBody body{.required = flag(*at.node, "required", false), .content = {}};
  objects_.check(*at.node, object_rules::kRequestBody);
  if (const Target content = member(at, "content"); content.node != nullptr) {
    body.content = read_content(content);
  }
  return body;
}

}  // namespace penstock::contract
