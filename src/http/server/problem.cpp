#include "http/server/problem.h"

#include <string>

#include "json/object_writer.h"

namespace penstock::http {
namespace {

void append_errors(std::string& out, const std::vector<contract::Violation>& errors) {
  json::ArrayWriter list(out);
  for (const contract::Violation& error : errors) {
    json::ObjectWriter(list.element())
        .member("in", error.in)
        .member(error.in == "body" ? "pointer" : "name", error.where)
        .member("keyword", error.keyword)
        .member("message", error.message)
        .end();
  }
  list.end();
}

void append_events(std::string& out, std::span<const ProblemEvent> events) {
  json::ArrayWriter list(out);
  for (const ProblemEvent& event : events) {
    json::ObjectWriter(list.element())
        .member("id", event.id)
        .member("type", event.type)
        .member("outcome", event.outcome)
        .end();
  }
  list.end();
}

}  // namespace

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 205:
      return "Reset Content";
    case 206:
      return "Partial Content";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 308:
      return "Permanent Redirect";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 428:
      return "Precondition Required";
    case 402:
      return "Payment Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

ResponseMessage problem_response(const Problem& problem) {
  const std::string_view title = reason_phrase(problem.status);
  ResponseMessage response;
  response.status = problem.status;
  response.set_content_type(kProblemJson);
  json::ObjectWriter body(response.body);
  body.member("type", "about:blank").member("title", title);
  body.member("detail", problem.detail.empty() ? title : problem.detail)
      .member("status", problem.status);
  if (problem.retryable) body.member("retryable", *problem.retryable);
  if (!problem.event_id.empty()) body.member("event_id", problem.event_id);
  if (!problem.events.empty()) append_events(body.key("events"), problem.events);
  if (problem.errors != nullptr) append_errors(body.key("errors"), *problem.errors);
  body.end();
  return response;
}

std::string sentence_of(std::string_view beginning, const contract::Violations& violations) {
  std::string text(beginning);
  for (const contract::Violation& violation : violations) {
    text +=
        ' ' + (violation.where.empty() ? "it" : violation.where) + ' ' + violation.message + ';';
  }
  return text;
}

}  // namespace penstock::http
