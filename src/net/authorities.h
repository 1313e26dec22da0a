#pragma once

#include <boost/asio/ssl/context.hpp>
#include <optional>
#include <string>

namespace penstock::net {

// Says where OpenSSL looks for the trusted authorities if nobody tells it, and where else they may
// be. The standard is what OpenSSL was built with.
struct AuthorityPaths {
  std::string file;
  std::string folder;
  // These files are tried in their order. The standard is that of Debian, then that of Amazon
  // Linux, which Lambda has.
  std::string files[2] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"};

  [[nodiscard]] static AuthorityPaths standard();
};

// Returns the file with the authorities that OpenSSL needs besides its own paths, or nothing: it
// has them there, or the environment names them (SSL_CERT_FILE, SSL_CERT_DIR). The function needs
// it: it is built on Debian, whose folder Lambda does not have.
[[nodiscard]] std::optional<std::string> other_authorities(const AuthorityPaths& paths);

// Lets the context trust the system's authorities, or those that the environment names. Throws
// boost::system::system_error if their file cannot be read.
void trust_authorities(boost::asio::ssl::context& context);

}  // namespace penstock::net
