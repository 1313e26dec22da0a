#include "http/admin.h"

#include "http/problem.h"
#include "json/object_writer.h"

namespace penstock::http {

async::Awaitable<> Admin::handle(Exchange& exchange) {
  const std::string_view target = exchange.request.target();
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != "/readiness" && path != "/metrics") {
    set_problem(exchange.response, {.status = 404});
  } else if (exchange.request.verb != Verb::get && exchange.request.verb != Verb::head) {
    exchange.response.add_header("allow", "GET, HEAD");
    set_problem(exchange.response, {.status = 405});
  } else if (path == "/readiness") {
    readiness(exchange.response);
  } else {
    exchange.response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    write_metrics_(exchange.response.body);
  }
  co_return;
}

void Admin::readiness(ResponseMessage& response) const {
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
  response.status = ready ? 200 : 503;
  response.content_type = kJson;
  response.body.clear();
  json::ObjectWriter(response.body).member("ready", ready).json("checks", list).end();
}

}  // namespace penstock::http
