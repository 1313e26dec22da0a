// Validates requests with contracts that use all of OpenAPI, without sockets. Each request must get
// an answer, and the same one again.
#include <fcntl.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "contract/openapi/contract_files.h"
#include "http/access_log.h"
#include "http/mock.h"
#include "json/reader.h"
#include "json/text.h"

using namespace penstock;

namespace {

contract::Contract read(const char* file) {
  return contract::read_contract(std::string(PENSTOCK_TEST_CONTRACTS "/") + file).value();
}

log::Log& null_log() {
  static log::Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  return log;
}

struct Program {
  explicit Program(const char* file) : contract(read(file)), mock(read(file), null_log()) {}

  contract::Contract contract;
  http::RequestValidator validator{contract};  // Used for one request after the other.
  http::Mock mock;
};

// Reads "METHOD TARGET", header lines, an empty line and the body. Returns false for what the HTTP
// parser always refuses.
bool read_request(std::string_view text, http::RequestMessage& request) {
  for (size_t number = 0;; ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    for (const char c : line) {
      if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return false;
    }
    const size_t split = line.find(number == 0 ? ' ' : ':');
    if (number == 0) {
      if (split == 0 || split == std::string_view::npos || split + 1 == line.size()) return false;
      const std::string_view target = line.substr(split + 1);
      if (target.find(' ') != std::string_view::npos) return false;
      const std::string_view method = line.substr(0, split);
      request.set_start_line(boost::beast::http::string_to_verb(method), method, target);
    } else if (!line.empty()) {
      if (split == 0 || split == std::string_view::npos || number > 64) return false;
      std::string_view value = line.substr(split + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      while (value.ends_with(' ')) value.remove_suffix(1);
      const std::string_view name = line.substr(0, split);
      request.add_header(boost::beast::http::string_to_field(name), name, value);
    }
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
    if (number > 0 && line.empty()) break;
  }
  request.body = text;
  return true;
}

void check_headers(std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = lines.find("\r\n");
    if (end == std::string_view::npos) __builtin_trap();
    const std::string_view line = lines.substr(0, end);
    if (line.find(": ") == std::string_view::npos ||
        line.find_first_of("\r\n") != std::string_view::npos) {
      __builtin_trap();
    }
    lines.remove_prefix(end + 2);
  }
}

void check_response(const http::ResponseMessage& response) {
  if (response.status < 200 || response.status > 499) __builtin_trap();
  check_headers(response.headers);
  if (response.content_type() != http::kProblemJson) return;
  if (!json::Reader().read(response.body, {})) __builtin_trap();
}

http::ResponseMessage validate(http::RequestValidator& validator,
                               const http::RequestMessage& request) {
  auto validated = validator.validate(request);
  if (const auto* valid = std::get_if<http::ValidRequest>(&validated)) {
    if (valid->operation == nullptr) __builtin_trap();
    return {};
  }
  const auto& problem = std::get<http::Reply>(validated).problem;
  http::ResponseMessage& response = std::get<http::Reply>(validated).response;
  if (response.status == 200) __builtin_trap();
  // The log says why, in a bounded line. The path of a 404 and the method of a 405 are there
  // anyway.
  const bool is_plain = response.status < 400 || response.status == 404 || response.status == 405;
  if (!problem && !is_plain) __builtin_trap();
  if (problem && (problem->size() > http::kLoggedPlacesBytes || !base::is_utf8(*problem))) {
    __builtin_trap();
  }
  check_response(response);
  return std::move(response);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::array<Program, 3> programs{Program("kitchen_sink.openapi.yaml"),
                                         Program("shop.openapi.yaml"),
                                         Program("museum.openapi.yaml")};
  static boost::asio::io_context io;
  if (size == 0) return 0;
  Program& program = programs[data[0] % programs.size()];
  http::RequestMessage request;
  if (!read_request({reinterpret_cast<const char*>(data) + 1, size - 1}, request)) return 0;

  const http::ResponseMessage first = validate(program.validator, request);
  http::RequestValidator fresh(program.contract);
  for (http::RequestValidator* validator : {&program.validator, &fresh}) {
    const http::ResponseMessage again = validate(*validator, request);
    if (again.status != first.status || again.body != first.body ||
        again.headers != first.headers) {
      __builtin_trap();
    }
  }

  http::Reply reply;
  boost::asio::co_spawn(io, program.mock.handle(request),
                        [&](const std::exception_ptr& failure, http::Reply made) {
                          if (failure) std::rethrow_exception(failure);
                          reply = std::move(made);
                        });
  io.restart();
  io.run();
  // A client may ask a mock for its 500 response.
  if (reply.response.status >= 500 && reply.problem) __builtin_trap();
  if (reply.response.status < 500) check_response(reply.response);
  program.mock.completed(request, reply, std::chrono::milliseconds(1), reply.response.body.size());
  return 0;
}
