// Calls SQS, S3 and Secrets Manager for judge_services.py. It reads lines such as:
//   {"call": "send", "arn": "arn:aws:sqs:…", "body": "…"}
//   {"call": "list", "arn": "arn:aws:s3:::…", "prefix": "a/", "max": 3, "after": ""}
// It answers each with {"value": …} or {"error": "…"}. The environment has the credentials and the
// endpoint.
#include <boost/json.hpp>
#include <iostream>
#include <string>

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

boost::json::object answer(const boost::json::object& question) {
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
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << boost::json::serialize(answer(boost::json::parse(line).as_object())) << std::endl;
  }
}
