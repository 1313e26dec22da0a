#include "contract/examples/body_sample.h"

#include <algorithm>

#include "contract/document/document.h"
#include "contract/samples/sample.h"
#include "contract/schema/schema.h"
#include "json/writer.h"

namespace penstock::contract {
namespace {

// A body that is an example may have so many values.
constexpr size_t kValuesMax = 100'000;

// These types stand for a range that has them when nothing says which.
constexpr std::string_view kTypes[] = {
    "application/json", "text/plain", "application/octet-stream", "image/png", "audio/mpeg",
    "video/mp4",        "font/woff2", "model/gltf-binary",
};

std::string_view without_parameters(std::string_view type) {
  return type.substr(0, type.find(';'));
}

boost::json::value as_text(boost::json::value value) {
  if (value.is_string()) return value;
  return boost::json::value(json::to_text(value));
}

}  // namespace

std::string BodySample::text() const {
  if (kind != BodyKind::json && value.is_string()) return std::string(value.get_string());
  return json::to_text(value);
}

std::string type_of(const MediaType& media, std::string_view accept) {
  if (!media.is_range()) return media.header;
  const auto with_charset = [](std::string_view type) {
    return std::string(type) + (kind_of(type) == BodyKind::text ? "; charset=utf-8" : "");
  };
  while (!accept.empty()) {
    std::string_view one = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(one.size() + 1, accept.size()));
    one = one.substr(0, one.find(';'));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    const auto type = parse_content_type(one);
    if (type && one.find('*') == std::string_view::npos && quality(media.type, one) > 0) {
      return with_charset(one);
    }
  }
  for (const std::string_view type : kTypes) {
    if (quality(media.type, type) > 0) return with_charset(type);
  }
  // This is a name that nobody registers (RFC 6838 section 3.4).
  std::string type = media.type;
  type.replace(type.find('*'), 1, "x.mock");
  return type;
}

bool is_own_type(const std::vector<MediaType>& content, const MediaType& media,
                 std::string_view type) {
  return !media.is_range() || find_media_type(content, {without_parameters(type), {}}) == &media;
}

bool is_valid_body(const MediaType& media, BodyKind kind, const boost::json::value& value,
                   Direction direction, Steps& steps) {
  Violations violations;
  switch (media.check_of(kind)) {
    case BodyCheck::value:
      return media.schema == nullptr || is_valid(*media.schema, value, direction, steps);
    case BodyCheck::text:
      validate_body_text(media.schema, value.get_string(), direction, violations, steps);
      return violations.empty();
    case BodyCheck::size:
      return value.get_string().size() >= media.sizes.min &&
             value.get_string().size() <= media.sizes.max;
    case BodyCheck::none:
      return true;
    case BodyCheck::unfit:
      break;
  }
  return false;
}

std::optional<BodySample> SampleSource::body(const MediaType& media, std::string_view accept,
                                             std::string_view wanted) {
  BodySample sample{.type = type_of(media, accept)};
  sample.kind = media.is_range() ? kind_of(without_parameters(sample.type)) : media.kind;
  const auto take = [&](boost::json::value value) {
    if (sample.kind != BodyKind::json) value = as_text(std::move(value));
    Steps own(Steps::kTrustedMax);
    if (!is_valid_body(media, sample.kind, value, direction_, own)) return false;
    sample.value = std::move(value);
    return true;
  };
  for (const auto& [name, node] : media.examples) {
    if (!wanted.empty() && name != wanted) continue;
    if (auto example = to_json(*node, kValuesMax); example && take(std::move(*example))) {
      return sample;
    }
  }
  if (media.schema == nullptr || media.check_of(sample.kind) == BodyCheck::unfit) {
    sample.value = sample.kind == BodyKind::json ? boost::json::value(boost::json::object())
                                                 : boost::json::value("text");
    return media.schema == nullptr ? std::optional(sample) : std::nullopt;
  }
  if (auto value = made(*media.schema, 0); value && take(std::move(*value))) return sample;
  return std::nullopt;
}

std::optional<boost::json::value> SampleSource::value(const Parameter& parameter,
                                                      unsigned variant) {
  for (const auto& [name, node] : parameter.examples) {
    if (variant > 0) break;
    Steps own;
    auto example = to_json(*node, kValuesMax);
    if (example && is_valid(*parameter.schema, *example, direction_, own)) return example;
  }
  return made(*parameter.schema, variant);
}

// No search may take more than a part of what is left, so that a few hopeless ones leave enough for
// the others.
std::optional<boost::json::value> SampleSource::made(const Schema& schema, unsigned variant) {
  const auto search = [&] {
    Steps own(steps_.left() / kShare);
    auto value = sample_of(schema, direction_, own, variant);
    static_cast<void>(steps_.take(own.taken()));
    return value;
  };
  if (variant > 0) return search();
  const auto [known, is_new] = known_.emplace(&schema, std::nullopt);
  if (is_new) known->second = search();
  return known->second;
}

}  // namespace penstock::contract
