#pragma once

#include <CLI/CLI.hpp>
#include <functional>

// The commands of penstock_local beside the whole system. Each adds itself to `app`; what it returns runs it,
// once the command line has been parsed, and gives the exit status.
namespace penstock::apps {

std::function<int()> add_esm(CLI::App& app);
std::function<int()> add_invoke(CLI::App& app);
std::function<int()> add_redrive(CLI::App& app);

}  // namespace penstock::apps
