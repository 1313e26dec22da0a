#pragma once

#include "http/handler.h"

namespace hello {

extern const penstock::http::Handlers kHandlers;

}  // namespace hello
