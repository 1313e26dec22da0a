#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace penstock::contract {

// Returns the text of another document, given its URI or file name without a fragment. It fails
// with a message that says why the document cannot be read, without repeating its name; any code
// will do, because only the message is used. It is called on the thread that compiles the contract,
// once for each document that can be read, and may block.
using Loader = std::function<base::Result<std::string>(const std::string& uri)>;

}  // namespace penstock::contract
