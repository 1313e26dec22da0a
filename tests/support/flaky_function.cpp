// This Lambda function is for tests of partial responses. It is a function of Penstock whose
// handler asks for some records again, the first time that a process gets them. Their value is a
// letter and a number that is divisible by the variable RETRY_EVERY. It writes each record to the
// file RECORD_FILE when it has handled it.
#include <cstdlib>
#include <set>
#include <string>

#include "base/configuration.h"
#include "lambda/function_loop.h"
#include "support/record_file.h"

int main() {
  using namespace penstock;
  const auto environment = base::process_environment();
  const int file = test::open_record_file(environment.at("RECORD_FILE"));
  const long every = std::stol(environment.at("RETRY_EVERY"));
  std::set<std::string> asked_again;
  const lambda::EventHandlers handlers{
      {std::string(lambda::kAnyType), [&](const lambda::Record& record, lambda::Context&) {
         const std::string value(record.value.value());
         if (std::stol(value.substr(1)) % every == 0 && asked_again.insert(value).second) {
           return lambda::retry("the test asks for it again");
         }
         test::write_record(file, record);
         return lambda::done();
       }}};
  auto api = lambda::RuntimeApiClient::at(environment.at("AWS_LAMBDA_RUNTIME_API")).value();
  log::Log log(STDERR_FILENO, log::Level::error);
  lambda::Function function(log, handlers, {.responses = lambda::Responses::partial});
  static_cast<void>(lambda::serve(api, function, log));
  return EXIT_FAILURE;
}
