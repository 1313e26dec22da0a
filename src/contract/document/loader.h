#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace penstock::contract {

// Gives the text of another document by its URI or its file name. The error says why it cannot be
// read.
using Loader = std::function<base::Result<std::string>(const std::string& uri)>;

}  // namespace penstock::contract
