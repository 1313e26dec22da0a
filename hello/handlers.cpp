#include "hello/operations.h"

namespace hello {
namespace {

using namespace penstock::http;

HealthcheckGet::Answer healthcheck_get(const HealthcheckGet&) {
  return ok();
}

HelloGet::Answer hello_get(const HelloGet&) {
  return ok(HelloGetOk{.message = "Hello, World!"});
}

CurrentTimeGet::Answer current_time_get(const CurrentTimeGet& request) {
  const Greeting greeting{.timestamp = seconds(request.received_at()),
                          .message = "Hello, " + request.name + "!"};
  return ok(greeting).publish(greeting);
}

ChromeDevtoolsGet::Answer chrome_devtools_get(const ChromeDevtoolsGet&) {
  return ok();
}

}  // namespace

const Handlers kHandlers = handlers(Operations{
    .healthcheck_get = healthcheck_get,
    .hello_get = hello_get,
    .current_time_get = current_time_get,
    .chrome_devtools_get = chrome_devtools_get,
});

}  // namespace hello
