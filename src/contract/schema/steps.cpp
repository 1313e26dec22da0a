#include "contract/schema/steps.h"

#include <utility>

#include "contract/schema/price.h"

namespace penstock::contract {

boost::system::result<boost::json::value, json::Failure> read_paid(json::Reader& reader,
                                                                   std::string_view text,
                                                                   boost::json::storage_ptr storage,
                                                                   Steps& steps) {
  if (!steps.take(text.size() / price::kReadBytes)) return json::Failure{0, json::kTooManyValues};
  auto value = reader.read(text, std::move(storage), steps.left() / price::kReadValue);
  if (!value && value.error().reason == json::kTooManyValues) {
    steps.exhaust();
  } else {
    static_cast<void>(steps.take(reader.values() * price::kReadValue));
  }
  return value;
}

uint64_t text_bytes(const boost::json::value& value, uint64_t enough) {
  constexpr uint64_t kScalar = 2;  // A digit and a comma. The last of several has no comma.
  switch (value.kind()) {
    case boost::json::kind::string:
      return kScalar + 1 + value.get_string().size();
    case boost::json::kind::array: {
      uint64_t bytes = kScalar + (value.get_array().empty() ? 1 : 0);
      for (const boost::json::value& element : value.get_array()) {
        if (bytes > enough) break;
        bytes += text_bytes(element, enough - bytes);
      }
      return bytes;
    }
    case boost::json::kind::object: {
      uint64_t bytes = kScalar + (value.get_object().empty() ? 1 : 0);
      for (const boost::json::key_value_pair& member : value.get_object()) {
        if (bytes > enough) break;
        bytes += kScalar + 1 + member.key().size();
        if (bytes <= enough) bytes += text_bytes(member.value(), enough - bytes);
      }
      return bytes;
    }
    default:
      return kScalar;
  }
}

}  // namespace penstock::contract
