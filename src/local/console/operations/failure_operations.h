#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "local/console/operation.h"
#include "local/console/operations/batch_redrive.h"
#include "local/console/operations/given_up_batches.h"

namespace penstock::local {

// Returns where the records of the mapping of this name are, and which function gets them; for a
// mapping that no longer runs, an error that says so. It is called on the io_context's thread.
using FindRedriveTarget = std::function<base::Result<RedriveTarget>(const std::string& mapping)>;

// Makes the operations list_failures and redrive_failure. `io`, `batches` and what the targets
// point to must outlive them.
[[nodiscard]] ConsoleOperations failure_operations(boost::asio::io_context& io,
                                                   GivenUpBatches& batches,
                                                   FindRedriveTarget target, std::stop_token stop);

}  // namespace penstock::local
