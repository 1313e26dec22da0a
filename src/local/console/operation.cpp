#include "local/console/operation.h"

#include <boost/json/value.hpp>

#include "http/server/problem.h"

namespace penstock::local {

http::Answer refusal(unsigned status, std::string_view detail) {
  return http::json({{"type", "about:blank"},
                     {"title", http::reason_phrase(status)},
                     {"status", status},
                     {"detail", detail}},
                    status)
      .as(http::kProblemJson);
}

}  // namespace penstock::local
