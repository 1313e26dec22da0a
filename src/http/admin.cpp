#include "http/admin.h"

#include "http/problem.h"
#include "json/text.h"

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
  for (const Check& check : checks_()) {
    ready = ready && check.ready;
    list += list.empty() ? "{\"name\":" : ",{\"name\":";
    json::append_string(list, check.name);
    list += check.ready ? ",\"ready\":true" : ",\"ready\":false";
    if (!check.reason.empty()) {
      list += ",\"reason\":";
      json::append_string(list, check.reason);
    }
    list += '}';
  }
  response.status = ready ? 200 : 503;
  response.content_type = kJson;
  response.body = std::string("{\"ready\":") + (ready ? "true" : "false") + ",\"checks\":[" + list + "]}";
}

}  // namespace penstock::http
