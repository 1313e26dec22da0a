#include "net/wire.h"

#include "net/tcp_wire.h"

namespace penstock::net {

const Transport kPlain{.standard_port = 80,
                       .make = [](const std::string&) -> std::unique_ptr<Wire> {
                         return std::make_unique<TcpWire>();
                       }};

}  // namespace penstock::net
