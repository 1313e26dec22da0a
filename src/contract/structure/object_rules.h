#pragma once

#include "contract/structure/object_checker.h"

namespace penstock::contract::object_rules {

// These are the rules of OpenAPI 3.0 and 3.1. What is read elsewhere is only said to be an object
// or a list here.
extern const ObjectRule kDocument;
extern const ObjectRule kPathItem;
extern const ObjectRule kOperation;
extern const ObjectRule kRequestBody;
extern const ObjectRule kResponse;
extern const ObjectRule kServer;
extern const ObjectRule kLink;
extern const ObjectRule kExample;

}  // namespace penstock::contract::object_rules
