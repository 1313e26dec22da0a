#include "http/guard/guard.h"

#include <cctype>
#include <utility>

#include "base/ascii_case.h"
#include "base/check.h"
#include "http/server/problem.h"

namespace penstock::http {

using contract::Operation;
using contract::RateLimit;
using std::chrono::steady_clock;

namespace {

// Makes a sentence of a clause.
std::string sentence_of(std::string clause) {
  if (clause.empty()) return clause;
  clause.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(clause.front())));
  if (clause.back() != '.') clause += '.';
  return clause;
}

bool has_cache_control(const ResponseMessage& response) {
  constexpr std::string_view kName = "cache-control:";
  for (std::string_view rest = response.headers; !rest.empty();) {
    if (base::same_in_any_case(rest.substr(0, kName.size()), kName)) return true;
    const size_t end = rest.find('\n');
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return false;
}

Reply too_many_requests(const RateLimits::Counted& counted) {
  Reply reply{.response = problem_response(
                  {.status = 429,
                   .detail = "The client has sent too many requests. 'Retry-After' says when it "
                             "may send the next one."}),
              .problem = "the rate limit '" + counted.limit->name + "' is used up"};
  reply.response.add_header("retry-after",
                            std::to_string(RateLimits::retry_after(counted).count()));
  return reply;
}

}  // namespace

std::unique_ptr<Guard> Guard::make(const contract::Contract& contract,
                                   std::unique_ptr<auth::Authenticator> authenticator,
                                   auth::ClientAddresses addresses) {
  std::unique_ptr<Guard> guard(new Guard(contract, std::move(authenticator), std::move(addresses)));
  if (!guard->is_needed()) return nullptr;
  return guard;
}

Guard::Guard(const contract::Contract& contract, std::unique_ptr<auth::Authenticator> authenticator,
             auth::ClientAddresses addresses)
    : authenticator_(std::move(authenticator)),
      addresses_(std::move(addresses)),
      rates_(contract) {}

Guard::~Guard() = default;

bool Guard::is_guarded(const Operation& operation) const {
  return operation.rate != nullptr ||
         (authenticator_ != nullptr && !operation.security->requirements.empty());
}

std::variant<Guard::Pass, Reply, DecideLater> Guard::check(const Operation& operation,
                                                           const RequestMessage& request) {
  Admitted* decided = admitted(request);
  if (decided == nullptr) {
    if (!is_guarded(operation)) return Pass{};
    auto made = std::make_unique<Admitted>();
    decided = made.get();
    decided->operation = &operation;
    request.attach(std::move(made));
    begin(*decided, request);
  }
  if (decided->waits) return DecideLater{};
  if (decided->refusal || (decided->counted.limit != nullptr && !decided->counted.state.taken)) {
    return reply_of(*decided);
  }
  return Pass{};
}

void Guard::begin(Admitted& decided, const RequestMessage& request) {
  const Operation& operation = *decided.operation;
  if (operation.rate != nullptr && operation.rate->by == RateLimit::By::address) {
    count_address(decided, request);
    if (!decided.counted.state.taken) return;
  }
  if (authenticator_ == nullptr || operation.security->requirements.empty()) {
    return settle(decided, request, auth::Caller());
  }
  auto decision = authenticator_->decide_now(*operation.security, request);
  if (decision) return settle(decided, request, std::move(*decision));
  decided.waits = true;
}

async::Awaitable<> Guard::decide(const RequestMessage& request) {
  Admitted* const decided = admitted(request);
  base::check(decided != nullptr && decided->waits, "check() has said that a wait is needed");
  auth::Decision decision = co_await authenticator_->decide(*decided->operation->security, request);
  decided->waits = false;
  settle(*decided, request, std::move(decision));
}

void Guard::settle(Admitted& decided, const RequestMessage& request, auth::Decision decision) {
  if (auto* refusal = std::get_if<auth::Refusal>(&decision)) {
    decided.refusal = std::move(*refusal);
    return;
  }
  decided.caller = std::move(*std::get_if<auth::Caller>(&decision));
  const RateLimit* const limit = decided.operation->rate;
  if (limit == nullptr || limit->by == RateLimit::By::address) return;
  if (limit->by == RateLimit::By::everyone) return count(decided, {}, {});
  if (decided.caller.is_anonymous()) return count_address(decided, request);
  const auth::Principal& principal = decided.caller.principal();
  const std::string key = 'p' + principal.scheme + '\0' + principal.subject;
  count(decided, key, key);
}

void Guard::count(Admitted& decided, std::string_view key, std::string_view group) {
  decided.counted = rates_.take(*decided.operation->rate, key, steady_clock::now(), group);
}

void Guard::count_address(Admitted& decided, const RequestMessage& request) {
  const std::string address = auth::ClientAddresses::counted(addresses_.find(request));
  count(decided, 'a' + address, auth::ClientAddresses::network(address));
}

Reply Guard::reply_of(const Admitted& decided) {
  if (!decided.refusal) return too_many_requests(decided.counted);
  const auth::Refusal& refusal = *decided.refusal;
  const std::string detail = sentence_of(refusal.detail);
  Reply reply{.response = problem_response({.status = refusal.status, .detail = detail}),
              .problem = refusal.reason};
  for (const std::string& challenge : refusal.challenges) {
    reply.response.add_header("www-authenticate", challenge);
  }
  if (refusal.retry_after.count() > 0) {
    reply.response.add_header("retry-after", std::to_string(refusal.retry_after.count()));
  }
  return reply;
}

void Guard::add_headers(const RequestMessage& request, ResponseMessage& response) const {
  const Admitted* const decided = admitted(request);
  if (decided == nullptr) return;
  RateLimits::add_headers(decided->counted, response);
  if (!decided->caller.is_anonymous() && request.count(Field::authorization) == 0 &&
      !has_cache_control(response)) {
    response.add_header("cache-control", "private");
  }
}

}  // namespace penstock::http
