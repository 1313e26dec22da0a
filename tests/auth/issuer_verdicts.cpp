// Keeps the key set of an issuer, and says of each line of the standard input, a token, whether it
// is accepted. An unknown key has the issuer asked again.
//   issuer_verdicts ISSUER AUDIENCE
// Answers are such as {"verdict":"accepted","claims":{…},"asked":false,"problem":""}. The log is
// the standard error.
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "auth/documents/document_keeper.h"
#include "jose/web_token.h"
#include "json/view.h"

namespace {

using namespace penstock;
using std::chrono::seconds;
using std::chrono::steady_clock;

class Judge {
 public:
  Judge(const std::string& issuer, std::string audience) {
    rules_.issuer = issuer;
    rules_.audiences = {std::move(audience)};
    const std::string url = issuer + "/.well-known/openid-configuration";
    document_ =
        keeper_
            .keep("the keys of the test",
                  {.kind = auth::DocumentPlace::Kind::discovery, .place = url, .issuer = issuer},
                  [this](std::string_view text) { return read(text); })
            .value();
    keeper_.start();
  }

  std::string judge(std::string token) {
    verdict_.clear();
    boost::asio::co_spawn(io_, decide(std::move(token)), boost::asio::detached);
    while (verdict_.empty()) {
      io_.restart();
      io_.run_one_for(seconds(1));
    }
    return verdict_;
  }

 private:
  base::Result<auth::NewContent> read(std::string_view text) {
    auto parsed = jose::KeySet::parse(text);
    if (!parsed) return parsed.error();
    std::string summary = std::to_string(parsed->size()) + " keys";
    for (const std::string& ignored : parsed->ignored()) summary += "; left out: " + ignored;
    auto keys = std::make_shared<const jose::KeySet>(std::move(*parsed));
    return auth::NewContent{.put_in_force = [this, keys] { keys_ = keys; }, .summary = summary};
  }

  async::Awaitable<> decide(std::string token) {
    using auth::DocumentKeeper;
    const auto deadline = steady_clock::now() + seconds(6);
    bool asked = false;
    if (!keys_) asked = co_await keeper_.ask_again(*document_, deadline);
    boost::json::object answer = verdict_on(token);
    if (answer["verdict"].as_string() == jose::name_of(jose::Fault::unknown_key) &&
        keeper_.may_ask(*document_)) {
      asked = co_await keeper_.ask_again(*document_, deadline);
      answer = verdict_on(token);
    }
    answer["asked"] = asked;
    answer["problem"] = DocumentKeeper::problem(*document_);
    verdict_ = boost::json::serialize(answer);
  }

  boost::json::object verdict_on(std::string_view text) const {
    if (!keys_) return {{"verdict", "no_keys"}};
    const auto token = jose::Token::parse(text);
    if (const auto* fault = std::get_if<jose::Fault>(&token)) {
      return {{"verdict", jose::name_of(*fault)}};
    }
    const auto claims =
        std::get<jose::Token>(token).verify(*keys_, rules_, std::chrono::system_clock::now());
    if (const auto* fault = std::get_if<jose::Fault>(&claims)) {
      return {{"verdict", jose::name_of(*fault)}};
    }
    return {{"verdict", "accepted"}, {"claims", std::get<boost::json::object>(claims)}};
  }

  log::Log log_{STDERR_FILENO, log::Level::info};
  boost::asio::io_context io_{1};
  jose::TokenRules rules_;
  std::shared_ptr<const jose::KeySet> keys_;
  auth::DocumentKeeper keeper_{io_, log_};
  auth::KeptDocument* document_ = nullptr;
  std::string verdict_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: issuer_verdicts ISSUER AUDIENCE\n";
    return 2;
  }
  Judge judge(arguments[1], arguments[2]);
  for (std::string token; std::getline(std::cin, token);) {
    std::cout << judge.judge(std::move(token)) << std::endl;
  }
}
