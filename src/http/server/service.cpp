#include "http/server/service.h"

#include "http/server/problem.h"

namespace penstock::http {

async::Awaitable<Admission> Service::decide(const RequestMessage& /*request*/) {
  co_return KeepBody{};
}

Reply Service::too_large(const RequestMessage& /*request*/) {
  return {
      .response = problem_response({.status = 413, .detail = "The request's body is too large."}),
      .problem = "The request's body is too large."};
}

}  // namespace penstock::http
