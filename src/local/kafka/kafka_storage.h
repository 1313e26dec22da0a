#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "processes/child.h"

namespace penstock::local {

// Says what to do about the folder with a broker's records before the broker starts.
enum class StorageState { formatted, empty, damaged };

// Returns the state of the folder `storage`. It is `damaged` if it has records, but no
// meta.properties, or one without what Kafka needs of it: the version, the node's number, which
// must be 1, and the cluster's id. Kafka itself starts with some of these, and then has no use for
// the records. What an interrupted formatting has left counts as empty.
[[nodiscard]] StorageState state_of_storage(const std::filesystem::path& storage);

// Formats the storage in the broker's folder if it is empty, with the tool that `command` makes
// from its arguments; its output goes to the file format.log in the folder. It takes a second or
// two, and returns soon after a requested stop, with the error `unavailable`. Otherwise the error
// is `internal`: the storage is damaged, there is no Java, or the tool fails.
[[nodiscard]] base::Result<> prepare_storage(
    const std::filesystem::path& folder, const std::filesystem::path& storage,
    const std::function<processes::Command(std::string cluster_id)>& command,
    const std::stop_token& stop);

}  // namespace penstock::local
