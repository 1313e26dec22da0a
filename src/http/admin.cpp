#include "http/admin.h"

#include "http/server/problem.h"
#include "json/object_writer.h"

namespace penstock::http {

async::Awaitable<Reply> Admin::handle(const RequestMessage& request) {
  co_return Reply{.response = answer(request)};
}

ResponseMessage Admin::answer(const RequestMessage& request) const {
  const std::string_view target = request.target();
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != "/readiness" && path != "/metrics") return problem_response({.status = 404});
  if (request.verb != Verb::get && request.verb != Verb::head) {
    ResponseMessage response = problem_response({.status = 405});
    response.add_header("allow", "GET, HEAD");
    return response;
  }
  return path == "/readiness" ? readiness() : metrics();
}

ResponseMessage Admin::metrics() const {
  ResponseMessage response;
  response.set_content_type("text/plain; version=0.0.4; charset=utf-8");
  write_metrics_(response.body);
  return response;
}

ResponseMessage Admin::readiness() const {
  bool ready = true;
  std::string list;
  json::ArrayWriter checks(list);
  for (const Check& check : checks_()) {
    ready = ready && check.ready;
    json::ObjectWriter object(checks.element());
    object.member("name", check.name).member("ready", check.ready);
    if (!check.reason.empty()) object.member("reason", check.reason);
    object.end();
  }
  checks.end();
  ResponseMessage response;
  response.status = ready ? 200 : 503;
  response.set_content_type(kJson);
  json::ObjectWriter(response.body).member("ready", ready).json("checks", list).end();
  return response;
}

}  // namespace penstock::http
