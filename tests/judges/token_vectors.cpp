// Signs tokens for judge_tokens.py. It reads lines such as:
//   {"access_key_id": "A", "secret_access_key": "s", "session_token": "",
//    "region": "us-east-1", "host": "", "time": 1795543820, "seconds_left": 3600}
// It answers each with the token, or "none".
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "aws/msk_token.h"

namespace {

using namespace penstock;

std::string text(const boost::json::object& question, const char* name) {
  return boost::json::value_to<std::string>(question.at(name));
}

std::string answer(const boost::json::object& question) {
  const base::SystemTime now{std::chrono::seconds(question.at("time").to_number<int64_t>())};
  const aws::Credentials credentials{
      .access_key_id = text(question, "access_key_id"),
      .secret_access_key = aws::Secret(text(question, "secret_access_key").c_str()),
      .session_token = aws::Secret(text(question, "session_token").c_str()),
      .expiration = now + std::chrono::seconds(question.at("seconds_left").to_number<int64_t>())};
  const auto token =
      aws::sign_msk_token(credentials, {text(question, "region"), text(question, "host")}, now);
  return token ? std::string(token->value.reveal()) : "none";
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(boost::json::parse(line).as_object()) << '\n';
  }
}
