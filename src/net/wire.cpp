#include "net/wire.h"

#include "net/wire_over.h"

namespace penstock::net {

const Transport kPlain{.standard_port = 80,
                       .make = [](const std::string&) -> std::unique_ptr<Wire> {
                         return std::make_unique<WireOver<boost::beast::tcp_stream>>();
                       }};

}  // namespace penstock::net
