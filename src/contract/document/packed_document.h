#pragma once

#include <string>
#include <string_view>

#include "contract/document/document.h"

namespace penstock::contract {

class DocumentBuilder;

// A packed document is a document that was read when the program was built, as bytes that become
// the same tree again in little time: kinds, locations and texts in the order of the text. YAML
// takes some forty times as long, which was most of an API's start.

// A packed document begins with these bytes, and no YAML or JSON does.
inline constexpr std::string_view kPackedMark{"\0packed1", 8};

// Returns the document as bytes.
[[nodiscard]] std::string pack(const Document& document);

// Reads what pack() has returned into the builder, which was made with an empty text, because
// columns are packed in characters. The builder fails if the bytes are not whole.
void build_from_packed(DocumentBuilder& builder, std::string_view packed);

}  // namespace penstock::contract
