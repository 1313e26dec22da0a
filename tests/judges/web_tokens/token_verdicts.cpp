// Judges tokens for judge_web_tokens.py. It reads lines such as:
//   {"keys": {"keys": []}, "token": "a.b.c", "now": 1800000000, "padded": false, "in_header":
//   false,
//    "issuer": "https://id.example", "audiences": ["orders"], "audience_claim": "aud",
//    "algorithms": [], "types": ["at+jwt"], "leeway": 60, "required": {}}
// It answers each with "accepted", or the word of the fault.
#include <boost/json.hpp>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "jose/web_token.h"

namespace {

using namespace penstock;
using boost::json::object;

jose::TokenRules rules_of(const object& question) {
  jose::TokenRules rules;
  rules.issuer = question.at("issuer").as_string();
  rules.audiences = boost::json::value_to<std::vector<std::string>>(question.at("audiences"));
  rules.audience_claim = question.at("audience_claim").as_string();
  for (const auto& name : question.at("algorithms").as_array()) {
    rules.algorithms.push_back(jose::algorithm_named(std::string_view(name.as_string())).value());
  }
  rules.types = boost::json::value_to<std::vector<std::string>>(question.at("types"));
  rules.leeway = std::chrono::seconds(question.at("leeway").as_int64());
  rules.required_claims = question.at("required").as_object();
  rules.in_header = question.at("in_header").as_bool();
  return rules;
}

std::string_view answer(const object& question) {
  const base::SystemTime now{std::chrono::seconds(question.at("now").as_int64())};
  const auto keys = jose::KeySet::parse(boost::json::serialize(question.at("keys"))).value();
  const std::string text(question.at("token").as_string());
  const auto token = jose::Token::parse(text, question.at("padded").as_bool());
  if (const auto* fault = std::get_if<jose::Fault>(&token)) return name_of(*fault);
  const auto verdict = std::get<jose::Token>(token).verify(keys, rules_of(question), now);
  if (const auto* fault = std::get_if<jose::Fault>(&verdict)) return name_of(*fault);
  return "accepted";
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(boost::json::parse(line).as_object()) << '\n';
  }
}
