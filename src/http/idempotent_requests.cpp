#include "http/idempotent_requests.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "base/caught_text.h"
#include "base/check.h"
#include "http/guard/admitted.h"
#include "http/server/problem.h"
#include "idempotency/memory_store.h"
#include "json/writer.h"

namespace penstock::http {
namespace {

using Digest = std::array<unsigned char, 32>;
using idempotency::Entry;
using idempotency::StoredAnswer;

constexpr std::string_view kHex = "0123456789abcdef";
// Stripe's API has this header in the answers that it repeats; the draft has none.
constexpr std::string_view kReplayed = "idempotent-replayed";

void append_part(std::string& text, std::string_view part) {
  text += std::to_string(part.size());
  text += ':';
  text += part;
}

Digest digest_of(std::string_view text) {
  Digest digest{};
  const bool done =
      EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
  base::check(done, "SHA-256 does not fail");
  return digest;
}

void append_hex(std::string& text, unsigned char byte) {
  text += kHex[byte >> 4U];
  text += kHex[byte & 15U];
}

std::string hex_digest_of(std::string_view text) {
  std::string hex;
  for (const unsigned char byte : digest_of(text)) append_hex(hex, byte);
  return hex;
}

// Says whether a declared header names the attempt rather than what is asked: the key itself, which
// has two forms, and the trace (W3C Trace Context), which is another one in each attempt.
bool names_the_attempt(const contract::Parameter& parameter) {
  if (parameter.in != contract::In::header) return false;
  static constexpr std::array<std::string_view, 3> kOfAnAttempt{"idempotency-key", "traceparent",
                                                                "tracestate"};
  return std::any_of(kOfAnAttempt.begin(), kOfAnAttempt.end(), [&](std::string_view name) {
    return base::same_in_any_case(name, parameter.name);
  });
}

// Appends what a handler sees of a request beside its method, target and body: the declared headers
// and cookies, and the conditions, which need not be declared. Where the client has sent none of
// them, nothing is appended.
void append_seen_headers(std::string& what, const RequestMessage& request,
                         const ValidRequest& valid) {
  const auto append = [&](std::string_view in, std::string_view name, std::string_view text) {
    append_part(what, in);
    append_part(what, name);
    append_part(what, text);
  };
  const std::vector<contract::Parameter>& parameters = valid.operation->parameters;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const contract::Parameter& parameter = parameters[i];
    const bool is_seen =
        parameter.in == contract::In::header || parameter.in == contract::In::cookie;
    if (!is_seen || names_the_attempt(parameter)) continue;
    const contract::Argument& argument = valid.arguments->at(i);
    if (!argument.given) continue;
    // A list that comes in several texts, or an object, is only whole in its value.
    append(contract::name_of(parameter.in), parameter.name,
           argument.value ? json::to_text(*argument.value) : argument.text);
  }
  std::string lines;
  for (const std::string_view name : {"if-match", "if-none-match"}) {
    if (request.join_header(name, ",", lines) > 0) append("condition", name, lines);
  }
}

async::SteadyTime store_deadline() {
  return std::chrono::steady_clock::now() + IdempotentRequests::kStoreTime;
}

Reply refusal(std::string_view route, const Problem& problem, std::string why) {
  Reply reply{.response = problem_response(problem), .route = route, .problem = std::move(why)};
  if (problem.retryable.value_or(false)) reply.response.add_header("retry-after", "1");
  return reply;
}

StoredAnswer stored_answer(const ResponseMessage& response) {
  StoredAnswer answer{.status = response.status,
                      .content_type = std::string(response.content_type()),
                      .body = response.body};
  for (std::string_view rest = response.headers; !rest.empty();) {
    const size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    const size_t colon = line.find(": ");
    if (colon != std::string_view::npos) {
      answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
  }
  return answer;
}

Reply replayed(std::string_view route, const StoredAnswer& answer) {
  Reply reply{.route = route};
  reply.response.status = answer.status;
  reply.response.body = answer.body;
  if (!answer.content_type.empty()) reply.response.copy_content_type(answer.content_type);
  for (const auto& [name, text] : answer.headers) reply.response.add_header(name, text);
  reply.response.add_header(kReplayed, "true");
  return reply;
}

}  // namespace

std::string KeyedRequest::next_event_id() {
  std::string text = "event ";
  append_part(text, claim.key);
  append_part(text, claim.fingerprint);
  text += std::to_string(events++);
  Digest digest = digest_of(text);
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0fU) | 0x80U);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3fU) | 0x80U);
  std::string id;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    append_hex(id, digest[i]);
  }
  return id;
}

IdempotentRequests::IdempotentRequests(idempotency::Store* store, std::chrono::seconds longest,
                                       log::Log& log)
    : own_(store != nullptr
               ? nullptr
               : std::make_unique<idempotency::MemoryStore>(idempotency::MemoryStore::Limits{})),
      store_(store != nullptr ? *store : *own_),
      longest_(longest),
      log_(log) {}

KeyedRequest IdempotentRequests::keyed(const RequestMessage& request, const ValidRequest& valid,
                                       std::string_view key, std::string holder) const {
  const contract::Operation& operation = *valid.operation;
  std::string who;
  // A requirement of two schemes has two principals, of which one may be the same for many users.
  for (const auth::Caller::Shared& principal : caller_of(request).principals()) {
    append_part(who, principal->scheme);
    append_part(who, principal->subject);
  }
  who += '/';  // No part begins with it, so that no other caller gives the same text.
  append_part(who, operation.method);
  append_part(who, operation.path);
  append_part(who, key);
  std::string what;
  append_part(what, request.method());
  append_part(what, request.target());
  append_part(what, request.body);
  append_seen_headers(what, request, valid);
  const contract::HandlerLimits limits =
      operation.handler != nullptr ? *operation.handler : contract::HandlerLimits{};
  const auto waits = std::chrono::ceil<std::chrono::seconds>(limits.deadline);
  return {.claim = {.key = hex_digest_of(who),
                    .fingerprint = hex_digest_of(what),
                    .holder = std::move(holder),
                    .lease = longest_ + waits + 2 * kStoreTime,
                    .keep = operation.idempotency->hours},
          .route = valid.route};
}

async::Awaitable<bool> IdempotentRequests::begin(KeyedRequest& request, Reply& reply) {
  static constexpr std::string_view kNoStore =
      "Nobody knows whether a request with this Idempotency-Key was handled. Nothing was stored. "
      "Try again.";
  std::string problem;
  std::optional<Entry> entry;
  try {
    auto begun = co_await store_.begin(request.claim, store_deadline());
    if (begun) {
      entry = std::move(*begun);
    } else {
      problem = base::describe(begun.error());
    }
  } catch (...) {
    problem = base::caught_text();
  }
  if (!entry) {
    reply = refusal(request.route, {.status = 503, .detail = kNoStore, .retryable = true},
                    "the store of Idempotency-Keys: " + problem);
    co_return false;
  }
  switch (entry->state) {
    case Entry::State::fresh:
      co_return true;
    case Entry::State::unknown:
      request.is_repetition = true;
      co_return true;
    case Entry::State::running:
      reply = refusal(request.route,
                      {.status = 409,
                       .detail = "A request with this Idempotency-Key is being handled. Try again "
                                 "for its answer.",
                       .retryable = true},
                      "another request has this Idempotency-Key now");
      co_return false;
    case Entry::State::different:
      reply = refusal(request.route,
                      {.status = 422,
                       .detail = "This Idempotency-Key was used for another request. Use a new key "
                                 "for each request.",
                       .retryable = false},
                      "the Idempotency-Key was used for another request");
      co_return false;
    case Entry::State::finished:
      reply = replayed(request.route, *entry->answer);
      co_return false;
  }
  co_return true;
}

async::Awaitable<base::Result<>> IdempotentRequests::tell(const KeyedRequest& request,
                                                          const Reply& reply) {
  constexpr unsigned kClientLeft = 499;
  using Left = idempotency::Store::Left;
  const unsigned status = reply.response.status;
  if (status < 500 && status != kClientLeft) {
    const StoredAnswer answer = stored_answer(reply.response);
    if (bytes_of(answer) <= idempotency::kAnswerBytesMax) {
      co_return co_await store_.finish(request.claim, answer, store_deadline());
    }
    const auto released = co_await store_.release(request.claim, Left::unknown, store_deadline());
    if (!released) co_return released.error();
    co_return base::Error{base::ErrorCode::too_large, "the answer is too large"};
  }
  // An earlier attempt may have stored what this one has not.
  const bool is_unknown = status == 504 || status == kClientLeft || request.is_repetition;
  co_return co_await store_.release(request.claim, is_unknown ? Left::unknown : Left::nothing,
                                    store_deadline());
}

async::Awaitable<> IdempotentRequests::end(const KeyedRequest& request, const Reply& reply) {
  std::string problem;
  try {
    const auto noted = co_await tell(request, reply);
    if (noted) co_return;
    problem = base::describe(noted.error());
  } catch (...) {
    problem = base::caught_text();
  }
  log::Line(log_, log::Level::warning,
            "the answer to an Idempotency-Key was not kept: a repetition is handled again, with "
            "the same ids of events")
      .field("route", request.route)
      .field("reason", problem);
}

}  // namespace penstock::http
