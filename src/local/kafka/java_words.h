#pragma once

#include <string>
#include <string_view>

#include "processes/child.h"

namespace penstock::local {

// Explains why Kafka's broker or its tool has ended, by what it has printed: too little memory,
// options that Java refuses, a Java that is too old, jars that are missing, a port that is in use,
// or a full disk. Returns a sentence with the cause and what to do, or an empty text if the output
// has none of these. The sentence has at most one line of the output.
[[nodiscard]] std::string explain_java_end(const processes::ExitStatus& status,
                                           std::string_view output);

}  // namespace penstock::local
