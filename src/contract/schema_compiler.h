#pragma once

#include <memory>

#include "contract/schema.h"
#include "contract/source.h"

namespace penstock::contract {

// Compiles the schema at `node`; problems go to `source`. Never null.
[[nodiscard]] std::shared_ptr<const Schema> compile_schema(Source& source, const YAML::Node& node);

}  // namespace penstock::contract
