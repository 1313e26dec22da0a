#pragma once

#include <libpq-fe.h>

#include <memory>

namespace penstock::postgres {

// Frees what libpq has made.
template <auto function>
struct FreedBy {
  template <class T>
  void operator()(T* made) const {
    function(made);
  }
};

using ConnectionHandle = std::unique_ptr<PGconn, FreedBy<PQfinish>>;
using ResultHandle = std::unique_ptr<PGresult, FreedBy<PQclear>>;
using OptionsHandle = std::unique_ptr<PQconninfoOption, FreedBy<PQconninfoFree>>;

}  // namespace penstock::postgres
