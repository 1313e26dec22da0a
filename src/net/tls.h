#pragma once

#include "net/wire.h"

namespace penstock::net {

// Connects by TLS 1.2 or later. The server's certificate must be valid for the host and signed by
// an authority that OpenSSL trusts by default: those of the system, or those in SSL_CERT_FILE and
// SSL_CERT_DIR. A failure of the check has the error `unavailable`, with the reason in its message.
extern const Transport kTls;

}  // namespace penstock::net
