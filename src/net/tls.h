#pragma once

#include "net/wire.h"

namespace penstock::net {

// TLS 1.2 or later. The server's certificate must be its host's, by an authority of OpenSSL's
// standard places: the system's, or what SSL_CERT_FILE and SSL_CERT_DIR name.
extern const Transport kTls;

}  // namespace penstock::net
