#include "handlers.h"

namespace hello {

using namespace penstock::http;

Answer healthcheck_get(const Request&) {
  return empty();
}

Answer hello_get(const Request&) {
  return json({{"message", "Hello, World!"}});
}

Answer current_time_get(const Request& request) {
  const object greeting{{"timestamp", seconds(request.received_at())},
                        {"message", "Hello, " + request.query("name") + "!"}};
  return json(greeting).publish(greeting);
}

Answer chrome_devtools_get(const Request&) {
  return empty();
}

const Handlers kHandlers{{"healthcheck_get", healthcheck_get},
                         {"hello_get", hello_get},
                         {"current_time_get", current_time_get},
                         {"chrome_devtools_get", chrome_devtools_get}};

}  // namespace hello
