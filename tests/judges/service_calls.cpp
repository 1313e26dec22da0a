// Calls SQS, S3 and Secrets Manager for judge_services.py. It reads lines such as:
//   {"call": "send", "arn": "arn:aws:sqs:…", "body": "…"}
//   {"call": "list", "arn": "arn:aws:s3:::…", "prefix": "a/", "max": 3, "after": ""}
//   {"call": "json", "service": "sqs", "target": "AmazonSQS", "action": "ListQueues", "body": "{}"}
// It answers each with {"value": …} or {"error": "…"}. The environment has the credentials and the
// endpoint.
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "aws/json/json_client.h"
#include "aws/services/s3.h"
#include "aws/services/secrets_manager.h"
#include "aws/services/sqs.h"

namespace {

using namespace penstock;

std::string text(const boost::json::object& question, const char* name) {
  return boost::json::value_to<std::string>(question.at(name));
}

boost::json::object problem(const base::Error& error) {
  return {{"error", error.message}};
}

boost::json::object ask_queue(aws::SqsQueue queue, const boost::json::object& question) {
  const std::string call = text(question, "call");
  if (call == "send") {
    const auto id = queue.send(text(question, "body"), {});
    return id ? boost::json::object{{"value", *id}} : problem(id.error());
  }
  if (call == "remove") {
    const auto done = queue.remove(text(question, "handle"), {});
    return done ? boost::json::object{{"value", nullptr}} : problem(done.error());
  }
  const auto messages = queue.receive(question.at("max").to_number<int>(),
                                      std::chrono::seconds(question.at("wait").to_number<int>()),
                                      {}, std::chrono::seconds(30));
  if (!messages) return problem(messages.error());
  boost::json::array list;
  for (const auto& message : *messages) {
    list.push_back(
        {{"id", message.id}, {"handle", message.receipt_handle}, {"body", message.body}});
  }
  return {{"value", std::move(list)}};
}

boost::json::object ask_bucket(aws::S3Bucket bucket, const boost::json::object& question) {
  const std::string call = text(question, "call");
  if (call == "put") {
    const auto done =
        bucket.put(text(question, "key"), text(question, "body"), text(question, "type"), {});
    return done ? boost::json::object{{"value", nullptr}} : problem(done.error());
  }
  if (call == "get") {
    const auto body = bucket.get(text(question, "key"), {});
    return body ? boost::json::object{{"value", *body}} : problem(body.error());
  }
  const auto listing = bucket.list(text(question, "prefix"), {},
                                   question.at("max").to_number<size_t>(), text(question, "after"));
  if (!listing) return problem(listing.error());
  boost::json::array list;
  for (const auto& object : listing->objects) list.push_back({object.key, object.size});
  return {{"value", {{"objects", std::move(list)}, {"complete", listing->complete}}}};
}

// Calls services as a handler that waits does.
class JsonCalls {
 public:
  boost::json::object ask(const boost::json::object& question) {
    auto& client = clients_[text(question, "service")];
    if (!client) {
      auto made = aws::JsonClient::make(start_, {.name = text(question, "service"),
                                                 .target = text(question, "target"),
                                                 .content_type = "application/x-amz-json-1.1"});
      if (!made) return problem(made.error());
      client = std::move(*made);
    }
    auto got = boost::asio::co_spawn(
        io_,
        client->call(text(question, "action"), text(question, "body"),
                     std::chrono::steady_clock::now() + std::chrono::seconds(30)),
        boost::asio::use_future);
    io_.restart();
    while (got.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io_.run_one();
    const auto answer = got.get();
    if (!answer) return {{"error", base::describe(answer.error())}};
    if (answer->is_error()) return {{"value", {{"error", answer->error}}}};
    return {{"value", answer->body}};
  }

 private:
  boost::asio::io_context io_{1};
  const base::Environment environment_ = base::process_environment();
  log::Log log_{STDERR_FILENO, log::Level::warning};
  resources::Registry registry_;
  async::BlockingPool blocking_{io_, {}};
  const resources::Start start_{.io = io_,
                                .blocking = blocking_,
                                .environment = environment_,
                                .log = log_,
                                .registry = registry_,
                                .program = "service_calls"};
  std::map<std::string, std::unique_ptr<aws::JsonClient>> clients_;
};

boost::json::object answer(const boost::json::object& question, JsonCalls& json_calls) {
  if (text(question, "call") == "json") return json_calls.ask(question);
  const auto environment = base::process_environment();
  const std::string arn = text(question, "arn");
  if (arn.find(":sqs:") != std::string::npos) {
    auto queue = aws::SqsQueue::at(arn, aws::credential_chain_of(environment), environment);
    return queue ? ask_queue(std::move(*queue), question) : problem(queue.error());
  }
  if (arn.find(":secretsmanager:") != std::string::npos) {
    auto secret = aws::StoredSecret::at(arn, aws::credential_chain_of(environment), environment);
    if (!secret) return problem(secret.error());
    const auto value = secret->value({});
    return value ? boost::json::object{{"value", std::string_view(*value)}}
                 : problem(value.error());
  }
  auto bucket = aws::S3Bucket::at(arn, aws::credential_chain_of(environment), environment);
  return bucket ? ask_bucket(std::move(*bucket), question) : problem(bucket.error());
}

}  // namespace

int main() {
  JsonCalls json_calls;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << boost::json::serialize(answer(boost::json::parse(line).as_object(), json_calls))
              << std::endl;
  }
}
