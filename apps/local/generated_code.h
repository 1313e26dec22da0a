#pragma once

#include <filesystem>
#include <string>

namespace penstock::apps {

// Returns the C++ that penstock_contract generates for a contract, without its comments, so that
// two states of a contract for which a service is compiled alike have the same. It is empty if
// penstock_contract, which must be beside this program, does not generate any. It blocks for some
// seconds at most.
[[nodiscard]] std::string generated_code(const std::filesystem::path& contract,
                                         const std::string& name_space);

}  // namespace penstock::apps
