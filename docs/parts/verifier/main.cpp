// Verifies a JSON Web Token: `verifier KEY_SET ISSUER AUDIENCE` reads the token from its standard
// input, and the issuer's JSON Web Key Set from a file. It prints the claims, or why not.
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "jose/web_token.h"

namespace {

using namespace penstock;

int refuse(std::string_view why) {
  std::cerr << "refused: " << why << '\n';
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return std::puts("verifier KEY_SET ISSUER AUDIENCE < TOKEN"), 2;
  std::ifstream file(arguments[1]);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto keys = jose::KeySet::parse(text);
  if (!keys) return refuse(keys.error().message);
  const jose::TokenRules rules{.issuer = arguments[2], .audiences = {arguments[3]}};

  std::string compact;  // The token views it.
  std::getline(std::cin, compact);
  const auto token = jose::Token::parse(compact);
  if (const auto* fault = std::get_if<jose::Fault>(&token)) return refuse(name_of(*fault));
  const auto claims =
      std::get<jose::Token>(token).verify(*keys, rules, std::chrono::system_clock::now());
  if (const auto* fault = std::get_if<jose::Fault>(&claims)) return refuse(name_of(*fault));
  std::cout << std::get<boost::json::object>(claims) << '\n';
}
