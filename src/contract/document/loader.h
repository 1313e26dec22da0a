#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace penstock::contract {

// Returns the text of another document, given its URI or file name. It fails with a message that
// says why the document cannot be read, without repeating its name.
using Loader = std::function<base::Result<std::string>(const std::string& uri)>;

}  // namespace penstock::contract
