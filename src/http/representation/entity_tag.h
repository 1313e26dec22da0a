#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// An entity tag names one version of what a URL has (RFC 9110 section 8.8.3). A text of one is as
// in a header: "\"7\"", or "W/\"7\"" if it is weak, which says that the version is as good as
// another one, though its bytes may differ.
namespace penstock::http {

// These return the tag of a version: its number, or any text that changes with it. Characters that
// a tag cannot have are percent-encoded.
[[nodiscard]] std::string entity_tag(std::string_view version);
[[nodiscard]] std::string entity_tag(int64_t version);
[[nodiscard]] std::string weak_entity_tag(std::string_view version);
// Returns a tag that is made from the content itself, by SHA-256. It is the same in every process.
[[nodiscard]] std::string content_tag(std::string_view content);

// These compare two tags as RFC 9110 section 8.8.3.2 says: the strong comparison holds only for two
// strong tags, the weak one ignores the "W/".
[[nodiscard]] bool strongly_equal(std::string_view one, std::string_view other);
[[nodiscard]] bool weakly_equal(std::string_view one, std::string_view other);

// Returns the tag of the same version with the content coding gzip, which has other bytes: "7" has
// "7-gzip". A weak tag stays as it is.
[[nodiscard]] std::string gzip_tag(std::string_view tag);

// Says what a list of tags has: the value of If-Match or If-None-Match.
enum class Listed : uint8_t { none, some, any, malformed };

// Looks for the tag, or its gzip_tag(), in the list, and says `some` if it is there by the
// comparison `equal`. The list "*" has `any` tag. `found` gets the tag as the client has it.
[[nodiscard]] Listed find_tag(std::string_view list, std::string_view tag,
                              bool (*equal)(std::string_view one, std::string_view other),
                              std::string_view& found);

}  // namespace penstock::http
