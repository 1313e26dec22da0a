#pragma once

#include <array>
#include <boost/intrusive/list.hpp>

#include "http/server/connection.h"

namespace penstock::http {

// Has each connection of a server in one of five lists, so that the one to cut is found without a
// look at the others. In each list the first one has been there longest. The server counts the
// connections, because a list with auto_unlink cannot have constant_time_size.
struct Server::Lists {
  using List = boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

  List idle;
  List header;     // Those that send the header of a request.
  List lingering;  // Those whose client has its answer, and that only read and drop.
  List handling;   // Those for which the service works, or from whose stream a piece is awaited.
  List busy;       // Those that send a body or read an answer.

  [[nodiscard]] std::array<List*, 5> all() {
    return {&idle, &header, &lingering, &handling, &busy};
  }

  [[nodiscard]] List& of(const Connection& connection) {
    using Phase = Connection::Phase;
    switch (connection.phase_) {
      case Phase::idle:
        return idle;
      case Phase::header:
        return header;
      case Phase::dropping:
      case Phase::lingering:
        return lingering;
      case Phase::handling:
      case Phase::streaming:
        return handling;
      default:
        return busy;
    }
  }
};

template <class Action>
void Server::for_each(Action action) {
  for (Lists::List* list : lists_->all()) {
    for (Connection& connection : *list) action(connection);
  }
}

}  // namespace penstock::http
