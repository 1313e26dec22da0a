#pragma once

#include <string>
#include <vector>

namespace penstock::apps {

// The verbs of penstock_contract that print. Each says on standard error what is wrong with a
// document that is not sound; the exit status is then kExitFailed.

// `check`: of each of these files that it is sound.
[[nodiscard]] int check_contracts(const std::vector<std::string>& files);
// `routes`: the table of operations.
[[nodiscard]] int print_routes(const std::string& file);
// `asyncapi`: an AsyncAPI 3 document of the operations' events.
[[nodiscard]] int print_asyncapi(const std::string& file);

}  // namespace penstock::apps
