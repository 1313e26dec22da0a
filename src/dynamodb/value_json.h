#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dynamodb/value.h"

// These functions are between values and DynamoDB's JSON: {"S": "text"}, {"N": "12.5"} (AWS,
// "DynamoDB low-level API"). A number is a JSON string there, so no reader of JSON rounds it.
namespace penstock::dynamodb {

// Lists and maps may be nested at most so deep (AWS, "Quotas", section "Attributes").
inline constexpr size_t kDepthMax = 32;
// A map or an item may have so many members. It is not a limit of AWS, but one of Penstock's reader
// of JSON (json::Limits), so a value that could not be read is not written either.
inline constexpr size_t kMembersMax = 10'000;

// Append a value or an item as JSON. They fail with `invalid` for a text that is not UTF-8, an
// empty set or what is beyond the limits above; the message has the attribute's name.
[[nodiscard]] base::Result<> append_value(std::string& out, const Value& value);
[[nodiscard]] base::Result<> append_item(std::string& out, const Item& item);

// Read them. They fail with `invalid`: the answer is not DynamoDB's. Nothing of it is quoted but an
// attribute's name.
[[nodiscard]] base::Result<Value> read_value(const boost::json::value& json);
[[nodiscard]] base::Result<Item> read_item(const boost::json::value& json);

// Encode and decode Base64 with padding (RFC 4648 section 4). Decoding accepts only what encoding
// makes.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace penstock::dynamodb
