#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "apps/api/settings.h"
#include "auth/auth_settings.h"
#include "base/result.h"
#include "contract/openapi/contract.h"
#include "http/guard/guard.h"
#include "log/log.h"

namespace penstock::apps {

// Reads what the setting AUTHENTICATION has, as text or as the path of a file. It is nothing if the
// setting is empty. Fails with `invalid`; the message names the setting, and the file.
[[nodiscard]] base::Result<std::optional<auth::Settings>> authentication_settings(
    const contract::Contract& contract, const ApiSettings& settings);

// Returns an example of what the setting AUTHENTICATION can be for the schemes that operations of
// the contract require: JSON in one line.
[[nodiscard]] std::string authentication_example(const contract::Contract& contract);

// Makes the guard of a contract, as the settings say. With `external_security` it knows no scheme.
// All of them must outlive the guard.
[[nodiscard]] http::MakeGuard make_guard(boost::asio::io_context& io, const ApiSettings& settings,
                                         log::Log& log);

// Logs from where the keys come by which credentials are verified, or that none are looked at.
// `guard` may be null.
void log_authentication(const contract::Contract& contract, const http::Guard* guard,
                        const ApiSettings& settings, log::Log& log);

}  // namespace penstock::apps
