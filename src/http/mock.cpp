#include "http/mock.h"

#include <algorithm>

#include "contract/parameters/parameter_writer.h"
#include "http/access_log.h"
#include "http/answer_writer.h"
#include "http/guard/admitted.h"
#include "http/prefer.h"
#include "http/server/problem.h"

namespace penstock::http {

base::Result<std::unique_ptr<Mock>> Mock::make(contract::Contract contract,
                                               const MakeGuard& make_guard, log::Log& log,
                                               uint64_t steps_max) {
  auto mock = std::make_unique<Mock>(std::move(contract), log, steps_max);
  auto guard = make_guard(mock->contract_);
  if (!guard) return guard.error();
  mock->guard_ = std::move(*guard);
  mock->validator_.guard_by(mock->guard_.get());
  mock->finishing_.guard_by(mock->guard_.get());
  mock->finish_from(mock->finishing_.from());
  return mock;
}

async::Awaitable<Admission> Mock::decide(const RequestMessage& request) {
  co_await guard_->decide(request);
  co_return admit(request);
}

async::Awaitable<Reply> Mock::handle(const RequestMessage& request) {
  auto validated = validator_.validate(request);
  if (std::holds_alternative<DecideLater>(validated)) {
    co_await guard_->decide(request);
    validated = validator_.validate(request);
  }
  if (auto* reply = std::get_if<Reply>(&validated)) co_return std::move(*reply);
  co_return answer(request, std::get<ValidRequest>(validated));
}

Reply Mock::answer(const RequestMessage& request, const ValidRequest& valid) {
  const contract::Operation& operation = *valid.operation;
  const auto refusal = [&](unsigned status, std::string reason) {
    return Reply{.response = problem_response({.status = status, .detail = reason}),
                 .route = valid.route,
                 .problem = std::move(reason)};
  };
  std::string accept;
  std::string prefer;
  const Preference preference = read_prefer(request.list(Field::prefer, prefer));
  const unsigned code = preference.code;
  if (code != 0 && (operation.response(code) == nullptr || code < 200 || code > 599)) {
    return refusal(400, "Prefer asks for status " + std::to_string(code) +
                            ", but the operation declares no response with it.");
  }
  const auto made = contract::mock_response(operation,
                                            {.status = code,
                                             .example = preference.example,
                                             .accept = request.list(Field::accept, accept)},
                                            samples_);
  if (!made && !preference.example.empty()) {
    return refusal(400, "Prefer asks for the example '" + preference.example +
                            "', but the response has no example of that name.");
  }
  if (!made && code != 0 && contract::has_only_not_served(operation.response(code)->content)) {
    return refusal(501, "The contract declares this response only as " +
                            operation.response(code)->content.front().type +
                            ", which is not served yet.");
  }
  if (!made) {
    return refusal(501,
                   "The mock has no answer: neither an example nor a value made from its schema is "
                   "valid for any response of '" +
                       operation.id + "'. 'penstock_contract check' says where.");
  }
  if (made->response == nullptr) {
    Reply reply{.response = {}, .route = valid.route};
    reply.response.status = made->status;
    return reply;
  }
  // Not every value can be written as a header's text and read again. So other values are tried,
  // and headers that need not be there are left out.
  contract::Violations violations;
  for (const unsigned variant : {0U, 1U, 2U}) {
    auto response =
        write_answer(operation, answer_of(*made, variant), request, contract::is_left_out);
    if (response) return Reply{.response = std::move(*response), .route = valid.route};
    if (violations.empty()) violations = response.error();
  }
  return refusal(501, sentence_of("The mock has no answer that the contract allows:", violations));
}

Answer Mock::answer_of(const contract::MockResponse& made, unsigned variant) {
  Answer answer(made.status);
  if (made.body && made.body->kind == contract::BodyKind::json) {
    answer = Answer(made.status, made.body->value).as(made.body->type);
  } else if (made.body) {
    answer = Answer(made.status, made.body->kind, made.body->text()).as(made.body->type);
  }
  for (const contract::Parameter& header : made.response->headers) {
    if (contract::is_left_out(header.name) || (variant > 0 && !header.required)) continue;
    const auto value = samples_.value(header, variant);
    if (!value) continue;
    const std::string text = contract::text_of(header, *value);
    const bool is_line =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20; });
    if (is_line) static_cast<void>(std::move(answer).header(header.name, text));
  }
  return answer;
}

bool Mock::has_query_key(const contract::Contract& contract) {
  const auto& schemes = contract.security_schemes();
  return std::any_of(schemes.begin(), schemes.end(), [](const auto& scheme) {
    return scheme.second.kind == contract::SecurityScheme::Kind::api_key &&
           scheme.second.in == contract::In::query;
  });
}

void Mock::completed(const RequestMessage& request, const Reply& reply,
                     std::chrono::steady_clock::duration /*duration*/, size_t /*bytes_sent*/) {
  const unsigned status = reply.response.status;
  log::Line line(log_, level_of(request, status), "request", request.received_at);
  std::string target(request.target());
  if (const size_t query = target.find('?'); has_query_key_ && query != std::string::npos) {
    target.resize(query);
    target += "?…";
  }
  line.field("method", request.method())
      .field("target", target)
      .field("route", reply.route)
      .field("status", status);
  log_caller(line, request);
  if (reply.problem) line.field("reason", *reply.problem);
}

}  // namespace penstock::http
