#include "contract/expressions/expression.h"

#include <gtest/gtest.h>
