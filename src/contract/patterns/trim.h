#pragma once

#include "contract/expressions/expression.h"

namespace penstock::contract {

// Changes an expression so that it is found in the same texts, and takes less to find: what begins
// or ends it need not be repeated more often than it must, because a text may go on beyond it. So
// "x{1,1000}!" becomes "x!", and "^x{3,}" becomes "^x{3}".
void trim(Expression& expression);

}  // namespace penstock::contract
