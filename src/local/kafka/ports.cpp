#include "local/kafka/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "processes/file_descriptor.h"

namespace penstock::local {
namespace {

// Binds a socket to the port and returns its number; port 0 takes any free one. Like a server, it
// ignores the connections of an earlier server that are still in TIME_WAIT (SO_REUSEADDR,
// socket(7)).
// Returns 0 with the error otherwise.
uint16_t bind_to(uint16_t port, std::error_code& error) {
  error.clear();
  const auto no_port = [&error] {
    error.assign(errno, std::generic_category());
    return uint16_t{0};
  };
  const processes::FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(port);
  socklen_t size = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return no_port();
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return no_port();
  return ntohs(address.sin_port);
}

}  // namespace

bool port_is_free(uint16_t port) {
  return !error_of_port(port);
}

std::error_code error_of_port(uint16_t port) {
  std::error_code error;
  (void)bind_to(port, error);
  return error;
}

base::Result<uint16_t> free_port() {
  std::error_code error;
  const uint16_t port = bind_to(0, error);
  if (!error) return port;
  return base::Error{.code = base::ErrorCode::unavailable,
                     .message = "no TCP port is free",
                     .detail = error.message()};
}

}  // namespace penstock::local
