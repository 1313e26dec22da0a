#pragma once

#include <optional>

#include "auth/auth_settings.h"
#include "auth/settings/settings_members.h"

namespace penstock::auth {

// Reads the settings of one scheme, which is of this kind in the contract. What is wrong is added
// to the mistakes; then the result may be incomplete. It is nothing if the scheme is not served.
[[nodiscard]] std::optional<SchemeSettings> read_scheme_settings(
    const SettingsMembers& members, const contract::SecurityScheme& scheme);

// Says whether a credential of these settings is believed because of who sends it: then there must
// be trusted proxies.
[[nodiscard]] bool needs_trusted_proxy(const SchemeSettings& settings);

// Returns why no credential of this scheme can be checked here, as a sentence with what to do, or
// an empty text.
[[nodiscard]] std::string why_not_served(const contract::SecurityScheme& scheme);

// Reads a place of `keys` or `users`. `list` is the member that such a document has.
[[nodiscard]] std::optional<DocumentPlace> read_document_place(const SettingsMembers& members,
                                                               std::string_view name,
                                                               std::string_view list,
                                                               bool may_discover);

// Says whether the text is an https URL, or an http URL on the loopback address. A user name and a
// fragment are not taken.
[[nodiscard]] bool is_safe_url(std::string_view text);

}  // namespace penstock::auth
